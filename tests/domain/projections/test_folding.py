"""Folding a projection: in any split the same, and no changed unit is overlooked."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

import builders as make
import strategies
from oneseek.domain.errors import LedgerBroken
from oneseek.domain.events import Event, RegistryReset
from oneseek.domain.projections.all import PROJECTIONS
from oneseek.domain.projections.certified_tree import CERTIFIED_TREE, Readme
from oneseek.domain.projections.folding import fold, unit, units
from oneseek.domain.projections.projection import Projection
from oneseek.domain.state.store import DictState, Document
from oneseek.domain.stored import Record

on_every_projection = pytest.mark.parametrize(
    "projection", PROJECTIONS, ids=lambda projection: str(projection.name)
)


def folded(projection: Projection, records: list[Record]) -> DictState:
    state = DictState()
    fold(projection, state, records)
    return state


def shown(projection: Projection, state: DictState) -> dict[str, Document]:
    return dict(units(projection, state))


@on_every_projection
@given(strategies.HISTORIES, st.data())
def test_folding_in_any_split_equals_folding_at_once(
    projection: Projection, history: list[Event], data: st.DataObject
) -> None:
    records = make.records(history)
    splits = sorted(data.draw(st.lists(st.integers(0, len(records)), max_size=4)))
    state = DictState()
    for start, stop in zip([0, *splits], [*splits, len(records)], strict=True):
        fold(projection, state, records[start:stop])
    assert shown(projection, state) == shown(projection, folded(projection, records))


@on_every_projection
@given(strategies.HISTORIES, st.data())
def test_every_unit_that_changed_was_touched(
    projection: Projection, history: list[Event], data: st.DataObject
) -> None:
    """The target is told of touched units only: one overlooked would be drift."""
    records = make.records(history)
    start = data.draw(st.integers(0, len(records)))
    state = folded(projection, records[:start])
    before = shown(projection, state)
    touched = fold(projection, state, records[start:]).names
    after = shown(projection, state)
    changed = {name for name in before.keys() | after.keys() if before.get(name) != after.get(name)}
    assert changed <= touched
    assert all(unit(projection, state, name) == after.get(name) for name in touched)


@on_every_projection
@given(strategies.HISTORIES)
def test_events_that_a_projection_does_not_declare_change_nothing(
    projection: Projection, history: list[Event]
) -> None:
    declared = [event for event in history if type(event) in projection.events]
    state = folded(projection, make.records(history))
    assert set(shown(projection, state)) == set(
        shown(projection, folded(projection, make.records(declared)))
    )


@on_every_projection
@given(strategies.HISTORIES)
def test_every_unit_is_one_name_and_can_be_rendered(
    projection: Projection, history: list[Event]
) -> None:
    for name, document in units(projection, folded(projection, make.records(history))):
        assert "/" not in name
        assert name not in ("", ".", "..")
        assert unit(projection, folded(projection, make.records(history)), name) == document
        assert projection.render(document)


@on_every_projection
@given(strategies.HISTORIES)
def test_after_a_reset_and_only_then_the_whole_target_is_compared(
    projection: Projection, history: list[Event]
) -> None:
    touched = fold(projection, DictState(), make.records(history))
    assert touched.everything == any(isinstance(event, RegistryReset) for event in history)


def test_projections_have_names_and_folders_of_their_own() -> None:
    assert len({projection.name for projection in PROJECTIONS}) == len(PROJECTIONS)
    assert len({projection.folder for projection in PROJECTIONS}) == len(PROJECTIONS)


def test_a_damaged_entry_stops_the_fold_and_is_named() -> None:
    records = make.records([make.opened(), make.certified(1)])
    damaged = Record(1, records[1].raw.replace(b"t1", b"t\xff"), records[1].leaf_hash)
    state = DictState()
    with pytest.raises(LedgerBroken, match="entry 1"):
        fold(CERTIFIED_TREE, state, [records[0], damaged])
    assert state.get(Readme, "README.md") is not None
    assert state.get(Readme, make.dna(1)) is None
