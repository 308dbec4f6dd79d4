"""Appending to a SQLite ledger: atomic groups, expected versions, the clock, evidence, reading."""

import sqlite3
from datetime import UTC, datetime, timedelta

import pytest

import builders as make
from oneseek.adapters.ledger import sqlite_recorder
from oneseek.adapters.ledger.sqlite_ledger import SqliteLedger
from oneseek.domain.entry import Entry
from oneseek.domain.errors import Conflict, InvalidInput, LedgerBroken, NotFound, StaleRead
from oneseek.domain.events import Event
from oneseek.domain.merkle.frontier import EMPTY_FRONTIER
from oneseek.domain.merkle.hashing import leaf_hash
from oneseek.domain.note.checkpoint import Checkpoint
from oneseek.domain.note.signed_note import parse_note
from oneseek.domain.registry import REGISTRY
from oneseek.domain.state.documents import Line
from oneseek.domain.values import format_time
from workbench import Workbench

NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


def at(seconds: float, version: int, event: Event | None = None) -> Entry:
    time = format_time(NOON + timedelta(seconds=seconds))
    return make.entry(event or make.repaired(), version, time)


def append(ledger: SqliteLedger, *entries: Entry) -> int:
    """Append ``entries``, expecting what comes before them; return the new size."""
    return ledger.append(entries, make.expected(entries)).size


@pytest.fixture
def ledger(blank: Workbench) -> SqliteLedger:
    return blank.ledger


def test_an_empty_ledger_has_no_time_and_no_checkpoint(ledger: SqliteLedger) -> None:
    head = ledger.head()
    assert (head.size, head.time, head.checkpoint) == (0, None, b"")
    assert head.root == EMPTY_FRONTIER.root()
    assert list(ledger.records()) == []
    assert ledger.size_at(NOON) == 0
    with pytest.raises(NotFound):
        ledger.checkpoint_covering(0)


def test_an_append_gives_indices_size_and_a_signed_checkpoint(ledger: SqliteLedger) -> None:
    items = make.entries([make.opened(), make.key_added(), make.repaired()])
    first = ledger.append(items[:2], make.expected(items[:2]))
    second = ledger.append(items[2:], make.expected(items[2:]))
    assert (first.indices, first.size) == (range(2), 2)
    assert (second.indices, second.size) == (range(2, 3), 3)
    head = ledger.head()
    assert (head.size, head.time, head.checkpoint) == (3, make.TIME, second.checkpoint)
    leaves = [leaf_hash(REGISTRY.encode(item)) for item in items]
    assert head.root == EMPTY_FRONTIER.extend(leaves).root()
    signed = Checkpoint.parse(parse_note(head.checkpoint).text)
    assert (signed.origin, signed.size, signed.root) == (make.ORIGIN, 3, head.root)
    assert ledger.checkpoint_covering(0) == ledger.checkpoint_covering(1) == (2, first.checkpoint)
    assert ledger.checkpoint_covering(2) == (3, second.checkpoint)


def test_the_stored_bytes_are_the_entries_that_were_given(ledger: SqliteLedger) -> None:
    items = make.entries(make.EXAMPLES)
    ledger.append(items, make.expected(items))
    rows = list(ledger.records())
    assert [row.raw for row in rows] == [REGISTRY.encode(item) for item in items]
    assert [row.leaf_hash for row in rows] == [leaf_hash(row.raw) for row in rows]
    assert [row.index for row in rows] == list(range(len(items)))
    assert list(ledger.records(3, 5)) == rows[3:5]
    assert list(ledger.records(15)) == rows[15:]
    assert list(ledger.records(5, 5)) == list(ledger.records(99)) == []


@pytest.mark.parametrize(
    "expect", [{"projection:certified-tree": 0}, {"projection:certified-tree": 2}, {"line:sv": 1}]
)
def test_a_stream_of_another_version_makes_an_append_stale(
    ledger: SqliteLedger, expect: dict[str, int]
) -> None:
    append(ledger, at(0, 1))
    before = ledger.head()
    item = at(1, 2)
    with pytest.raises(StaleRead, match="changed meanwhile"):
        ledger.append([item], {item.stream: 1, **expect})
    assert ledger.head() == before
    assert append(ledger, item) == 2


