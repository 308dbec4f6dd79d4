"""Moving a ledger between all pairs of databases: nothing lost, nothing twice, one in charge."""

import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from threading import Thread

import pytest

import builders as make
from oneseek.adapters.keys.ed25519 import Ed25519Sealer, check_ed25519
from oneseek.adapters.ledger import copying
from oneseek.adapters.ledger.closing import ARRIVING, Closed
from oneseek.adapters.ledger.copying import Trust
from oneseek.adapters.ledger.location import Movable, OpenLedger, locate
from oneseek.adapters.ledger.moving import Moved, move, rehearse
from oneseek.adapters.ledger.sql_transaction import SqlTransaction
from oneseek.domain.audit.index_audit import audit_index
from oneseek.domain.audit.ledger_audit import audit_ledger
from oneseek.domain.audit.state_audit import audit_state
from oneseek.domain.entry import Entry
from oneseek.domain.errors import Conflict, InvalidInput, LedgerBroken
from oneseek.domain.merkle.tiles import Tile
from postgres import dropped_after, own_schema
from workbench import Workbench, workbench

GROUPS = (1, 2, 300, 5, 1, 1, 240, 30)
"""Sizes of the groups appended: two are larger than a batch of the tests, and tiles get full."""


OUT, HOME = ("sqlite", "postgres"), ("postgres", "sqlite")


def nothing(title: str, count: int, total: int) -> None:
    """Nobody looks at the progress."""


@dataclass
class Move:
    """A workbench, a second place for its ledger, and the way between them."""

    bench: Workbench
    here: Movable
    there: Movable

    @property
    def trust(self) -> Trust:
        return Trust((self.bench.key,), make.ORIGIN, check_ed25519)

    def open(self, place: Movable) -> OpenLedger:
        pem = self.bench.folder / "key.pem"
        return place.open(Ed25519Sealer(make.ORIGIN, pem), make.ORIGIN)

    def go(self) -> Moved:
        return move(self.here, self.there, self.trust, nothing)

    def back(self) -> Moved:
        return move(self.there, self.here, self.trust, nothing)


@pytest.fixture(
    params=[(one, two) for one in ("sqlite", "postgres") for two in ("sqlite", "postgres")],
    ids="-to-".join,
)
def pair(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Move]:
    """A ledger of some hundred entries at one place, and another place that is empty."""
    with ExitStack() as stack:

        def url(kind: str, name: str) -> str:
            if kind == "sqlite":
                return f"sqlite:{name}.db"
            server = request.getfixturevalue("postgres_server")
            return stack.enter_context(dropped_after(own_schema(server)))

        first, second = (url(kind, name) for kind, name in zip(request.param, "ab", strict=True))
        bench = stack.enter_context(workbench(tmp_path, first))
        fill(bench)
        there = locate(tmp_path / "ledger.db", second)
        here = locate(tmp_path / "ledger.db", first)
        yield Move(bench, here, there)


@pytest.fixture
def files(tmp_path: Path) -> Iterator[Move]:
    """The same between two files."""
    with workbench(tmp_path) as bench:
        fill(bench)
        path = tmp_path / "ledger.db"
        yield Move(bench, locate(path, None), locate(path, "sqlite:b.db"))


def fill(bench: Workbench) -> None:
    bench.open()
    bench.add_materials()
    bench.certify("t1")
    for number, size in enumerate(GROUPS):
        bench.append(*[make.repaired(f"p{number}")] * size)


