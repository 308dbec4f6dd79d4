"""What is active follows from the registry's entries by the same rules as in the state."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

import builders as make
from oneseek.domain.events import Event
from oneseek.domain.index.activity import Subject, determines, state_after, states, was_active
from oneseek.domain.state.documents import Activity
from oneseek.domain.state.fold import apply
from oneseek.domain.state.store import DictState, index_key

MAJORS = st.integers(1, 3)
EVENTS = st.lists(
    st.one_of(
        st.builds(make.activated, MAJORS),
        st.builds(make.withdrawn, MAJORS, st.booleans()),
        st.builds(make.restored, MAJORS),
        st.just(make.registry_reset()),
        st.just(make.base()),
    ),
    max_size=12,
)


def by_the_fold(events: list[Event], size: int) -> str | None:
    state = DictState()
    for index, entry in make.indexed(events):
        if index < size:
            apply(state, index, entry)
    newest = state.scan(Activity, stop=index_key(size), descending=True)
    return next((activity.active for _, activity in newest), None)


@given(EVENTS)
def test_at_every_size_the_fold_says_the_same(events: list[Event]) -> None:
    known = states(make.indexed(events), from_the_first=True)
    for size in range(len(events) + 1):
        state = state_after(known, size)
        assert state is not None
        assert state.dna == by_the_fold(events, size)


@given(EVENTS, st.integers(0, 12), st.integers(0, 12), MAJORS)
def test_a_version_was_active_between_two_sizes_if_it_was_at_one_of_them(
    events: list[Event], one: int, other: int, major: int
) -> None:
    since, until = sorted((min(one, len(events)), min(other, len(events))))
    known = states(make.indexed(events), from_the_first=True)
    wanted = any(by_the_fold(events, n) == make.dna(major) for n in range(since, until + 1))
    for subject in (
        Subject(make.manifest(major), None),
        Subject(None, make.dna(major)),
        Subject(make.manifest(major), make.dna(major)),
    ):
        assert (was_active(known, subject, since, until) is not None) == wanted


def test_without_the_first_entry_nothing_is_known_before_one_that_determines_it() -> None:
    entries = make.indexed([make.withdrawn(1), make.restored(1), make.activated(1)])
    known = states(entries, from_the_first=False)
    assert state_after(known, 2) is None
    assert was_active(known, Subject(make.manifest(1), None), 0, 2) is None
    state = state_after(known, 3)
    assert state is not None
    assert (state.index, state.dna, state.kind) == (2, make.dna(1), "version-activated/v1")


@pytest.mark.parametrize(
    ("event", "alone"),
    [
        (make.activated(1), True),
        (make.registry_reset(), True),
        (make.withdrawn(1, was_active=True), True),
        (make.withdrawn(1, was_active=False), False),
        (make.restored(1), False),
        (make.base(), False),
    ],
)
def test_some_entries_tell_alone_what_is_active(event: Event, alone: bool) -> None:
    assert determines(event) == alone


def test_a_version_is_called_by_its_name_or_else_by_its_digest() -> None:
    assert str(Subject(make.manifest(1), make.dna(1))) == make.dna(1)
    assert str(Subject(make.manifest(1), None)) == make.manifest(1)