@pytest.mark.parametrize("version", [1, 3, 9])
def test_a_gap_or_a_repetition_in_a_stream_is_never_written(
    ledger: SqliteLedger, version: int
) -> None:
    append(ledger, at(0, 1))
    item = at(1, version)
    with pytest.raises(LedgerBroken, match="refused to write version"):
        ledger.append([item], {item.stream: 1})
    with pytest.raises(LedgerBroken, match="refused to write version"):
        ledger.append([at(1, 2), at(1, 2)], {item.stream: 1})
    with pytest.raises(LedgerBroken, match="refused to write version"):
        ledger.append([at(1, 2)], {})
    assert ledger.head().size == 1


def test_a_group_is_written_whole_or_not_at_all(ledger: SqliteLedger) -> None:
    bad = make.entry(make.failed(reason="x" * 20_000))
    with pytest.raises(InvalidInput):
        append(ledger, at(0, 1), bad)
    with pytest.raises(Conflict):
        append(ledger, at(0, 1), at(60, 2), at(54, 3))
    assert ledger.head().size == 0
    with ledger.view() as view:
        assert view.version("projection:certified-tree") == 0


def test_an_empty_group_changes_nothing(ledger: SqliteLedger) -> None:
    append(ledger, at(0, 1))
    head = ledger.head()
    receipt = ledger.append([], {})
    assert (receipt.indices, receipt.size) == (range(1, 1), 1)
    assert receipt.checkpoint == head.checkpoint
    assert ledger.head() == head


@pytest.mark.parametrize(("seconds", "fits"), [(-5.0, True), (-5.000001, False), (0, True)])
def test_a_clock_may_be_five_seconds_behind_and_no_more(
    ledger: SqliteLedger, seconds: float, fits: bool
) -> None:
    append(ledger, at(0, 1))
    if fits:
        assert append(ledger, at(seconds, 2)) == 2
        # The newest time stays the measure: nobody creeps back in small steps.
        with pytest.raises(Conflict):
            append(ledger, at(-5.000001, 3))
        return
    with pytest.raises(Conflict, match="the clock is behind the newest entry") as caught:
        append(ledger, at(seconds, 2))
    assert caught.value.exit_code == 4
    assert caught.value.hint
    assert ledger.head().size == 1


def test_a_time_that_is_no_date_is_refused(ledger: SqliteLedger) -> None:
    with pytest.raises(InvalidInput, match="not a UTC time"):
        append(ledger, make.entry(make.repaired(), 1, "2026-02-30T00:00:00.000000Z"))
    assert ledger.head().size == 0


def test_a_view_is_one_moment_while_others_write(blank: Workbench) -> None:
    rival = blank.another_ledger()
    append(blank.ledger, make.entry(make.numbered(1)))
    with blank.ledger.view() as view:
        append(rival, make.entry(make.numbered(2), 2))
        assert view.head.size == 1
        assert view.version("line:sv") == 1
        assert view.get(Line, "sv") == Line(language="sv", major=1, minor=0)
    with blank.ledger.view() as view:
        assert (view.head.size, view.version("line:sv")) == (2, 2)
        assert view.get(Line, "sv") == Line(language="sv", major=2, minor=0)


def test_a_view_that_ends_in_an_error_can_be_followed_by_another(ledger: SqliteLedger) -> None:
    with pytest.raises(Conflict), ledger.view():
        raise Conflict("decided so")
    with ledger.view() as view:
        assert view.head.size == 0


def test_reading_goes_on_while_others_write(blank: Workbench) -> None:
    items = make.entries([make.repaired()] * 1500)
    append(blank.ledger, *items[:1100])
    rows = blank.ledger.records()
    seen = [next(rows).index for _ in range(50)]
    append(blank.ledger, *items[1100:])
    seen += [row.index for row in rows]
    assert seen == list(range(1500))


def test_changes_tell_that_another_connection_wrote(blank: Workbench) -> None:
    before = blank.ledger.changes()
    assert blank.ledger.changes() == before
    append(blank.another_ledger(), at(0, 1))
    assert blank.ledger.changes() != before


def test_a_writer_that_waits_too_long_is_told_who_to_wait_for(
    blank: Workbench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sqlite_recorder, "LOCK_TIMEOUT", 0.05)
    holder = sqlite3.connect(blank.database, isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    try:
        with pytest.raises(Conflict, match="another process holds the ledger") as caught:
            append(blank.ledger, at(0, 1))
        assert caught.value.hint
    finally:
        holder.close()
    assert append(blank.ledger, at(0, 1)) == 1
