"""What holds of all collections: any history gives legal documents, folded at once or in parts."""

from collections.abc import Iterable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import builders as make
from firestore_values import block_fields, require_legal, require_legal_id
from oneseek.domain.entry import Entry
from oneseek.domain.events import ALL_EVENTS, Event
from oneseek.domain.projections.collections.all import COLLECTIONS
from oneseek.domain.projections.collections.collection import Collection, Rendered, Sealed
from oneseek.domain.projections.folding import fold, unit, units
from oneseek.domain.registry import REGISTRY
from oneseek.domain.state.store import DictState
from strategies import EVENTS, HISTORIES

each = pytest.mark.parametrize("collection", COLLECTIONS, ids=lambda item: item.name)
NAMES = {item.name for item in COLLECTIONS}
LONG = st.lists(st.one_of(EVENTS, st.sampled_from(make.EXAMPLES)), max_size=12)


def folded(collection: Collection, entries: Iterable[tuple[int, Entry]]) -> dict[str, Rendered]:
    """Return what a collection shows of these entries, by id."""
    state = DictState()
    fold(collection, state, entries)
    return {id: collection.render(document) for id, document in units(collection, state)}


def legal(rendered: Rendered) -> None:
    fields = {
        name: "" if isinstance(node, Sealed) else node for name, node in rendered.fields.items()
    }
    require_legal(fields)


def require_sound(events: list[Event]) -> None:
    entries = make.indexed(events)
    raws = [REGISTRY.encode(entry) for _, entry in entries]
    for collection in COLLECTIONS:
        shown = folded(collection, entries)
        for id, rendered in shown.items():
            require_legal_id(id)
            legal(rendered)
            if proven := rendered.proven:
                raw = raws[proven.index]
                require_legal(block_fields(proven.index, raw, 99, bytes(32), [bytes(32)], b"x"))
        recalled = list(enumerate(REGISTRY.recall(raws)))
        assert folded(collection, recalled) == shown


@settings(max_examples=40)
@given(HISTORIES)
def test_any_history_gives_documents_that_firestore_takes(events: list[Event]) -> None:
    require_sound(events)


@settings(max_examples=60)
@given(LONG)
def test_so_do_any_events_with_any_values(events: list[Event]) -> None:
    require_sound(events)


@settings(max_examples=40)
@given(HISTORIES, st.integers(0, 25))
def test_folding_in_two_parts_is_folding_at_once(events: list[Event], cut: int) -> None:
    entries = make.indexed(events)
    for collection in COLLECTIONS:
        state = DictState()
        touched = fold(collection, state, entries[:cut]).names
        before = {id: collection.render(doc) for id, doc in units(collection, state)}
        touched |= (later := fold(collection, state, entries[cut:])).names
        shown = {id: collection.render(doc) for id, doc in units(collection, state)}
        assert shown == folded(collection, entries)
        assert set(shown) == touched
        # Whoever writes only what the second part touched has everything that changed.
        assert {id for id in shown if shown[id] != before.get(id)} <= later.names


@each
def test_ids_of_the_kinds_of_units_are_never_the_same(collection: Collection) -> None:
    state = DictState()
    fold(collection, state, make.indexed([*make.EXAMPLES, *make.EXAMPLES]))
    ids = [id for id, _ in units(collection, state)]
    assert len(ids) == len(set(ids))
    assert all(unit(collection, state, id) for id in ids)


@each
def test_every_kind_that_a_collection_reads_changes_a_document(collection: Collection) -> None:
    old = make.imported().manifest
    questions = [make.answered("q2", make.manifest()), make.answered("q3", old), make.erased("q2")]
    second = [make.started("t2", make.manifest()), make.certified(2)]
    entries = make.indexed([*make.EXAMPLES, *questions, *second])
    for kind in collection.events:
        rest = [(index, entry) for index, entry in entries if type(entry.body) is not kind]
        # At some moment: what is placed may be taken back later.
        assert any(
            folded(collection, _until(rest, size)) != folded(collection, _until(entries, size))
            for size in range(1, len(entries) + 1)
        ), kind


def _until(entries: list[tuple[int, Entry]], size: int) -> list[tuple[int, Entry]]:
    return [(index, entry) for index, entry in entries if index < size]


def test_every_kind_is_in_the_ledger_and_nothing_sweeps() -> None:
    assert {item.name for item in COLLECTIONS if item.events == frozenset(ALL_EVENTS)} == {
        "oqt_ledger"
    }
    assert all(item.sweeps == frozenset() for item in COLLECTIONS)
    assert {
        "oqt_queries", "oqt_training_events", "oqt_metrics", "oqt_provenance", "oqt_ledger"
    } == NAMES  # fmt: skip


def test_tables_of_units_are_each_collections_own() -> None:
    tables = [kind.table for item in COLLECTIONS for kind in item.units]
    assert len(tables) == len(set(tables))
