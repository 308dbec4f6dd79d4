"""How far a repeated training ended from the recorded one, tensor by tensor, without torch.

Measured against the way that the recorded training went: see :mod:`oneseek.domain.reproduction`.
"""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from oneseek.adapters.training.weights import RawTensor, read_tensors, tensor_values
from oneseek.domain.reproduction import TensorDifference


def measure_repetition(recorded: Path, repeated: Path, start: Path) -> list[TensorDifference]:
    """Return every tensor of ``recorded`` or ``repeated`` by name; ``start`` is where both began.

    All three are safetensors files.

    Raises:
        NotFound: one of them does not exist.
        InvalidInput: one is not a safetensors file.
        CannotCheck: one uses a number type that numpy cannot read.
    """
    old, new, begun = (read_tensors(path) for path in (recorded, repeated, start))
    return [
        _difference(name, old.get(name), new.get(name), begun.get(name))
        for name in sorted(old.keys() | new.keys())
    ]


def _difference(
    name: str, old: RawTensor | None, new: RawTensor | None, begun: RawTensor | None
) -> TensorDifference:
    shown = old or new
    assert shown is not None  # the name came from one of the two
    arrays = [tensor_values(name, tensor) for tensor in (old, new, begun) if tensor is not None]
    distance = moved = error = largest = peak = None
    if len(arrays) == 3 and len({array.shape for array in arrays}) == 1 and _finite(arrays):
        away, way = arrays[1] - arrays[0], arrays[0] - arrays[2]
        distance, moved = _norm(away), _norm(way)
        largest, furthest = _greatest(away), _greatest(way)
        if moved > 0:
            error, peak = distance / moved, largest / furthest
    return TensorDifference(
        name=name,
        shape=shown.shape,
        same=old == new,
        distance=distance,
        moved=moved,
        error=error,
        largest=largest,
        peak=peak,
    )


def _finite(arrays: list[NDArray[np.float64]]) -> bool:
    return all(bool(np.isfinite(array).all()) for array in arrays)


def _norm(values: NDArray[np.float64]) -> float:
    return float(np.linalg.norm(values.ravel()))


def _greatest(values: NDArray[np.float64]) -> float:
    return float(np.abs(values).max(initial=0.0))
