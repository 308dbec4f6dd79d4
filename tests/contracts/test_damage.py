"""What every database's ledger says of itself when somebody has worked on it by hand."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

import builders as make
from oneseek.adapters.ledger.sqlite_schema import EVIDENCE, TABLES
from oneseek.domain.errors import LedgerBroken
from postgres import session
from workbench import Workbench, workbench

Execute = Callable[[str], Any]


@pytest.fixture
def url(database_url: str | None) -> str | None:
    return database_url


@pytest.fixture
def bench(url: str | None, tmp_path: Path) -> Iterator[Workbench]:
    with workbench(tmp_path, url) as made:
        made.open()
        made.append(*[make.repaired()] * 255)
        yield made


@contextmanager
def by_hand(bench: Workbench, url: str | None) -> Iterator[Execute]:
    """Give a connection of the database's owner, past all of our code."""
    bench.ledger.close()
    if url is not None:
        with session(url) as connection:
            yield lambda statement: connection.execute(statement.encode())
        return
    file = sqlite3.connect(bench.database, isolation_level=None)
    try:
        yield file.execute
    finally:
        file.close()


@pytest.mark.parametrize("table", TABLES)
def test_a_table_that_is_gone_is_named(bench: Workbench, url: str | None, table: str) -> None:
    with by_hand(bench, url) as execute:
        execute(f"DROP TABLE {table}")
    for use in (bench.ledger.head, lambda: bench.append(make.repaired())):
        with pytest.raises(LedgerBroken, match=f"has lost its table {table}") as caught:
            use()
        assert ("oneseek rebuild state" in (caught.value.hint or "")) == (table == "state")
    if table in EVIDENCE:
        with pytest.raises(LedgerBroken, match=f"has lost its table {table}"):
            bench.location.refold()
    else:
        assert bench.location.refold() == 257
        assert bench.append(make.repaired()).size == 258


@pytest.mark.parametrize(
    ("statement", "what"),
    [
        ("INSERT INTO entries SELECT 257, 'x', 1, topic, clock, leaf_hash, state FROM entries "
         "WHERE position = 3", "entry 257"),
        ("INSERT INTO checkpoints SELECT 557, checkpoint FROM head", "the checkpoint of 557"),
        ("INSERT INTO tiles SELECT 0, 1, root FROM tiles", "tile 1 of level 0"),
    ],
)  # fmt: skip
def test_a_row_beyond_the_head_is_named_when_an_append_meets_it(
    bench: Workbench, url: str | None, statement: str, what: str
) -> None:
    with by_hand(bench, url) as execute:
        execute(statement)
    with pytest.raises(LedgerBroken, match=f"{what} .*lies beyond the signed head") as caught:
        bench.append(*[make.repaired()] * 300)
    assert caught.value.hint
    assert bench.ledger.head().size == 257


def test_triggers_that_are_gone_are_named_and_put_back(bench: Workbench, url: str | None) -> None:
    assert bench.location.missing_guards() == []
    on = " ON entries" if url else ""
    with by_hand(bench, url) as execute:
        execute(f"DROP TRIGGER entries_no_update{on}")
    assert bench.location.missing_guards() == ["entries_no_update"]
    bench.location.refold()
    assert bench.location.missing_guards() == []
    with by_hand(bench, url) as execute, pytest.raises(Exception, match="append-only"):
        execute("UPDATE entries SET clock = 0")


def test_a_trigger_that_sleeps_is_as_good_as_gone(
    url: str | None, request: pytest.FixtureRequest
) -> None:
    bench: Workbench = request.getfixturevalue("bench")
    with by_hand(bench, url) as execute:
        if url:
            execute("ALTER TABLE head DISABLE TRIGGER head_no_update")
        else:
            execute("DROP TRIGGER head_only_forward")
            execute("CREATE TRIGGER head_only_forward BEFORE UPDATE ON head BEGIN SELECT 1; END")
    assert len(bench.location.missing_guards()) == 1
    bench.location.refold()
    assert bench.location.missing_guards() == []
