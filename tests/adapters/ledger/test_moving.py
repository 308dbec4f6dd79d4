"""Moving a ledger between all pairs of databases: nothing lost, nothing twice, one in charge."""

import sqlite3
from pathlib import Path
from threading import Thread

import pytest

import builders as make
from moves import HOME, OUT, Move, findings, nothing, one_more, shown
from oneseek.adapters.ledger import copying
from oneseek.adapters.ledger.closing import ARRIVING, Closed
from oneseek.adapters.ledger.location import locate
from oneseek.adapters.ledger.moving import move, rehearse
from oneseek.adapters.ledger.sqlite_hold import SqliteHold
from oneseek.domain.errors import Conflict, InvalidInput, LedgerBroken
from workbench import workbench


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


@pytest.mark.parametrize("pair", [OUT, HOME], indirect=True, ids="-to-".join)
def test_a_ledger_is_not_moved_to_where_it_is(pair: Move) -> None:
    with pytest.raises(InvalidInput, match="already"):
        move(pair.here, pair.here, pair.trust, nothing)


def test_an_empty_ledger_is_not_moved(tmp_path: Path) -> None:
    with workbench(tmp_path) as bench:
        case = Move(bench, locate(bench.database, None), locate(bench.database, "sqlite:b.db"))
        with pytest.raises(InvalidInput, match="is empty"):
            case.go()


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


def test_a_ledger_that_went_on_elsewhere_is_not_opened_by_finishing_the_first_move_again(
    files: Move,
) -> None:
    files.go()
    third = locate(files.bench.database, "sqlite:c.db")
    move(files.there, third, files.trust, nothing)
    with pytest.raises(Conflict, match="this ledger was moved to") as caught:
        files.go()
    assert third.place in caught.value.message
    there = files.open(files.there)
    assert there.closed() is not None
    there.close()


def test_a_move_back_and_forth_that_brought_nothing_new_is_finished(
    files: Move, monkeypatch: pytest.MonkeyPatch
) -> None:
    files.go()
    files.back()
    with monkeypatch.context() as broken:
        broken.setattr(SqliteHold, "reopen", _killed)
        with pytest.raises(KeyboardInterrupt):
            files.go()
    files.go()
    there = files.open(files.there)
    assert there.closed() is None
    there.close()


def _killed(hold: SqliteHold) -> None:
    raise KeyboardInterrupt


def test_a_target_that_was_changed_after_the_hand_over_is_not_opened(files: Move) -> None:
    files.go()
    path = files.bench.folder / "b.db"
    with sqlite3.connect(path) as connection:
        for (name,) in connection.execute(
            "SELECT name FROM sqlite_master WHERE type = 'trigger'"
        ).fetchall():
            connection.execute(f"DROP TRIGGER {name}")
        connection.execute("UPDATE entries SET state = x'00' WHERE position = 3")
        connection.execute("INSERT INTO closed VALUES ('arriving', 'somewhere')")
    with pytest.raises(LedgerBroken, match="entry 3"):
        files.go()
    there = files.open(files.there)
    assert there.closed() is not None
    there.close()


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
