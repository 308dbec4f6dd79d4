"""The promises of a ledger about cosignatures, kept in memory, in SQLite and in PostgreSQL."""

from collections.abc import Iterator
from pathlib import Path

import pytest

import builders as make
from oneseek.domain.errors import Conflict, NotFound
from oneseek.domain.stored import StoredCosignature
from postgres import session
from workbench import Workbench, workbench

in_a_database = pytest.mark.parametrize("url", ["sqlite", "postgres"], indirect=True)


@pytest.fixture
def bench(url: str | None, tmp_path: Path) -> Iterator[Workbench]:
    """A ledger with checkpoints of 2, 3 and 6 entries."""
    with workbench(tmp_path, url) as made:
        made.open()
        made.append(make.repaired("a"))
        made.append(make.repaired("a"), make.repaired("a"), make.repaired("a"))
        yield made


def said(size: int, name: str = "w.example/1", key_id: int = 7) -> StoredCosignature:
    return StoredCosignature(size, name, key_id, f"{size} {name}".encode())


def test_a_ledger_without_cosignatures_reads_as_having_none(bench: Workbench) -> None:
    assert list(bench.ledger.cosignatures()) == []
    assert bench.ledger.attach([]) == 0
    assert list(bench.ledger.cosignatures()) == []


def test_what_was_attached_is_read_by_everybody_the_newest_checkpoint_first(
    bench: Workbench,
) -> None:
    largest = said(3, "w.example/2", 2**32 - 1)
    assert bench.ledger.attach([said(2), largest, said(6), said(3)]) == 4
    rival = bench.another_ledger()
    for ledger in (bench.ledger, rival):
        assert list(ledger.cosignatures()) == [said(6), largest, said(3), said(2)]
        assert list(ledger.cosignatures(2)) == [said(6), largest, said(3)]
        assert list(ledger.cosignatures(6)) == []
    rival.close()


def test_many_are_read_in_their_order(bench: Workbench) -> None:
    many = [said(size, f"w.example/{number:04}") for size in (2, 3, 6) for number in range(700)]
    assert bench.ledger.attach(many) == 2100
    assert list(bench.ledger.cosignatures()) == many[::-1]


def test_the_first_one_of_a_witness_for_a_checkpoint_stays(bench: Workbench) -> None:
    bench.ledger.attach([said(3)])
    later = StoredCosignature(3, "w.example/1", 7, b"later")
    assert bench.ledger.attach([later, said(3, key_id=8)]) == 1
    assert list(bench.ledger.cosignatures()) == [said(3, key_id=8), said(3)]


@pytest.mark.parametrize("size", [0, 1, 4, 7, 2**63 - 1])
def test_nothing_is_kept_for_a_size_without_a_checkpoint(bench: Workbench, size: int) -> None:
    with pytest.raises(NotFound, match=f"no checkpoint of exactly {size} entries"):
        bench.ledger.attach([said(3), said(size)])
    assert list(bench.ledger.cosignatures()) == []


def test_attaching_moves_no_head_and_the_log_goes_on(bench: Workbench) -> None:
    before = bench.ledger.head()
    bench.ledger.attach([said(6)])
    assert bench.ledger.head() == before
    bench.append(make.repaired("a"))
    assert bench.audit().findings == ()
    assert bench.location.refold() == 7
    assert list(bench.ledger.cosignatures()) == [said(6)]


@in_a_database
def test_the_database_refuses_to_change_or_to_lose_one(bench: Workbench, url: str | None) -> None:
    bench.ledger.attach([said(6)])
    assert bench.location.missing_guards() == []
    for statement in (
        "UPDATE cosignatures SET size = 3",
        "DELETE FROM cosignatures",
        "INSERT INTO cosignatures SELECT * FROM cosignatures",
        "INSERT OR REPLACE INTO cosignatures SELECT * FROM cosignatures",
        "TRUNCATE cosignatures",
    ):
        with pytest.raises(Exception, match=r"append-only|exists|duplicate|syntax"):
            execute(bench, url, statement)
    assert list(bench.ledger.cosignatures()) == [said(6)]


@in_a_database
def test_triggers_that_were_dropped_are_missed_and_put_back(
    bench: Workbench, url: str | None
) -> None:
    bench.ledger.attach([said(6)])
    dropped = "DROP TRIGGER cosignatures_no_update"
    execute(bench, url, dropped + (" ON cosignatures" if url else ""))
    assert bench.location.missing_guards() == ["cosignatures_no_update"]
    bench.location.refold()
    assert bench.location.missing_guards() == []


@in_a_database
def test_a_ledger_that_went_elsewhere_takes_none(bench: Workbench) -> None:
    from oneseek.adapters.ledger.closing import MOVED, Closed

    with bench.location.hold() as held:  # type: ignore[attr-defined]
        held.close(Closed(MOVED, "elsewhere"))
    with pytest.raises(Conflict, match="was moved to elsewhere"):
        bench.ledger.attach([said(6)])
    assert list(bench.ledger.cosignatures()) == []


def execute(bench: Workbench, url: str | None, statement: str) -> None:
    """Run a statement past all of our code."""
    import sqlite3
    from contextlib import closing

    if url:
        with session(url) as connection:
            connection.execute(statement.encode())
        return
    with closing(sqlite3.connect(bench.database)) as file:
        file.execute(statement)
        file.commit()
