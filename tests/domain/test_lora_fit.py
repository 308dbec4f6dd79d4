import pytest

from oneseek.domain.lora_fit import Fit, compare
from oneseek.domain.safetensors_header import TensorInfo

MODULE = "model.layers.0.self_attn.q_proj"


def tensor(*shape: int) -> TensorInfo:
    return TensorInfo("F32", shape, 0, 0)


def pair(module: str = MODULE, inputs: int = 8, outputs: int = 6) -> dict[str, TensorInfo]:
    front = f"base_model.model.{module}"
    return {
        f"{front}.lora_A.weight": tensor(2, inputs),
        f"{front}.lora_B.weight": tensor(outputs, 2),
    }


@pytest.mark.parametrize(
    ("name", "shape"),
    [
        (f"{MODULE}.weight", (6, 8)),
        (f"{MODULE}.weight", (8, 6)),
        (f"{MODULE.removeprefix('model.')}.weight", (6, 8)),
    ],
    ids=["a linear layer", "a matrix the other way round", "names without their first part"],
)
def test_a_pair_fits_its_matrix(name: str, shape: tuple[int, ...]) -> None:
    assert compare(pair(), {name: tensor(*shape)}) == Fit(1, "")


@pytest.mark.parametrize(
    ("adapter", "misfit"),
    [
        (pair(inputs=9), f"{MODULE} is 6 × 8 there, and 6 × 9 here"),
        (pair("model.other"), "the base model has no model.other"),
        (dict([*pair().items()][:1]), f"{MODULE} has one half of its pair"),
        ({"lora_A": tensor(2, 8)}, "the adapter has no LoRA pairs"),
        ({f"base_model.model.{MODULE}.lora_A.weight": tensor(8)}, "the adapter has no LoRA pairs"),
    ],
)
def test_what_does_not_fit_is_named(adapter: dict[str, TensorInfo], misfit: str) -> None:
    assert compare(adapter, {f"{MODULE}.weight": tensor(6, 8)}) == Fit(0, misfit)
