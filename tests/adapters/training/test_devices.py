from collections.abc import Iterator

import pytest
import torch

from oneseek.adapters.training.devices import (
    choose_device,
    choose_precision,
    default_targets,
    set_determinism,
    torch_dtype,
)
from oneseek.domain.errors import InvalidInput


@pytest.fixture
def _restored() -> Iterator[None]:
    before = torch.are_deterministic_algorithms_enabled(), torch.get_num_threads()
    yield
    torch.use_deterministic_algorithms(before[0], warn_only=True)
    torch.set_num_threads(before[1])


@pytest.mark.parametrize(
    ("cuda", "mps", "chosen"),
    [(True, True, "cuda"), (False, True, "mps"), (False, False, "cpu")],
)
def test_auto_takes_the_best_device_here(
    cuda: bool, mps: bool, chosen: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: cuda)
    monkeypatch.setattr(torch.backends.mps, "is_available", lambda: mps)
    assert choose_device("auto") == chosen
    assert choose_device("cpu") == "cpu"


@pytest.mark.parametrize("device", ["cuda", "mps", "tpu", "", "CPU"])
def test_a_device_that_is_not_here_is_refused(device: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    monkeypatch.setattr(torch.backends.mps, "is_available", lambda: False)
    with pytest.raises(InvalidInput, match="device"):
        choose_device(device)


@pytest.mark.parametrize(
    ("device", "real", "chosen"),
    [("cuda", True, "bfloat16"), ("cuda", False, "float32"), ("cpu", True, "float32")],
)
def test_bfloat16_is_chosen_where_the_hardware_has_it(
    device: str, real: bool, chosen: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(torch.cuda, "is_bf16_supported", lambda including_emulation: real)
    assert choose_precision("auto", device) == chosen
    assert choose_precision("bfloat16", device) == "bfloat16"


def test_other_precisions_are_refused() -> None:
    with pytest.raises(InvalidInput):
        choose_precision("float16", "cpu")
    with pytest.raises(InvalidInput):
        torch_dtype("auto")
    assert torch_dtype("bfloat16") is torch.bfloat16


def test_gpt2_has_a_module_name_of_its_own() -> None:
    assert default_targets("gpt2") == ("c_attn",)
    assert default_targets("mistral") == ("q_proj", "v_proj")


@pytest.mark.usefixtures("_restored")
def test_the_seed_repeats_the_random_numbers_and_zero_threads_changes_none() -> None:
    set_determinism(5, 1)
    first = torch.rand(3)
    assert torch.get_num_threads() == 1
    set_determinism(5, 0, deterministic=False)
    assert torch.equal(first, torch.rand(3))
    assert torch.get_num_threads() == 1
    assert not torch.are_deterministic_algorithms_enabled()
