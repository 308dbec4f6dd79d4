"""Checkpoints under their historic names, with an ending that says what they are."""

import builders as make
from oneseek.domain.events import Event
from oneseek.domain.projections.folding import fold, units
from oneseek.domain.projections.legacy_tree import LEGACY_TREE
from oneseek.domain.projections.nodes import Node, ObjectFile, TextFile
from oneseek.domain.state.store import DictState

EMPTY: dict[str, Node] = {"daily/.gitkeep": TextFile(""), "weekly/.gitkeep": TextFile("")}
FRIDAY = "daily/checkpoint-2026-11-20.safetensors"


def folder(*history: Event) -> dict[str, Node]:
    """Return what stands in ``checkpoints/``."""
    state = DictState()
    fold(LEGACY_TREE, state, make.indexed([make.opened(), *history]))
    return {
        path: node
        for name, document in units(LEGACY_TREE, state)
        if name == "checkpoints"
        for path, node in LEGACY_TREE.render(document).items()
    }


def test_without_checkpoints_the_folders_are_empty() -> None:
    assert folder() == EMPTY


def test_a_checkpoint_stands_under_the_name_of_its_day() -> None:
    kept = make.checkpoint_kept()
    assert folder(kept) == {**EMPTY, FRIDAY: ObjectFile(kept.state)}


def test_a_dropped_one_leaves() -> None:
    left = folder(make.checkpoint_kept(), make.checkpoint_kept(day=21), make.checkpoint_dropped())
    assert left.keys() - EMPTY.keys() == {"daily/checkpoint-2026-11-21.safetensors"}
    assert folder(make.checkpoint_kept(), make.checkpoint_dropped()) == EMPTY


def test_of_two_trainings_on_one_day_the_last_one_has_the_name() -> None:
    first, second = make.checkpoint_kept("t1"), make.checkpoint_kept("t2")
    assert folder(first, second)[FRIDAY] == ObjectFile(second.state)
    assert folder(second, first)[FRIDAY] == ObjectFile(first.state)
    assert folder(first, second, make.checkpoint_dropped("t2"))[FRIDAY] == ObjectFile(first.state)
