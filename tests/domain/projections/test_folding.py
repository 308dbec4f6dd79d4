"""Folding a projection: in any split the same, and no changed unit is overlooked."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

import builders as make
import strategies
from oneseek.domain.entry import Entry
from oneseek.domain.events import Event, RegistryReset
from oneseek.domain.projections.all import ALL_PROJECTIONS
from oneseek.domain.projections.folding import fold, unit, units
from oneseek.domain.projections.nodes import require_unit_name
from oneseek.domain.projections.projection import Projection
from oneseek.domain.state.store import DictState, Document

on_every_projection = pytest.mark.parametrize(
    "projection", ALL_PROJECTIONS, ids=lambda projection: str(projection.name)
)


def folded(projection: Projection, entries: list[tuple[int, Entry]]) -> DictState:
    state = DictState()
    fold(projection, state, entries)
    return state


def shown(projection: Projection, state: DictState) -> dict[str, Document]:
    return dict(units(projection, state))


@on_every_projection
@given(strategies.HISTORIES, st.data())
def test_folding_in_any_split_equals_folding_at_once(
    projection: Projection, history: list[Event], data: st.DataObject
) -> None:
    entries = make.indexed(history)
    splits = sorted(data.draw(st.lists(st.integers(0, len(entries)), max_size=4)))
    state = DictState()
    for start, stop in zip([0, *splits], [*splits, len(entries)], strict=True):
        fold(projection, state, entries[start:stop])
    assert shown(projection, state) == shown(projection, folded(projection, entries))


@on_every_projection
@given(strategies.HISTORIES, st.data())
def test_every_unit_that_changed_was_touched(
    projection: Projection, history: list[Event], data: st.DataObject
) -> None:
    """The target is told of touched units only: one overlooked would be drift."""
    entries = make.indexed(history)
    start = data.draw(st.integers(0, len(entries)))
    state = folded(projection, entries[:start])
    before = shown(projection, state)
    touched = fold(projection, state, entries[start:]).names
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
    state = folded(projection, make.indexed(history))
    assert set(shown(projection, state)) == set(
        shown(projection, folded(projection, make.indexed(declared)))
    )


@on_every_projection
@given(strategies.HISTORIES)
def test_every_unit_has_a_name_of_the_declared_depth_and_can_be_rendered(
    projection: Projection, history: list[Event]
) -> None:
    for name, document in units(projection, folded(projection, make.indexed(history))):
        require_unit_name(name, projection.depth)
        assert unit(projection, folded(projection, make.indexed(history)), name) == document
        assert projection.render(document)


@on_every_projection
@given(strategies.HISTORIES)
def test_after_a_reset_and_only_then_the_whole_target_is_compared(
    projection: Projection, history: list[Event]
) -> None:
    touched = fold(projection, DictState(), make.indexed(history))
    assert touched.everything == any(isinstance(event, RegistryReset) for event in history)


def test_projections_have_names_and_folders_of_their_own() -> None:
    assert len({projection.name for projection in ALL_PROJECTIONS}) == len(ALL_PROJECTIONS)
    assert len({projection.folder for projection in ALL_PROJECTIONS}) == len(ALL_PROJECTIONS)
