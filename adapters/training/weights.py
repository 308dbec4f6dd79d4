"""Look into adapter files and compare two of them, without torch.

A safetensors file is eight bytes of header length, a JSON header (name → dtype, shape, offsets)
and raw little-endian values (https://huggingface.co/docs/safetensors). numpy has no bfloat16: such
a value is the upper half of a float32.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError
from safetensors import deserialize as _deserialize

from oneseek.domain.errors import CannotCheck, InvalidInput, NotFound
from oneseek.domain.training_job import AdapterCheck

_FILE = "adapter_model.safetensors"
deserialize: Callable[[bytes], list[tuple[str, dict[str, Any]]]] = _deserialize

_TYPES = {
    "F64": "<f8",
    "F32": "<f4",
    "F16": "<f2",
    "I64": "<i8",
    "I32": "<i4",
    "I16": "<i2",
    "I8": "i1",
    "U8": "u1",
    "BOOL": "?",
}


@dataclass(frozen=True, slots=True)
class TensorDelta:
    """How far one tensor moved from the first adapter to the second."""

    name: str
    shape: tuple[int, ...]
    dtype: str
    """safetensors' word (``F32``, ``BF16`` …) in the second file, in the first if only there."""
    changed: bool
    """The bytes or their type differ."""
    l2: float | None
    """Euclidean norm of the difference; None where there is none: other shapes, NaN, infinity."""
    max_abs: float | None
    """Greatest change of one value; None as above."""
    relative: float | None
    """``l2`` over the norm of the first; None as above, and where that norm is zero."""


@dataclass(frozen=True, slots=True)
class RawTensor:
    """A tensor as it is stored; ``data`` is little-endian."""

    shape: tuple[int, ...]
    dtype: str
    data: bytes


def check_adapter(path: Path) -> AdapterCheck:
    """Return what the adapter at ``path`` (its file, or the folder that holds it) contains.

    Raises:
        NotFound: there is no such file.
        InvalidInput: it is not a safetensors file.
        CannotCheck: it uses a number type that numpy cannot read.
    """
    tensors = read_tensors(path)
    values = {name: tensor_values(name, tensor) for name, tensor in tensors.items()}
    return AdapterCheck(
        finite=all(bool(np.isfinite(array).all()) for array in values.values()),
        changes_something=any(
            bool(np.any(array != 0)) for name, array in values.items() if _is_b(name)
        ),
        tensors=len(values),
        parameters=sum(array.size for array in values.values()),
    )


def compare_adapters(a: Path, b: Path) -> list[TensorDelta]:
    """Return the change from ``a`` to ``b`` for every tensor of either, by name.

    A tensor that only one of them has counts as zeros in the other.

    Raises:
        NotFound, InvalidInput, CannotCheck: as :func:`check_adapter`.
    """
    before, after = read_tensors(a), read_tensors(b)
    return [
        _delta(name, before.get(name), after.get(name))
        for name in sorted(before.keys() | after.keys())
    ]


def _delta(name: str, before: RawTensor | None, after: RawTensor | None) -> TensorDelta:
    shown = after or before
    assert shown is not None  # the name came from one of the two
    absent = np.zeros(shown.shape)
    old = absent if before is None else tensor_values(name, before)
    new = absent if after is None else tensor_values(name, after)
    l2 = max_abs = relative = None
    if old.shape == new.shape and np.isfinite(old).all() and np.isfinite(new).all():
        l2, max_abs = _norm(new - old), float(np.abs(new - old).max(initial=0.0))
        relative = l2 / _norm(old) if np.any(old) else None
    return TensorDelta(
        name=name,
        shape=shown.shape,
        dtype=shown.dtype,
        changed=before != after,
        l2=l2,
        max_abs=max_abs,
        relative=relative,
    )


def _norm(values: NDArray[np.float64]) -> float:
    return float(np.linalg.norm(values.ravel()))


def _is_b(name: str) -> bool:
    return "lora_B" in name or "lora_embedding_B" in name


def read_tensors(path: Path) -> dict[str, RawTensor]:
    """Return the tensors of a safetensors file, or of the adapter folder that ``path`` names.

    Raises:
        NotFound: there is no such file.
        InvalidInput: it is not a safetensors file.
    """
    file = path / _FILE if path.is_dir() else path
    try:
        found = deserialize(file.read_bytes())
    except FileNotFoundError:
        raise NotFound(f"{file} does not exist") from None
    except OSError as error:
        raise InvalidInput(f"{file} could not be read: {error.strerror}") from error
    except SafetensorError as error:
        raise InvalidInput(f"{file} is not a readable safetensors file: {error}") from error
    return {
        name: RawTensor(tuple(view["shape"]), str(view["dtype"]), bytes(view["data"]))
        for name, view in found
    }


def tensor_values(name: str, tensor: RawTensor) -> NDArray[np.float64]:
    """Return the values of ``tensor``; raises CannotCheck for a number type unknown to numpy."""
    if tensor.dtype == "BF16":
        upper = np.frombuffer(tensor.data, dtype="<u2").astype("<u4") << np.uint32(16)
        flat = upper.view("<f4")
    elif tensor.dtype in _TYPES:
        flat = np.frombuffer(tensor.data, dtype=_TYPES[tensor.dtype])
    else:
        raise CannotCheck(f"{name} holds {tensor.dtype} values, which numpy cannot read")
    return flat.astype(np.float64).reshape(tensor.shape)