def shown(ledger: OpenLedger) -> tuple[object, ...]:
    """Return everything that a reader can get out of a ledger."""
    head = ledger.head()
    notes = [ledger.checkpoint_covering(index) for index in range(0, head.size, 7)]
    tiles = [ledger.hashes_at(1, index, index + 1) for index in range(head.size // 256)]
    return head, list(ledger.records()), list(ledger.index_rows()), notes, tiles


def findings(case: Move, ledger: OpenLedger) -> list[object]:
    report = audit_ledger(ledger, (case.bench.key,), check_ed25519, origin=make.ORIGIN)
    with ledger.view() as view:
        return [*report.findings, *audit_index(ledger), *audit_state(ledger, view)]


def one_more(ledger: OpenLedger, name: str = "later", version: int = 1) -> Entry:
    time = ledger.head().time
    assert time is not None
    entry = make.entry(make.repaired(name), version, time)
    ledger.append([entry], {entry.stream: version - 1})
    return entry


def test_a_moved_ledger_is_the_same_byte_for_byte_and_goes_on_at_the_new_place(
    pair: Move,
) -> None:
    before = shown(pair.bench.ledger)
    moved = pair.go()
    there = pair.open(pair.there)
    assert shown(there) == before
    head = there.head()
    assert (moved.size, moved.root, moved.copied) == (head.size, head.root, head.size)
    assert moved.checkpoints == len({there.checkpoint_covering(i) for i in range(head.size)})
    assert findings(pair, there) == []
    assert there.closed() is None
    one_more(there)
    assert findings(pair, there) == []
    there.close()


def test_the_old_ledger_is_kept_and_says_where_the_history_goes_on(pair: Move) -> None:
    before = shown(pair.bench.ledger)
    pair.go()
    assert shown(pair.bench.ledger) == before
    with pytest.raises(Conflict, match="this ledger was moved to") as caught:
        pair.bench.append(make.repaired("late"))
    assert pair.there.place in caught.value.message
    assert caught.value.hint
    assert shown(pair.bench.ledger) == before
    again = locate(pair.bench.folder / "ledger.db", "sqlite:third.db")
    with pytest.raises(Conflict, match="this ledger was moved to"):
        move(pair.here, again, pair.trust, nothing)
    assert not again.exists()


def test_a_ledger_that_moved_back_has_every_entry_and_the_same_root(pair: Move) -> None:
    pair.go()
    there = pair.open(pair.there)
    one_more(there)
    before = shown(there)
    assert pair.back().copied == 1
    assert shown(pair.bench.ledger) == before
    assert findings(pair, pair.bench.ledger) == []
    with pytest.raises(Conflict, match="this ledger was moved to"):
        one_more(there, "never")
    there.close()
    one_more(pair.bench.ledger, "home")
    assert pair.go().copied == 1


@pytest.mark.parametrize("pair", [OUT, HOME], indirect=True, ids="-to-".join)
def test_a_rehearsal_verifies_and_writes_nothing(pair: Move) -> None:
    before = shown(pair.bench.ledger)
    done = rehearse(pair.here, pair.there, pair.trust, nothing)
    assert (done.size, done.copied) == (pair.bench.ledger.head().size,) * 2
    assert not pair.there.exists()
    assert shown(pair.bench.ledger) == before
    one_more(pair.bench.ledger)


def test_a_move_that_was_cut_off_is_taken_up_where_it_ended(
    pair: Move, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(copying, "BATCH", 100)

    def cut(title: str, count: int, total: int) -> None:
        nonlocal seen
        seen += count
        if seen >= 500:
            raise KeyboardInterrupt

    seen = 0
    with pytest.raises(KeyboardInterrupt):
        move(pair.here, pair.there, pair.trust, cut)
    partial = pair.open(pair.there)
    assert partial.head().size == 500
    with pytest.raises(Conflict, match="still arriving from"):
        one_more(partial, "p2", 1)
    partial.close()
    one_more(pair.bench.ledger)
    size = pair.bench.ledger.head().size
    assert pair.go().copied == size - 500
    there = pair.open(pair.there)
    assert shown(there) == shown(pair.bench.ledger)
    assert findings(pair, there) == []
    there.close()


@pytest.mark.parametrize("pair", [OUT, HOME], indirect=True, ids="-to-".join)
def test_a_ledger_in_use_is_never_written_over(pair: Move) -> None:
    pair.there.create()
    there = pair.open(pair.there)
    entry = make.entry(make.opened())
    there.append([entry], make.expected([entry]))
    with pytest.raises(Conflict, match="which is in use"):
        pair.go()
    assert there.head().size == 1
    there.close()
    one_more(pair.bench.ledger)


@pytest.mark.parametrize("pair", [OUT, HOME], indirect=True, ids="-to-".join)
def test_what_another_history_left_half_done_is_refused(pair: Move) -> None:
    pair.there.create()
    there = pair.open(pair.there)
    entry = make.entry(make.opened())
    there.append([entry], make.expected([entry]))
    with pair.there.hold() as held:
        held.close(Closed(ARRIVING, "elsewhere"))
    with pytest.raises(Conflict, match="of another history"):
        pair.go()
    assert there.head().size == 1
    there.close()
    one_more(pair.bench.ledger)


@pytest.mark.parametrize("pair", [OUT, HOME], indirect=True, ids="-to-".join)
def test_a_writer_that_comes_meanwhile_waits_and_is_told_where_to_write(
    pair: Move, monkeypatch: pytest.MonkeyPatch
) -> None:
    caught: list[BaseException] = []
    rival = pair.bench.another_ledger()
    entry = make.entry(make.repaired("rival"), 1, pair.bench.ledger.head().time or "")

    def write() -> None:
        try:
            rival.append([entry], make.expected([entry]))
        except Conflict as error:
            caught.append(error)

    writer = Thread(target=write)

    def start_rival(title: str, count: int, total: int) -> None:
        if not writer.is_alive():
            writer.start()

    size = pair.bench.ledger.head().size
    monkeypatch.setattr(copying, "BATCH", 10_000)
    moved = move(pair.here, pair.there, pair.trust, lambda title, count, total: (
        start_rival(title, count, total) if title == "Moving entries" else None
    ))  # fmt: skip
    writer.join()
    rival.close()
    assert moved.size == size == pair.bench.ledger.head().size
    assert ["this ledger was moved to" in str(error) for error in caught] == [True]


def forge_entry(run: Callable[..., object]) -> None:
    run("UPDATE entries SET state = (SELECT state FROM entries WHERE position = 8) "
        "WHERE position = 9")  # fmt: skip


DAMAGE = {
    "entry 9 is not what was hashed": forge_entry,
    "entry 200 is missing": lambda run: run("DELETE FROM entries WHERE position = 200"),
    "under other columns": lambda run: run("UPDATE entries SET topic = 'x' WHERE position = 20"),
    "not signed by a known key": lambda run: run(
        "UPDATE checkpoints SET note = (SELECT note FROM checkpoints WHERE size = 2) || '\n' "
        "WHERE size = 5"
    ),
    "do not lead to the root": lambda run: run(
        "UPDATE checkpoints SET note = (SELECT note FROM checkpoints WHERE size = 2) WHERE size = 3"
    ),
    "lies beyond the signed head": lambda run: run(
        "INSERT INTO entries SELECT 9999, 'x', 1, topic, clock, leaf_hash, state FROM entries "
        "WHERE position = 3"
    ),
    "is not the fold of the entries": lambda run: run("DELETE FROM state WHERE kind = 'version'"),
}


@pytest.mark.parametrize("says", DAMAGE)
def test_a_damaged_ledger_is_not_handed_over(files: Move, says: str) -> None:
    connection = sqlite3.connect(files.bench.database, isolation_level=None)
    for (name,) in connection.execute(
        "SELECT name FROM sqlite_master WHERE type = 'trigger'"
    ).fetchall():
        connection.execute(f"DROP TRIGGER {name}")
    DAMAGE[says](connection.execute)
    connection.close()
    with pytest.raises(LedgerBroken, match=says) as caught:
        files.go()
    assert caught.value.hint
    assert files.bench.ledger.closed() is None
    if files.there.exists() and (there := files.open(files.there)).head().size:
        assert there.closed() is not None


def test_a_target_that_is_not_what_was_moved_is_not_handed_over(
    files: Move, monkeypatch: pytest.MonkeyPatch
) -> None:
    def wrongly(transaction: SqlTransaction, tile: Tile) -> None:
        original(transaction, replace(tile, root=bytes(32)))

    original = SqlTransaction.insert_tile
    monkeypatch.setattr(SqlTransaction, "insert_tile", wrongly)
    with pytest.raises(LedgerBroken, match="tile 0 of level 0"):
        files.go()
    assert files.bench.ledger.closed() is None
    one_more(files.bench.ledger)


@pytest.mark.parametrize("pair", [OUT, HOME], indirect=True, ids="-to-".join)
def test_a_ledger_is_not_moved_to_where_it_is(pair: Move) -> None:
    with pytest.raises(InvalidInput, match="already"):
        move(pair.here, pair.here, pair.trust, nothing)


def test_an_empty_ledger_is_not_moved(tmp_path: Path) -> None:
    with workbench(tmp_path) as bench:
        case = Move(bench, locate(bench.database, None), locate(bench.database, "sqlite:b.db"))
        with pytest.raises(InvalidInput, match="is empty"):
            case.go()


KILLED = """
import os, signal, sys
sys.path.insert(0, sys.argv[1])
from pathlib import Path
from oneseek.adapters.ledger import copying, moving
from oneseek.adapters.ledger.location import locate
from oneseek.adapters.keys.ed25519 import check_ed25519, public_key
import builders as make

folder, here, there, name, at = Path(sys.argv[2]), *sys.argv[3:7]
copying.BATCH = 100
calls = 0
def hooked(function):
    def dying(*args, **kwargs):
        global calls
        calls += 1
        if calls == int(at):
            os.kill(os.getpid(), signal.SIGKILL)
        return function(*args, **kwargs)
    return dying
from oneseek.adapters.ledger.sqlite_hold import SqliteHold
from oneseek.adapters.ledger.postgres_hold import PostgresHold
for owner in (SqliteHold, PostgresHold) if name != "write_batch" else (moving,):
    setattr(owner, name, hooked(getattr(owner, name)))
trust = copying.Trust((public_key(folder / "key.pem", make.ORIGIN),), make.ORIGIN, check_ed25519)
places = [locate(folder / "ledger.db", url) for url in (here, there)]
moving.move(*places, trust, lambda title, count, total: None)
"""


@pytest.mark.parametrize(
    ("name", "at", "kinds"),
    [("write_batch", 1, OUT), ("write_batch", 4, HOME), ("close", 1, HOME), ("close", 3, OUT),
     ("commit", 4, OUT), ("close", "last", HOME), ("commit", "last", OUT),
     ("commit", "last", HOME), ("reopen", "last", OUT), ("reopen", "last", HOME)],
    ids=str,
)  # fmt: skip
def test_a_move_that_is_killed_leaves_one_ledger_in_charge_and_is_finished_by_repeating_it(
    name: str,
    at: int | str,
    kinds: tuple[str, str],
    postgres_server: str,
    tmp_path: Path,
) -> None:
    with ExitStack() as stack:
        urls = {
            "sqlite": "sqlite:a.db",
            "postgres": stack.enter_context(dropped_after(own_schema(postgres_server))),
        }
        here, there = (urls[kind] for kind in kinds)
        bench = stack.enter_context(workbench(tmp_path, here))
        fill(bench)
        default = tmp_path / "ledger.db"
        case = Move(bench, locate(default, here), locate(default, there))
        batches = -(-bench.ledger.head().size // 100)
        last = {"close": batches + 1, "commit": batches + 1, "reopen": batches + 1}
        number = last[name] if at == "last" else at
        before = shown(bench.ledger)
        words = [str(Path(__file__).parents[2]), str(tmp_path), here, there, name, str(number)]
        done = subprocess.run([sys.executable, "-c", KILLED, *words], check=False)
        assert done.returncode == -signal.SIGKILL
        assert shown(bench.ledger) == before
        handed_over = (name, at) == ("reopen", "last")
        if handed_over:
            with pytest.raises(Conflict, match="this ledger was moved to"):
                one_more(bench.ledger)
        else:
            one_more(bench.ledger)
        if case.there.exists():
            arrived = case.open(case.there)
            if arrived.head().size:
                with pytest.raises(Conflict, match="still arriving from"):
                    one_more(arrived, "never")
            arrived.close()
        case.go()
        there_now = case.open(case.there)
        assert shown(there_now) == shown(bench.ledger)
        assert findings(case, there_now) == []
        one_more(there_now, "goes on")
        there_now.close()


def test_a_move_whose_hand_over_was_told_to_nobody_is_finished_though_the_new_ledger_grew(
    files: Move,
) -> None:
    files.go()
    there = files.open(files.there)
    one_more(there)
    assert files.go().copied == 0
    assert there.closed() is None
    other = locate(files.bench.database, "sqlite:c.db")
    with pytest.raises(Conflict, match="was moved to"):
        move(files.here, other, files.trust, nothing)


@pytest.mark.parametrize("pair", [OUT, HOME], indirect=True, ids="-to-".join)
def test_software_that_knows_no_moves_is_refused_by_the_database_itself(pair: Move) -> None:
    pair.go()
    if pair.here.place.startswith("sqlite:"):
        with (
            sqlite3.connect(pair.bench.folder / "a.db") as connection,
            pytest.raises(sqlite3.IntegrityError, match="this ledger is closed"),
        ):
            connection.execute("UPDATE head SET id = id")
        return
    import psycopg

    address = pair.bench.location.address  # type: ignore[attr-defined]
    with psycopg.connect(address.conninfo, autocommit=True) as session_:
        session_.execute(f"SET search_path TO {address.schema}")
        with pytest.raises(psycopg.errors.RestrictViolation, match="this ledger is closed"):
            session_.execute("UPDATE head SET size = size")
