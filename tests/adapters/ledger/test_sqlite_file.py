"""The ledger file itself: made whole, refused when it is not one, and append-only from inside."""

import os
import signal
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import builders as make
from oneseek.adapters.ledger import sqlite_ledger
from oneseek.adapters.ledger.sqlite_ledger import SqliteLedger, create_ledger
from oneseek.adapters.ledger.sqlite_refold import refold
from oneseek.adapters.ledger.sqlite_schema import ledger_statements
from oneseek.domain.errors import Conflict, LedgerBroken, NotFound, OneSeekError, ServiceFailed
from workbench import Workbench

ENTRY = make.entry(make.repaired(), time="2026-11-21T00:00:00.000000Z")


def unsealed(_: int, __: bytes) -> bytes:
    raise AssertionError("nothing may be signed here")


def settled(bench: Workbench) -> bytes:
    """Return the bytes of the ledger file with everything in it."""
    bench.ledger.close()
    with sqlite3.connect(bench.database) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return bench.database.read_bytes()


def whole(path: Path) -> bool:
    ledger = SqliteLedger(path, unsealed)
    try:
        return ledger.head().size == 0
    except OneSeekError:
        return False
    finally:
        ledger.close()


def test_a_new_ledger_is_empty_and_alone_in_its_folder(tmp_path: Path) -> None:
    create_ledger(tmp_path / "ledger.db")
    assert [path.name for path in tmp_path.iterdir()] == ["ledger.db"]
    assert whole(tmp_path / "ledger.db")


def test_a_ledger_is_never_made_over_another_file(bench: Workbench) -> None:
    with pytest.raises(Conflict, match="exists already"):
        create_ledger(bench.database)
    assert bench.ledger.head().size == 2


def test_a_ledger_cannot_be_made_where_there_is_no_folder(tmp_path: Path) -> None:
    with pytest.raises(ServiceFailed):
        create_ledger(tmp_path / "absent" / "ledger.db")


@pytest.mark.parametrize("count", [0, 1, 8, 99])
def test_a_process_that_dies_while_making_a_ledger_leaves_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, count: int
) -> None:
    def dying() -> Iterator[str]:
        yield from ledger_statements()[:count]
        os.kill(os.getpid(), signal.SIGKILL)

    path = tmp_path / "ledger.db"
    with monkeypatch.context() as patch:
        patch.setattr(sqlite_ledger, "ledger_statements", dying)
        pid = os.fork()
        if pid == 0:
            create_ledger(path)
    assert os.waitpid(pid, 0)[1] == signal.SIGKILL
    assert not path.exists()
    create_ledger(path)
    assert [item.name for item in tmp_path.iterdir()] == ["ledger.db"]
    assert whole(path)


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        pytest.param(b"", "not a OneSeek ledger", id="an empty file"),
        pytest.param(b"hello", "not a readable SQLite file", id="a text"),
        pytest.param(bytes(range(256)) * 32, "not a readable SQLite file", id="other bytes"),
    ],
)
def test_a_file_that_is_no_ledger_is_refused_and_left_as_it_is(
    tmp_path: Path, data: bytes, reason: str
) -> None:
    path = tmp_path / "ledger.db"
    path.write_bytes(data)
    ledger = SqliteLedger(path, unsealed)
    for use in uses(ledger):
        with pytest.raises(LedgerBroken, match=reason) as caught:
            use()
        assert caught.value.hint
    assert path.read_bytes() == data


def uses(ledger: SqliteLedger) -> list[Callable[[], object]]:
    def look() -> None:
        with ledger.view():
            raise AssertionError("there is nothing to look at")

    return [
        ledger.head,
        look,
        lambda: list(ledger.records()),
        lambda: ledger.append([ENTRY], make.expected([ENTRY])),
    ]


def test_a_database_of_another_program_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "ledger.db"
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE head (size INTEGER)")
        connection.execute("INSERT INTO head VALUES (0)")
    before = path.read_bytes()
    for use in uses(SqliteLedger(path, unsealed)):
        with pytest.raises(LedgerBroken, match="not a OneSeek ledger"):
            use()
    assert path.read_bytes() == before


def test_a_missing_file_is_told_and_not_made(tmp_path: Path) -> None:
    path = tmp_path / "ledger.db"
    for use in uses(SqliteLedger(path, unsealed)):
        with pytest.raises(NotFound, match="no ledger"):
            use()
    with pytest.raises(NotFound, match="no ledger"):
        refold(path)
    assert not path.exists()


