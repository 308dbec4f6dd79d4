"""What every database's ledger promises about being repaired: proven bytes, all or nothing."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace
from static_logs import publish_bench

import builders as make
from oneseek.adapters.keys.ed25519 import Ed25519Sealer, check_ed25519, create_key
from oneseek.adapters.ledger import repairing
from oneseek.adapters.ledger.closing import MOVED, Closed
from oneseek.adapters.ledger.location import PostgresLocation, SqliteLocation
from oneseek.adapters.ledger.repairing import Terms, repair
from oneseek.adapters.static_log.reference import open_reference
from oneseek.adapters.static_log.source import FolderSource
from oneseek.domain.audit.localisation import Localisation
from oneseek.domain.entry import Entry
from oneseek.domain.errors import Conflict, FoundDamage, LedgerBroken
from oneseek.domain.events import LedgerRepaired
from oneseek.domain.merkle.frontier import EMPTY_FRONTIER
from oneseek.domain.merkle.hashing import leaf_hash
from oneseek.domain.note.checkpoint import Checkpoint
from oneseek.domain.ports import View
from oneseek.domain.registry import REGISTRY
from oneseek.domain.state.store import Reading
from oneseek.domain.stored import Head
from oneseek.domain.values import format_time
from postgres import session
from workbench import Workbench, workbench

Execute = Callable[..., Any]
SIZE = 310


@pytest.fixture
def url(database_url: str | None) -> str | None:
    return database_url


@pytest.fixture
def bench(url: str | None, tmp_path: Path) -> Iterator[Workbench]:
    """Entries 0 to 309; a mirror holds all of them in ``mirror`` and the first 300 in ``short``."""
    with workbench(tmp_path, url) as made:
        made.open()
        made.append(*[make.repaired()] * 256)
        made.append(make.base(), make.dataset())
        made.append(*[make.repaired()] * 40)
        publish_bench(made, tmp_path / "short")
        for _ in range(10):
            made.append(make.repaired("integrity-manifests"))
        publish_bench(made, tmp_path / "mirror")
        yield made


@contextmanager
def by_hand(bench: Workbench, url: str | None) -> Iterator[Execute]:
    """Give a connection of the owner, who has put the triggers to sleep; `?` stands for values."""
    bench.ledger.close()
    if url is not None:
        with session(url) as connection:
            for table in ("entries", "tiles", "checkpoints", "head"):
                connection.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER".encode())
            yield lambda text, values=(): connection.execute(
                text.replace("?", "%s").encode(), values
            )
        return
    file = sqlite3.connect(bench.database, isolation_level=None)
    try:
        for (name,) in file.execute(
            "SELECT name FROM sqlite_master WHERE type = 'trigger'"
        ).fetchall():
            file.execute(f"DROP TRIGGER {name}")
        yield file.execute
    finally:
        file.close()


def terms(bench: Workbench, **changes: Any) -> Terms:
    seal = Ed25519Sealer(make.ORIGIN, bench.folder / "key.pem")

    def announce(state: Reading, found: Localisation, version: int) -> Entry:
        event = make.ledger_repaired()
        time = format_time(bench.clock.now())
        return REGISTRY.entry(event, stream_version=version, time=time, actor="anna")

    given: dict[str, Any] = {
        "origin": make.ORIGIN, "keys": (bench.key,), "check": check_ed25519, "seal": seal,
        "reseal": seal, "announce": announce, **changes,
    }  # fmt: skip
    return Terms(**given)


def mend(
    bench: Workbench, name: str = "mirror", *, dry_run: bool = False, **changes: Any
) -> Localisation:
    bench.ledger.close()
    assert isinstance(bench.location, SqliteLocation | PostgresLocation)
    reference = open_reference(FolderSource(bench.folder / name), [bench.key], make.ORIGIN)
    return repair(bench.location, reference, terms(bench, **changes), dry_run=dry_run)


def stored(bench: Workbench) -> dict[str, object]:
    """Return all that a ledger is made of, as its readers see it."""
    ledger = bench.ledger
    size = 0
    checkpoints = []
    while size < SIZE:
        size, note = ledger.checkpoint_covering(size)
        checkpoints.append((size, note))
    return {
        "entries": [(r.index, r.raw, r.leaf_hash) for r in ledger.records(0, SIZE)],
        "columns": list(ledger.index_rows(0, SIZE)),
        "tiles": ledger.hashes_at(1, 0, 1),
        "checkpoints": checkpoints,
    }


def snapshot(bench: Workbench) -> tuple[Head, Reading]:
    with bench.ledger.view() as view:
        view_: View = view
        return view_.head, view_


HARMS = {
    "bytes": "UPDATE entries SET state = ? WHERE position = 5|x",
    "no bytes at all": "UPDATE entries SET state = ? WHERE position = 256|",
    "an entry is gone": "DELETE FROM entries WHERE position = 5",
    "the first and the last are gone": "DELETE FROM entries WHERE position IN (0, 1, 309)",
    "many are gone": "DELETE FROM entries WHERE position BETWEEN 100 AND 300",
    "a leaf hash": "UPDATE entries SET leaf_hash = ? WHERE position = 309|h",
    "a stream": "UPDATE entries SET originator_id = 'x' WHERE position = 258",
    "versions": "UPDATE entries SET originator_version = originator_version + 1000 "
    "WHERE position BETWEEN 3 AND 9",
    "a kind": "UPDATE entries SET topic = 'x' WHERE position = 258",
    "times": "UPDATE entries SET clock = clock - 1 WHERE position > 200",
    "a tile": "UPDATE tiles SET root = ?|t",
    "tiles are gone": "DELETE FROM tiles",
    "checkpoints": "UPDATE checkpoints SET note = ? WHERE size > 302|c",
    "the newest checkpoint is gone": "DELETE FROM checkpoints WHERE size = 310",
    "the head's frontier": "UPDATE head SET frontier = ?|f",
    "the head's checkpoint": "UPDATE head SET checkpoint = ?|c",
    "the head's time": "UPDATE head SET clock = clock + 7",
    "the head's size": "UPDATE head SET size = 12",
    "no head": "DELETE FROM head",
    "a row behind the head": "INSERT INTO entries SELECT 310, 'x', 1, topic, clock, leaf_hash, "
    "state FROM entries WHERE position = 3",
    "the tail": "DELETE FROM entries WHERE position >= 301; DELETE FROM checkpoints WHERE size > "
    "301; UPDATE head SET size = 301",
}


@pytest.mark.parametrize("harm", HARMS)
def test_whatever_is_damaged_is_as_it_was_afterwards(
    bench: Workbench, url: str | None, harm: str
) -> None:
    before = stored(bench)
    with by_hand(bench, url) as execute:
        for statement in HARMS[harm].split("; "):
            text, bar, value = statement.partition("|")
            execute(text, (value.encode(),) if bar else ())
    looked = mend(bench, dry_run=True)
    assert not looked.whole
    assert bench.location.missing_guards() != []  # a dry run changes nothing
    found = mend(bench)
    assert found == looked
    assert bench.location.missing_guards() == []
    if harm == "the tail":  # checkpoints that only this database had are lost with it
        now = stored(bench)
        assert [row[0] for row in now["checkpoints"]][-2:] == [301, 310]  # type: ignore[attr-defined]
        assert {**now, "checkpoints": 0} == {**before, "checkpoints": 0}
    else:
        assert stored(bench) == before
    assert bench.audit().findings == ()
    (last,) = bench.events()[SIZE:]
    assert isinstance(last, LedgerRepaired)
    assert mend(bench).whole
    assert bench.ledger.head().size == SIZE + 1
    assert bench.append(make.repaired()).size == SIZE + 2


def test_a_whole_ledger_is_left_alone(bench: Workbench) -> None:
    before = bench.ledger.head()
    assert mend(bench).whole
    assert bench.ledger.head() == before


def test_two_swapped_rows_are_put_back(bench: Workbench, url: str | None) -> None:
    before = stored(bench)
    with by_hand(bench, url) as execute:
        for old, new in ((256, -1), (257, 256), (-1, 257)):
            execute("UPDATE entries SET position = ? WHERE position = ?", (new, old))
    found = mend(bench)
    assert {damage.index for damage in found.damaged if damage.what == "entry"} == {256, 257}
    assert stored(bench) == before


def test_damage_behind_the_end_of_the_mirror_changes_nothing_and_is_said(
    bench: Workbench, url: str | None
) -> None:
    with by_hand(bench, url) as execute:
        execute("UPDATE entries SET state = ? WHERE position = 5", (b"x",))
        execute("UPDATE entries SET state = ? WHERE position = 305", (b"x",))
    with pytest.raises(FoundDamage, match=r"entry 305.* is damaged, and .*short ends at 300"):
        mend(bench, "short")
    assert [r.raw for r in bench.ledger.records(5, 6)] == [b"x"]
    assert len(bench.location.missing_guards()) > 1
    mend(bench)
    assert bench.audit().findings == ()


def test_a_shorter_mirror_repairs_what_it_has_and_what_needs_none(
    bench: Workbench, url: str | None
) -> None:
    before = stored(bench)
    with by_hand(bench, url) as execute:
        execute("UPDATE entries SET state = ? WHERE position = 5", (b"x",))
        execute("UPDATE entries SET leaf_hash = ?, topic = 'x' WHERE position >= 305", (b"x",))
        execute("UPDATE head SET frontier = ?", (b"x",))
    mend(bench, "short")
    assert stored(bench) == before


def test_an_entry_that_no_signature_covers_is_not_thrown_away(
    bench: Workbench, url: str | None
) -> None:
    with by_hand(bench, url) as execute:
        execute("DELETE FROM checkpoints WHERE size > 300")
        execute("UPDATE head SET checkpoint = ?", (b"x",))
    with pytest.raises(FoundDamage, match="nothing that is signed covers entry 300"):
        mend(bench, "short")
    with by_hand(bench, url) as execute:
        execute("UPDATE head SET frontier = ?", (b"x",))
    with pytest.raises(FoundDamage, match="nothing that is signed covers entry 300"):
        mend(bench, "short")
    mend(bench)
    assert bench.ledger.head().size == SIZE + 1


def test_a_second_signed_history_is_no_damage_to_repair(bench: Workbench, url: str | None) -> None:
    leaves = [leaf_hash(r.raw) for r in bench.ledger.records()]
    entry = REGISTRY.decode(next(bench.ledger.records(309, 310)).raw)
    forged = REGISTRY.encode(make.entry(entry.body, entry.stream_version, entry.time, "eve"))
    frontier = EMPTY_FRONTIER.extend([*leaves[:309], leaf_hash(forged)])
    note = Ed25519Sealer(make.ORIGIN, bench.folder / "key.pem")(310, frontier.root())
    with by_hand(bench, url) as execute:
        execute("UPDATE entries SET state = ?, leaf_hash = ? WHERE position = 309",
                (forged, leaf_hash(forged)))  # fmt: skip
        execute("UPDATE checkpoints SET note = ? WHERE size = 310", (note,))
        execute("UPDATE head SET checkpoint = ?, frontier = ?", (note, frontier.to_bytes()))
    assert bench.audit().findings == ()
    with pytest.raises(LedgerBroken, match="two histories"):
        mend(bench)
    assert next(bench.ledger.records(309, 310)).raw == forged


def test_no_second_history_begins_where_the_end_of_the_first_was_lost(
    bench: Workbench, url: str | None
) -> None:
    with by_hand(bench, url) as execute:
        execute("UPDATE entries SET state = ? WHERE position = 5", (b"x",))
    with pytest.raises(LedgerBroken, match="a checkpoint of 312 entries was signed"):
        mend(bench, kept=Checkpoint(make.ORIGIN, 312, bytes(32)))
    with pytest.raises(LedgerBroken, match="do not lead to the root of 4 entries"):
        mend(bench, kept=Checkpoint(make.ORIGIN, 4, bytes(32)))
    assert [r.raw for r in bench.ledger.records(5, 6)] == [b"x"]
    mend(bench, kept=Checkpoint(make.ORIGIN, 310, bench.ledger.head().root))
    assert bench.audit().findings == ()


def test_who_may_not_sign_changes_nothing(bench: Workbench, url: str | None) -> None:
    with by_hand(bench, url) as execute:
        execute("UPDATE entries SET state = ? WHERE position = 5", (b"x",))

    def refuse(*_: object) -> Entry:
        raise Conflict("the key of this machine was retired")

    with pytest.raises(Conflict, match="retired"):
        mend(bench, announce=refuse)
    assert [r.raw for r in bench.ledger.records(5, 6)] == [b"x"]
    assert bench.location.missing_guards() != []


def test_a_clock_that_is_behind_changes_nothing(bench: Workbench, url: str | None) -> None:
    with by_hand(bench, url) as execute:
        execute("UPDATE entries SET state = ? WHERE position = 5", (b"x",))

    def early(state: Reading, found: Localisation, version: int) -> Entry:
        event, time = make.ledger_repaired(), "2020-01-01T00:00:00.000000Z"
        return REGISTRY.entry(event, stream_version=version, time=time, actor="anna")

    with pytest.raises(Conflict, match="clock is behind"):
        mend(bench, announce=early)
    assert [r.raw for r in bench.ledger.records(5, 6)] == [b"x"]


def test_a_checkpoint_that_this_machine_cannot_sign_again_stays_lost(
    bench: Workbench, url: str | None
) -> None:
    with by_hand(bench, url) as execute:
        execute("UPDATE checkpoints SET note = ? WHERE size = 305", (b"x",))
    found = mend(bench, reseal=lambda *_: None)
    assert [damage.where for damage in found.damaged] == ["checkpoint of 305 entries"]
    assert bench.ledger.checkpoint_covering(304)[0] == 306
    assert bench.audit().findings == ()


def test_the_ledger_of_another_log_is_left_alone(bench: Workbench) -> None:
    with pytest.raises(Conflict, match=r"is the ledger of oneseek.test/log, not of other.example"):
        mend(bench, origin="other.example")


def test_a_repair_that_would_leave_damage_is_undone(
    bench: Workbench, url: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    with by_hand(bench, url) as execute:
        execute("UPDATE entries SET state = ? WHERE position = 257", (b"x",))
    real = repairing.good_rows
    monkeypatch.setattr(
        repairing, "good_rows", lambda *given: [replace(row, kind="x") for row in real(*given)]
    )
    with pytest.raises(LedgerBroken, match="columns of entry 257, kind cannot be repaired"):
        mend(bench)
    assert [r.raw for r in bench.ledger.records(257, 258)] == [b"x"]


def test_a_closed_ledger_is_left_alone(bench: Workbench) -> None:
    assert isinstance(bench.location, SqliteLocation | PostgresLocation)
    bench.ledger.close()
    with bench.location.hold() as held:
        held.close(Closed(MOVED, "elsewhere"))
    with pytest.raises(Conflict, match="was moved to elsewhere"):
        mend(bench)


@pytest.mark.parametrize("table", ["entries", "tiles", "checkpoints", "head"])
def test_a_lost_table_is_made_again_and_filled(
    bench: Workbench, url: str | None, table: str
) -> None:
    before = stored(bench)
    with by_hand(bench, url) as execute:
        execute(f"DROP TABLE {table}")
    if url is not None and table == "head":
        with pytest.raises(LedgerBroken, match="has lost its table head"):
            mend(bench)
        return
    mend(bench, dry_run=True)
    with pytest.raises(LedgerBroken, match=f"has lost its table {table}"):
        bench.ledger.head()
    mend(bench)
    now = stored(bench)
    if table == "checkpoints":  # those between are lost with it
        before.pop("checkpoints")
        assert [size for size, _ in now.pop("checkpoints")] == [310]  # type: ignore[attr-defined]
    assert now == before
    assert bench.location.missing_guards() == []
    assert bench.audit().findings == ()
    assert bench.append(make.repaired()).size == SIZE + 2


def test_a_lost_state_table_is_folded_again(bench: Workbench, url: str | None) -> None:
    with by_hand(bench, url) as execute:
        execute("DROP TABLE state")
        execute("UPDATE entries SET state = ? WHERE position = 5", (b"x",))
    mend(bench)
    with bench.ledger.view() as view:
        assert view.version("ledger") == 3
    assert bench.append(make.repaired()).size == SIZE + 2


def test_a_trigger_of_a_strangers_does_not_outlive_the_repair(
    bench: Workbench, url: str | None
) -> None:
    if url is not None:
        pytest.skip("in PostgreSQL a trigger needs a function, which only the owner makes")
    with by_hand(bench, url) as execute:
        execute("UPDATE entries SET state = ? WHERE position = 5", (b"x",))
        execute('CREATE TRIGGER "od""d" BEFORE INSERT ON entries BEGIN SELECT RAISE(IGNORE); END')
    mend(bench)
    assert bench.audit().findings == ()
    with by_hand(bench, url) as execute:
        assert not list(execute("SELECT 1 FROM sqlite_master WHERE name = 'od\"d'"))


def test_a_mirror_of_a_strangers_is_refused_before_anything_is_looked_at(
    bench: Workbench, url: str | None, tmp_path: Path
) -> None:
    stranger = create_key(tmp_path / "stranger.pem", make.ORIGIN)
    with pytest.raises(FoundDamage, match="signed by a trusted key"):
        open_reference(FolderSource(tmp_path / "mirror"), [stranger], make.ORIGIN)
