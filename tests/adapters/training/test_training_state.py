"""A training that goes on from a kept state gives the bytes of one that was never interrupted."""

import json
import struct
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import load_file

from oneseek.adapters.training.training_state import read_state
from oneseek.domain.errors import InvalidInput
from oneseek.domain.rows import Row
from oneseek.domain.training_job import LoraOutcome

Train = Callable[..., LoraOutcome]

RECIPE: dict[str, Any] = {
    "epochs": 3, "lora_dropout": "0.1", "batch_size": 2, "weight_decay": "0.01",
}  # fmt: skip
"""Three steps in an epoch of six rows. Dropout, so that the random generator counts."""
HELD_OUT = (Row(20, "Vem är du?", "", "Jag är OneSeek."),)


@dataclass
class Kept:
    """Keeps the state after each of ``steps`` in a folder; stops the training after ``stop``."""

    folder: Path
    steps: tuple[int, ...] = ()
    stop: int | None = None
    told: list[tuple[int, int]] = field(default_factory=list)

    def due(self, step: int) -> bool:
        return step in self.steps or step == self.stop

    def keep(self, epoch: int, step: int, write: Callable[[Path], None]) -> None:
        write(self.at(step))
        self.told.append((epoch, step))
        if step == self.stop:
            raise KeyboardInterrupt

    def at(self, step: int) -> Path:
        return self.folder / f"{step}.safetensors"


@dataclass(frozen=True)
class Whole:
    """A training that nothing interrupted, with its states."""

    outcome: LoraOutcome
    adapter: Path
    kept: Kept


@pytest.fixture(scope="module")
def whole(train: Train, tmp_path_factory: pytest.TempPathFactory) -> Whole:
    folder = tmp_path_factory.mktemp("whole")
    kept = Kept(folder, (1, 3, 5, 8))
    outcome = train(folder / "adapter", **RECIPE, eval_rows=HELD_OUT, checkpoints=kept)
    return Whole(outcome, folder / "adapter", kept)


def same_bytes(one: Path, other: Path) -> bool:
    names = sorted(path.name for path in one.iterdir())
    assert names == sorted(path.name for path in other.iterdir())
    return all((one / name).read_bytes() == (other / name).read_bytes() for name in names)


@pytest.mark.parametrize("step", [1, 3, 5])
def test_from_any_step_the_training_goes_on_as_if_nothing_had_been(
    train: Train, whole: Whole, tmp_path: Path, step: int
) -> None:
    """Step 3 is the last of an epoch: what is measured after it is not measured yet."""
    torch.manual_seed(99)  # whatever another process did before
    kept = Kept(tmp_path, (8,))
    outcome = train(
        tmp_path / "adapter", **RECIPE, eval_rows=HELD_OUT, checkpoints=kept,
        resume_from=whole.kept.at(step),
    )  # fmt: skip
    assert outcome == whole.outcome
    assert same_bytes(tmp_path / "adapter", whole.adapter)
    assert kept.at(8).read_bytes() == whole.kept.at(8).read_bytes()


def test_a_training_may_be_interrupted_again_and_again(
    train: Train, whole: Whole, tmp_path: Path
) -> None:
    last: Path | None = None
    for stop in (2, 4, 7):
        kept = Kept(tmp_path, stop=stop)
        with pytest.raises(KeyboardInterrupt):
            train(
                tmp_path / "never", **RECIPE, eval_rows=HELD_OUT, checkpoints=kept,
                resume_from=last,
            )  # fmt: skip
        last = kept.at(stop)
        assert not (tmp_path / "never").exists()
    outcome = train(tmp_path / "adapter", **RECIPE, eval_rows=HELD_OUT, resume_from=last)
    assert outcome == whole.outcome
    assert same_bytes(tmp_path / "adapter", whole.adapter)


def test_whole_epochs_and_steps_are_counted(whole: Whole) -> None:
    assert whole.kept.told == [(0, 1), (1, 3), (1, 5), (2, 8)]


def test_a_training_that_goes_on_stops_early_where_it_would_have(
    train: Train, tmp_path: Path
) -> None:
    recipe: dict[str, Any] = {"epochs": 40, "auto_stop_threshold": "0.5", "eval_rows": HELD_OUT}
    first = train(tmp_path / "first", **recipe, checkpoints=(kept := Kept(tmp_path, (2,))))
    second = train(tmp_path / "second", **recipe, resume_from=kept.at(2))
    assert first.stopped_early
    assert second == first


def test_a_state_says_what_it_is_and_holds_no_place_of_this_machine(whole: Whole) -> None:
    raw = whole.kept.at(5).read_bytes()
    (length,) = struct.unpack("<Q", raw[:8])
    header = json.loads(raw[8 : 8 + length])
    told = json.loads(header["__metadata__"]["oneseek"])
    assert told["format"] == "oneseek-training-state/1"
    assert (told["place"], len(told["epochs"])) == (4, 1)
    tensors = load_file(whole.kept.at(5))
    assert {name.split("/")[0] for name in tensors} == {
        "adapter", "losses", "optimizer", "order", "random",
    }  # fmt: skip
    assert tensors["losses"].tolist() == whole.outcome.step_losses[:5]
    assert tensors["order"].tolist() == whole.outcome.row_order[:2]
    assert str(whole.adapter.parent).encode() not in raw


def test_the_state_of_another_training_is_refused(
    train: Train, whole: Whole, tmp_path: Path
) -> None:
    state = whole.kept.at(5)
    with pytest.raises(InvalidInput, match="another adapter"):
        train(tmp_path / "a", **{**RECIPE, "lora_rank": 2}, resume_from=state)
    with pytest.raises(InvalidInput, match="other rows"):
        train(tmp_path / "a", **RECIPE, train_rows=HELD_OUT, resume_from=state)


@pytest.mark.parametrize(
    ("damage", "reason"),
    [
        (lambda raw: b"", "is no state"),
        (lambda raw: raw[:-9], "is no state"),
        (lambda raw: raw.replace(b'\\"place\\"', b'\\"plaze\\"'), "is no state"),
        (lambda raw: raw.replace(b'"oneseek"', b'"onesook"'), "is no state"),
        (lambda raw: raw.replace(b"training-state/1", b"training-state/2"), "of the form"),
    ],
)
def test_what_is_no_state_is_refused(
    whole: Whole, tmp_path: Path, damage: Callable[[bytes], bytes], reason: str
) -> None:
    path = tmp_path / "state.safetensors"
    path.write_bytes(damage(whole.kept.at(5).read_bytes()))
    with pytest.raises(InvalidInput, match=reason):
        read_state(path)


def test_a_state_that_does_not_exist_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match="is no state"):
        read_state(tmp_path / "absent")
