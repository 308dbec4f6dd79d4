"""How far a repetition ended from the record, against the way that the training went."""

from pathlib import Path

import pytest
import torch

from oneseek.adapters.training.files import write_tensors
from oneseek.adapters.training.repetition import measure_repetition
from oneseek.domain.errors import InvalidInput, NotFound
from oneseek.domain.reproduction import TensorDifference

Values = dict[str, list[float]]


@pytest.fixture
def measured(tmp_path: Path) -> "Measured":
    return Measured(tmp_path)


class Measured:
    """Writes three adapters and measures."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def __call__(
        self, recorded: Values, repeated: Values, start: Values
    ) -> dict[str, TensorDifference]:
        paths = []
        for name, values in (("a", recorded), ("b", repeated), ("c", start)):
            paths.append(self._folder / name)
            write_tensors(paths[-1], {key: torch.tensor(value) for key, value in values.items()})
        return {item.name: item for item in measure_repetition(*paths)}


def test_the_error_is_measured_against_the_way_that_was_gone(measured: Measured) -> None:
    found = measured({"x": [103.0, 104.0]}, {"x": [103.0, 104.5]}, {"x": [100.0, 100.0]})["x"]
    assert (found.distance, found.moved, found.error) == (0.5, 5.0, 0.1)
    assert (found.largest, found.peak) == (0.5, 0.125)
    assert not found.same


def test_the_same_tensor_has_no_error(measured: Measured) -> None:
    found = measured({"x": [1.0]}, {"x": [1.0]}, {"x": [0.0]})["x"]
    assert (found.same, found.error, found.peak) == (True, 0.0, 0.0)


def test_what_never_moved_has_no_error_to_measure(measured: Measured) -> None:
    found = measured({"x": [1.0]}, {"x": [1.5]}, {"x": [1.0]})["x"]
    assert (found.distance, found.moved, found.error, found.peak) == (0.5, 0.0, None, None)


@pytest.mark.parametrize(
    ("recorded", "repeated", "start"),
    [
        ({"x": [1.0]}, {}, {"x": [0.0]}),
        ({}, {"x": [1.0]}, {"x": [0.0]}),
        ({"x": [1.0]}, {"x": [2.0]}, {}),
        ({"x": [1.0]}, {"x": [1.0, 2.0]}, {"x": [0.0]}),
        ({"x": [1.0]}, {"x": [float("nan")]}, {"x": [0.0]}),
    ],
)
def test_tensors_without_a_counterpart_cannot_be_measured(
    measured: Measured, recorded: Values, repeated: Values, start: Values
) -> None:
    found = measured(recorded, repeated, start)["x"]
    assert (found.same, found.distance, found.error) == (False, None, None)


def test_a_file_that_is_none_is_refused(tmp_path: Path) -> None:
    (tmp_path / "x").write_bytes(b"no tensors")
    with pytest.raises(InvalidInput):
        measure_repetition(tmp_path / "x", tmp_path / "x", tmp_path / "x")
    with pytest.raises(NotFound):
        measure_repetition(tmp_path / "y", tmp_path / "x", tmp_path / "x")