def test_a_ledger_of_a_newer_format_is_refused(bench: Workbench) -> None:
    with sqlite3.connect(bench.database) as connection:
        connection.execute("PRAGMA user_version = 2")
    for use in uses(SqliteLedger(bench.database, unsealed)):
        with pytest.raises(LedgerBroken, match="made by a newer OneSeek") as caught:
            use()
        assert caught.value.exit_code == 10
    with pytest.raises(LedgerBroken, match="made by a newer OneSeek"):
        refold(bench.database)


@pytest.mark.parametrize("part", [0.01, 0.1, 0.5, 0.9])
def test_a_file_that_was_cut_short_is_refused_and_left_as_it_is(
    stocked: Workbench, part: float
) -> None:
    raw = settled(stocked)
    cut = raw[: int(len(raw) * part)]
    stocked.database.write_bytes(cut)
    with pytest.raises(LedgerBroken):
        stocked.another_ledger().append([ENTRY], make.expected([ENTRY]))
    with pytest.raises(LedgerBroken):
        stocked.audit()
    assert stocked.database.read_bytes() == cut


@pytest.mark.parametrize("lost", [1, 100, 3000])
def test_a_file_that_lost_a_part_of_its_last_page_is_found_by_the_audit(
    stocked: Workbench, lost: int
) -> None:
    """SQLite reads zeros there and says nothing; the hashes do."""
    stocked.database.write_bytes(settled(stocked)[:-lost])
    found = stocked.audit().findings
    assert found[0].check in ("leaf-hash", "entry-missing")
    assert found[0].where.startswith("entry ")


def test_a_copy_on_a_medium_that_cannot_be_written_is_read_without_side_files(
    stocked: Workbench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    copy = tmp_path / "copy" / "ledger.db"
    copy.parent.mkdir()
    copy.write_bytes(settled(stocked))
    monkeypatch.setattr(os, "access", lambda *_: False)
    reader = SqliteLedger(copy, unsealed)
    assert reader.head() == stocked.ledger.head()
    assert list(reader.records()) == list(stocked.ledger.records())
    assert [path.name for path in copy.parent.iterdir()] == ["ledger.db"]
    reader.close()


CHANGES = [
    "UPDATE entries SET state = x'00' WHERE position = 1",
    "UPDATE entries SET topic = 'other'",
    "DELETE FROM entries WHERE position = 1",
    "DELETE FROM entries",
    "INSERT OR REPLACE INTO entries SELECT 1, 'x', 1, topic, clock, leaf_hash, x'00' "
    "FROM entries WHERE position = 1",
    "INSERT OR REPLACE INTO entries SELECT 99, originator_id, originator_version, topic, clock, "
    "leaf_hash, x'00' FROM entries WHERE position = 1",
    "REPLACE INTO checkpoints SELECT size, x'00' FROM checkpoints",
    "UPDATE checkpoints SET note = x'00'",
    "DELETE FROM checkpoints",
    "REPLACE INTO tiles VALUES (0, 0, x'00')",
    "UPDATE tiles SET root = x'00'",
    "DELETE FROM tiles",
    "DELETE FROM head",
    "UPDATE head SET size = size - 1",
    "REPLACE INTO head VALUES (1, 0, x'', 0, x'')",
    "INSERT OR REPLACE INTO head SELECT 1, 1, frontier, 0, checkpoint FROM head",
]


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("recursive", [False, True], ids=["", "recursive triggers"])
def test_the_database_refuses_to_change_what_was_written(
    bench: Workbench, change: str, recursive: bool
) -> None:
    items = [make.entry(make.repaired(), number) for number in range(1, 300)]
    bench.ledger.append(items, {items[0].stream: 0})
    before = list(bench.ledger.records())
    with sqlite3.connect(bench.database) as connection:
        connection.execute(f"PRAGMA recursive_triggers = {int(recursive)}")
        with pytest.raises(sqlite3.IntegrityError):
            connection.execute(change)
    assert list(bench.ledger.records()) == before
    assert bench.audit().findings == ()


def test_state_documents_can_be_folded_again(stocked: Workbench) -> None:
    def documents() -> list[tuple[str, str, bytes]]:
        with sqlite3.connect(stocked.database) as connection:
            return connection.execute("SELECT * FROM state ORDER BY kind, key").fetchall()

    before = documents()
    with sqlite3.connect(stocked.database) as connection:
        connection.execute("DELETE FROM state WHERE kind = 'version'")
        connection.execute("UPDATE state SET body = x'7b7d' WHERE kind = 'line'")
    assert documents() != before
    assert refold(stocked.database) == stocked.ledger.head().size
    assert documents() == before
