"""A PostgreSQL ledger from inside: made whole, append-only, and refused when it is not one."""

from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

import builders as make
from oneseek.adapters.ledger.location import Location, locate
from oneseek.adapters.ledger.postgres_schema import ledger_statements
from oneseek.domain.errors import Conflict, LedgerBroken, NotFound
from postgres import session
from workbench import Workbench, workbench


@pytest.fixture
def bench(postgres_url: str, tmp_path: Path) -> Iterator[Workbench]:
    with workbench(tmp_path, postgres_url) as made:
        made.open()
        yield made


def place(url: str) -> Location:
    return locate(Path("ledger.db"), url)


CHANGES = [
    "UPDATE entries SET state = '' WHERE position = 1",
    "UPDATE entries SET topic = 'other' WHERE false",
    "DELETE FROM entries WHERE position = 1",
    "DELETE FROM entries",
    "TRUNCATE entries",
    "TRUNCATE entries, tiles, checkpoints CASCADE",
    "INSERT INTO entries SELECT 1, 'x', 1, topic, clock, leaf_hash, '' FROM entries LIMIT 1",
    "INSERT INTO entries SELECT 999, originator_id, originator_version, topic, clock, leaf_hash, "
    "'' FROM entries WHERE position = 1",
    "INSERT INTO entries SELECT * FROM entries WHERE position = 1 "
    "ON CONFLICT (position) DO UPDATE SET state = ''",
    "MERGE INTO entries e USING (SELECT 1) x ON e.position = 1 WHEN MATCHED THEN DELETE",
    "INSERT INTO checkpoints SELECT size, '' FROM checkpoints",
    "UPDATE checkpoints SET note = ''",
    "DELETE FROM checkpoints",
    "TRUNCATE checkpoints",
    "INSERT INTO tiles VALUES (0, 0, '')",
    "UPDATE tiles SET root = ''",
    "DELETE FROM tiles",
    "TRUNCATE tiles",
    "DELETE FROM head",
    "TRUNCATE head",
    "UPDATE head SET size = size - 1",
    "INSERT INTO head VALUES (1, 0, '', 0, '')",
    "INSERT INTO head VALUES (2, 0, '', 0, '')",
    "UPDATE format SET version = 2",
    "DELETE FROM format",
]


@pytest.mark.parametrize("change", CHANGES)
def test_the_database_refuses_to_change_what_was_written(
    bench: Workbench, postgres_url: str, change: str
) -> None:
    items = [make.entry(make.repaired(), number) for number in range(1, 300)]
    bench.ledger.append(items, {items[0].stream: 0})
    before = list(bench.ledger.records())
    with session(postgres_url) as connection, pytest.raises(psycopg.IntegrityError):
        connection.execute(change)
    assert list(bench.ledger.records()) == before
    assert bench.audit().findings == ()


def test_a_ledger_is_made_whole_or_not_at_all(
    postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    from oneseek.adapters.ledger import postgres_ledger

    location = place(postgres_url)
    for count in (1, 5, len(ledger_statements())):
        with monkeypatch.context() as patch:
            statements = [*ledger_statements()[:count], "SELECT 1 / 0"]
            patch.setattr(postgres_ledger, "ledger_statements", lambda made=statements: made)
            with pytest.raises(Exception, match="division by zero"):
                location.create()
        assert not location.exists()
    location.create()
    assert location.exists()


def test_a_schema_that_stands_ready_and_empty_is_taken(postgres_url: str) -> None:
    with session(postgres_url) as connection:
        connection.execute(f"CREATE SCHEMA {postgres_url.rpartition('=')[2]}")
    location = place(postgres_url)
    assert not location.exists()
    location.create()
    assert location.exists()


def test_a_schema_of_another_program_is_refused_and_left_as_it_is(postgres_url: str) -> None:
    with session(postgres_url) as connection:
        connection.execute(f"CREATE SCHEMA {postgres_url.rpartition('=')[2]}")
        connection.execute("CREATE TABLE head (size BIGINT)")
    location = place(postgres_url)
    with pytest.raises(LedgerBroken, match="is not a OneSeek ledger, or this user") as caught:
        location.exists()
    assert "GRANT" in str(caught.value.hint)
    with pytest.raises(Conflict, match="exists already"):
        location.create()
    with session(postgres_url) as connection:
        assert connection.execute("SELECT count(*) FROM head").fetchone() == (0,)


def test_where_there_is_no_ledger_nothing_is_made(postgres_url: str) -> None:
    location = place(postgres_url)
    ledger = location.open(lambda size, root: b"")
    for use in (ledger.head, location.refold, lambda: ledger.append([], {})):
        with pytest.raises(NotFound, match="there is no ledger") as caught:
            use()
        assert caught.value.hint
    assert not location.exists()


def test_a_ledger_of_a_newer_format_is_refused(bench: Workbench, postgres_url: str) -> None:
    with session(postgres_url) as connection:
        connection.execute("ALTER TABLE format DISABLE TRIGGER ALL")
        connection.execute("UPDATE format SET version = 2")
    with pytest.raises(LedgerBroken, match="made by a newer OneSeek"):
        bench.another_ledger().head()


def test_the_ledger_of_another_log_is_refused_before_anything_is_signed(bench: Workbench) -> None:
    def seal(_: int, __: bytes) -> bytes:
        raise AssertionError("nothing may be signed here")

    stranger = bench.location.open(seal, "oneseek.test/other")
    item = make.entry(make.repaired())
    with pytest.raises(Conflict, match=r"is the ledger of oneseek\.test/log"):
        stranger.append([item], {item.stream: 0})


def test_damaged_documents_are_folded_again(bench: Workbench, postgres_url: str) -> None:
    bench.add_materials()

    def documents() -> list[tuple[object, ...]]:
        with session(postgres_url) as connection:
            return connection.execute("SELECT * FROM state ORDER BY kind, key").fetchall()

    before = documents()
    assert len(before) > 3
    with session(postgres_url) as connection:
        connection.execute("DELETE FROM state WHERE kind = %s", (before[0][0],))
        connection.execute("UPDATE state SET body = '{}' WHERE kind = %s", (before[-1][0],))
    assert documents() != before
    assert bench.location.refold() == bench.ledger.head().size
    assert documents() == before
