import math
from pathlib import Path

import pytest
import torch
from safetensors.torch import save_file

from oneseek.adapters.training.weights import check_adapter, compare_adapters
from oneseek.domain.errors import CannotCheck, InvalidInput, NotFound

_A, _B = "q.lora_A.weight", "q.lora_B.weight"


def _save(folder: Path, name: str = "adapter", **tensors: torch.Tensor) -> Path:
    file = folder / f"{name}.safetensors"
    save_file({key.replace("_weight", ".weight"): value for key, value in tensors.items()}, file)
    return file


def _pair(folder: Path, name: str, a: torch.Tensor, b: torch.Tensor) -> Path:
    file = folder / f"{name}.safetensors"
    save_file({_A: a, _B: b}, file)
    return file


def test_a_trained_adapter_is_finite_and_changes_something(adapter: Path) -> None:
    found = check_adapter(adapter)
    assert found == check_adapter(adapter / "adapter_model.safetensors")
    assert (found.finite, found.changes_something, found.tensors) == (True, True, 8)


@pytest.mark.parametrize("dtype", [torch.float32, torch.float16, torch.bfloat16, torch.float64])
def test_zeros_in_b_change_nothing_in_any_type(dtype: torch.dtype, tmp_path: Path) -> None:
    a, b = torch.ones(2, 3, dtype=dtype), torch.zeros(4, 2, dtype=dtype)
    found = check_adapter(_pair(tmp_path, "zero", a, b))
    assert (found.finite, found.changes_something) == (True, False)
    assert (found.tensors, found.parameters) == (2, 14)
    b[3, 1] = 2.0**-14
    assert check_adapter(_pair(tmp_path, "some", a, b)).changes_something


@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
def test_what_is_no_number_is_noticed(dtype: torch.dtype, value: float, tmp_path: Path) -> None:
    a = torch.ones(2, 3, dtype=dtype)
    a[1, 2] = value
    assert not check_adapter(_pair(tmp_path, "bad", a, torch.ones(4, 2, dtype=dtype))).finite


def test_the_change_of_each_tensor_is_measured(tmp_path: Path) -> None:
    a = torch.tensor([[3.0, 4.0]])
    first = _pair(tmp_path, "1", a, torch.zeros(1, 1))
    second = _pair(tmp_path, "2", a, torch.full((1, 1), -2.0))
    same, moved = compare_adapters(first, second)
    assert (same.name, same.shape, same.dtype, same.changed) == (_A, (1, 2), "F32", False)
    assert (same.l2, same.max_abs, same.relative) == (0.0, 0.0, 0.0)
    assert (moved.name, moved.changed, moved.l2, moved.max_abs) == (_B, True, 2.0, 2.0)
    assert moved.relative is None
    back = compare_adapters(second, first)[1]
    assert back.relative == 1.0


def test_bfloat16_is_compared_by_value(tmp_path: Path) -> None:
    values = torch.tensor([[1.5, -2.25]])
    first = _pair(tmp_path, "1", values, values.clone())
    second = _pair(tmp_path, "2", values.bfloat16(), values.bfloat16() * 2)
    same, doubled = compare_adapters(first, second)
    # The type differs, so the bytes do; the values do not.
    assert (same.changed, same.dtype, same.l2) == (True, "BF16", 0.0)
    assert doubled.relative == pytest.approx(1.0)


def test_a_tensor_of_one_adapter_only_counts_as_zeros_in_the_other(tmp_path: Path) -> None:
    one = _save(tmp_path, "one", a_weight=torch.full((1, 4), 1.0))
    two = _save(tmp_path, "two", b_weight=torch.full((1, 4), 2.0))
    gone, new = compare_adapters(one, two)
    assert (gone.name, gone.changed, gone.l2, gone.relative) == ("a.weight", True, 2.0, 1.0)
    assert (new.name, new.changed, new.l2, new.relative) == ("b.weight", True, 4.0, None)


def test_shapes_and_values_that_cannot_be_subtracted_have_no_size(tmp_path: Path) -> None:
    one = _pair(tmp_path, "1", torch.ones(1, 4), torch.tensor([[math.nan]]))
    two = _pair(tmp_path, "2", torch.ones(2, 2), torch.tensor([[1.0]]))
    for delta in compare_adapters(one, two):
        assert (delta.changed, delta.l2, delta.max_abs, delta.relative) == (True, None, None, None)


def test_files_that_cannot_be_read_are_named(tmp_path: Path) -> None:
    with pytest.raises(NotFound, match=r"adapter_model\.safetensors"):
        check_adapter(tmp_path)
    (tmp_path / "x.safetensors").write_bytes(b"\x08" + b"\0" * 7 + b"no json!")
    with pytest.raises(InvalidInput, match=r"x\.safetensors"):
        check_adapter(tmp_path / "x.safetensors")
    eighth = torch.ones(2, 2).to(torch.float8_e4m3fn)
    save_file({_B: eighth}, tmp_path / "f8.safetensors")
    with pytest.raises(CannotCheck, match="F8_E4M3"):
        check_adapter(tmp_path / "f8.safetensors")
