"""The promise of a document store, tested on every implementation against a plain model."""

import sqlite3
from collections.abc import Callable, Iterator
from typing import Any, ClassVar

import psycopg
import pytest
from hypothesis import given
from hypothesis import strategies as st

from oneseek.adapters.ledger.memory_tables import MemoryState
from oneseek.adapters.ledger.postgres_schema import STATE_TABLE as POSTGRES_STATE_TABLE
from oneseek.adapters.ledger.postgres_state import PostgresState
from oneseek.adapters.ledger.sqlite_schema import STATE_TABLE
from oneseek.adapters.ledger.sqlite_state import SqliteState
from oneseek.domain.errors import LedgerBroken
from oneseek.domain.state.store import DictState, Document, State, index_key, prefix_range


class Red(Document, frozen=True):
    table: ClassVar[str] = "red"
    value: int


class Blue(Document, frozen=True):
    table: ClassVar[str] = "blue"
    value: int
    text: str | None


def on_cursor() -> SqliteState:
    """As the ledger has it: every statement runs on the one cursor of a transaction."""
    cursor = sqlite3.connect(":memory:").cursor()
    cursor.execute(STATE_TABLE)
    return SqliteState(cursor)


def on_connection() -> SqliteState:
    """As a projection has it: every statement gets a cursor of its own."""
    connection = sqlite3.connect(":memory:")
    connection.execute(STATE_TABLE)
    return SqliteState(connection)


@pytest.fixture(
    scope="module",
    params=[
        DictState,
        MemoryState,
        on_cursor,
        on_connection,
        "postgres",
    ],
)
def new_state(request: pytest.FixtureRequest) -> Iterator[Callable[[], State]]:
    """Makes an empty store at every call."""
    if request.param != "postgres":
        yield request.param
        return
    url = request.getfixturevalue("postgres_server")
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(POSTGRES_STATE_TABLE.replace("CREATE TABLE", "CREATE TEMP TABLE"))

        def emptied() -> State:
            connection.execute("DELETE FROM state")
            return PostgresState(connection)

        yield emptied


KEYS = st.text(st.sampled_from("ab\x00\uffff\U00010000å"), max_size=3)
DOCUMENTS = st.builds(Red, value=st.integers(0, 9)) | st.builds(
    Blue,
    value=st.integers(0, 9),
    text=st.none() | st.text(st.characters(codec="utf-8")),
)
KINDS: st.SearchStrategy[type[Red] | type[Blue]] = st.sampled_from([Red, Blue])
STEPS = st.lists(
    st.tuples(st.just("put"), KEYS, DOCUMENTS) | st.tuples(st.just("delete"), KEYS, KINDS),
    max_size=20,
)
Model = dict[tuple[type[Document], str], Document]


def run(state: State, steps: list[tuple[str, str, Any]]) -> Model:
    """Apply ``steps`` to ``state`` and to the model that is returned."""
    model: Model = {}
    for verb, key, what in steps:
        if verb == "put":
            state.put(key, what)
            model[type(what), key] = what
        else:
            state.delete(what, key)
            model.pop((what, key), None)
    return model


@given(STEPS, KINDS, KEYS, st.none() | KEYS, st.booleans())
def test_reading_gives_what_was_written_last_in_key_order(
    new_state: Callable[[], State],
    steps: list[tuple[str, str, Any]],
    kind: type[Red] | type[Blue],
    start: str,
    stop: str | None,
    descending: bool,
) -> None:
    state = new_state()
    model = run(state, steps)
    for _, key, _what in steps:
        assert state.get(kind, key) == model.get((kind, key))
    wanted = [
        (key, document)
        for (found, key), document in sorted(model.items(), key=lambda item: item[0][1])
        if found is kind and key >= start and (stop is None or key < stop)
    ]
    found = list(state.scan(kind, start=start, stop=stop, descending=descending))
    assert found == (wanted[::-1] if descending else wanted)


@given(STEPS)
def test_reading_while_scanning_does_not_disturb_the_scan(
    new_state: Callable[[], State], steps: list[tuple[str, str, Any]]
) -> None:
    state = new_state()
    model = run(state, steps)
    seen = []
    for key, document in state.scan(Red):
        assert state.get(Red, key) == document
        assert list(state.scan(Blue)) is not None
        seen.append(key)
    assert seen == sorted(key for kind, key in model if kind is Red)


def test_documents_of_two_kinds_may_have_one_key(new_state: Callable[[], State]) -> None:
    state = new_state()
    state.put("a", Red(value=1))
    state.put("a", Blue(value=2, text=None))
    state.delete(Red, "a")
    assert state.get(Red, "a") is None
    assert state.get(Blue, "a") == Blue(value=2, text=None)


def test_a_key_that_is_no_unicode_text_names_nothing(new_state: Callable[[], State]) -> None:
    """Arguments of a command line may be such text; nothing was ever stored under it."""
    state = new_state()
    state.put("a", Red(value=1))
    assert state.get(Red, "\udcff") is None
    start, stop = prefix_range("\udcff")
    assert list(state.scan(Red, start=start, stop=stop)) == []


def test_what_was_flushed_is_read_by_others_and_damage_is_named() -> None:
    connection = sqlite3.connect(":memory:")
    connection.execute(STATE_TABLE)
    state = SqliteState(connection)
    state.put("a", Blue(value=1, text="t"))
    assert SqliteState(connection).get(Blue, "a") is None
    state.flush()
    assert SqliteState(connection).get(Blue, "a") == Blue(value=1, text="t")
    for damaged in (
        b"",
        b"{}",
        b'{"value":1,"text":"t","more":1}',
        b'{"value":1,"text":"\xff"}',
        7,
    ):
        connection.execute("UPDATE state SET body = ?", (damaged,))
        with pytest.raises(LedgerBroken, match="blue/a"):
            SqliteState(connection).get(Blue, "a")


@given(
    st.text(st.sampled_from("ab\uffff"), max_size=3),
    st.text(st.sampled_from("ab\uffff"), max_size=5),
)
def test_a_prefix_range_holds_exactly_the_keys_that_begin_so(prefix: str, key: str) -> None:
    start, stop = prefix_range(prefix)
    inside = key >= start and (stop is None or key < stop)
    assert inside == key.startswith(prefix)


@given(st.integers(0, 10**16 - 1), st.integers(0, 10**16 - 1))
def test_index_keys_sort_as_the_numbers_do(one: int, other: int) -> None:
    assert (index_key(one) < index_key(other)) == (one < other)
