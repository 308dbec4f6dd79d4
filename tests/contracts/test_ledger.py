"""The promises of a ledger, kept by every implementation: in memory, SQLite, PostgreSQL."""

import signal
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from threading import Event as Flag
from threading import Thread

import pytest

import builders as make
from oneseek.adapters.keys.ed25519 import Ed25519Sealer, check_ed25519
from oneseek.adapters.ledger.opened import OpenLedger
from oneseek.domain.audit.evidence_audit import check_tiles
from oneseek.domain.entry import Entry
from oneseek.domain.errors import Conflict, InvalidInput, LedgerBroken, NotFound, StaleRead
from oneseek.domain.events import Event, VersionNumbered
from oneseek.domain.many import FEW, Many
from oneseek.domain.merkle.frontier import EMPTY_FRONTIER
from oneseek.domain.merkle.hashing import leaf_hash, perfect_root
from oneseek.domain.note.checkpoint import Checkpoint
from oneseek.domain.note.signed_note import parse_note
from oneseek.domain.note.tlog_proof import verify_tlog_proof
from oneseek.domain.registry import REGISTRY
from oneseek.domain.state.documents import Line
from oneseek.domain.state.store import Reading
from oneseek.domain.stored import Head
from oneseek.domain.usecases.prove_entry import prove_entry
from oneseek.domain.values import format_time
from workbench import Workbench, workbench

NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


between_processes = pytest.mark.parametrize("url", ["sqlite", "postgres"], indirect=True)
"""Memory is no other process's business."""


@pytest.fixture
def blank(url: str | None, tmp_path: Path) -> Iterator[Workbench]:
    with workbench(tmp_path, url) as made:
        yield made


def at(seconds: float, version: int, event: Event | None = None) -> Entry:
    time = format_time(NOON + timedelta(seconds=seconds))
    return make.entry(event or make.repaired(), version, time)


def append(ledger: OpenLedger, *entries: Entry) -> int:
    """Append ``entries``, expecting what comes before them; return the new size."""
    return ledger.append(entries, make.expected(entries)).size


@pytest.fixture
def ledger(blank: Workbench) -> OpenLedger:
    return blank.ledger


def test_an_empty_ledger_has_no_time_and_no_checkpoint(ledger: OpenLedger) -> None:
    head = ledger.head()
    assert (head.size, head.time, head.checkpoint) == (0, None, b"")
    assert head.root == EMPTY_FRONTIER.root()
    assert list(ledger.records()) == []
    assert ledger.size_at(NOON) == 0
    with pytest.raises(NotFound):
        ledger.checkpoint_covering(0)


def test_an_append_gives_indices_size_and_a_signed_checkpoint(ledger: OpenLedger) -> None:
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
    both = [(2, first.checkpoint), (3, second.checkpoint)]
    assert list(ledger.checkpoints(0, 3)) == list(ledger.checkpoints(1, 9)) == both
    assert list(ledger.checkpoints(0, 2)) == list(ledger.checkpoints(0, 1)) == both[:1]
    assert list(ledger.checkpoints(2, 3)) == both[1:]
    assert list(ledger.checkpoints(2, 2)) == list(ledger.checkpoints(3, 4)) == []


def test_the_stored_bytes_are_the_entries_that_were_given(ledger: OpenLedger) -> None:
    items = make.entries(make.EXAMPLES)
    ledger.append(items, make.expected(items))
    rows = list(ledger.records())
    assert [row.raw for row in rows] == [REGISTRY.encode(item) for item in items]
    assert [row.leaf_hash for row in rows] == [leaf_hash(row.raw) for row in rows]
    assert [row.index for row in rows] == list(range(len(items)))
    assert list(ledger.records(3, 5)) == rows[3:5]
    assert list(ledger.records(15)) == rows[15:]
    assert list(ledger.records(5, 5)) == list(ledger.records(99)) == []


def test_a_stream_is_read_by_itself_the_oldest_first(ledger: OpenLedger) -> None:
    items = [at(number, number) for number in range(1, 1203)]
    append(ledger, items[0], at(1, 1, make.opened()), *items[1:])
    found = list(ledger.of_stream(items[0].stream))
    assert [row.raw for row in found] == [REGISTRY.encode(item) for item in items]
    assert [row.index for row in found] == [0, *range(2, 1203)]
    assert all(row.leaf_hash == leaf_hash(row.raw) for row in found)
    assert list(ledger.of_stream("nobody's")) == []


def test_a_group_that_is_made_as_it_is_written_is_stored_like_any_other(
    ledger: OpenLedger,
) -> None:
    items = [at(number, number) for number in range(1, 2 * FEW)]
    group = Many(len(items), lambda: iter(items))
    receipt = ledger.append(group, make.expected(items))
    assert (receipt.indices, receipt.size) == (range(len(items)), len(items))
    assert [row.raw for row in ledger.records()] == [REGISTRY.encode(item) for item in items]
    assert list(check_tiles(ledger, len(items))) == []
    with ledger.view() as view:
        assert view.version(items[0].stream) == len(items)


def test_a_group_that_is_not_the_same_when_it_is_made_again_is_refused(ledger: OpenLedger) -> None:
    items = [at(number, number) for number in range(1, FEW + 2)]
    times = iter([items, [*items[:-1], at(FEW, FEW + 1)]])
    with pytest.raises(LedgerBroken, match="not the same"):
        ledger.append(Many(len(items), lambda: iter(next(times))), make.expected(items))
    assert ledger.head().size == 0


@pytest.mark.parametrize(
    "expect", [{"projection:certified-tree": 0}, {"projection:certified-tree": 2}, {"line:sv": 1}]
)
def test_a_stream_of_another_version_makes_an_append_stale(
    ledger: OpenLedger, expect: dict[str, int]
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
    ledger: OpenLedger, version: int
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


def test_a_group_is_written_whole_or_not_at_all(ledger: OpenLedger) -> None:
    bad = make.entry(make.failed(reason="x" * 20_000))
    with pytest.raises(InvalidInput):
        append(ledger, at(0, 1), bad)
    with pytest.raises(Conflict):
        append(ledger, at(0, 1), at(60, 2), at(54, 3))
    assert ledger.head().size == 0
    with ledger.view() as view:
        assert view.version("projection:certified-tree") == 0


def test_a_signer_that_fails_leaves_nothing_behind(blank: Workbench) -> None:
    def unable(size: int, root: bytes) -> bytes:
        raise Conflict("no key")

    entries = [make.entry(make.repaired(), number) for number in range(1, 301)]
    unsigned = blank.location.open(unable, make.ORIGIN)
    with pytest.raises(Conflict, match="no key"):
        unsigned.append(entries, make.expected(entries))
    unsigned.close()
    assert blank.ledger.head().size == 0
    assert append(blank.ledger, *entries) == 300
    assert list(check_tiles(blank.ledger, 300)) == []
    assert len(list(blank.ledger.records())) == 300


def test_an_empty_group_changes_nothing(ledger: OpenLedger) -> None:
    append(ledger, at(0, 1))
    head = ledger.head()
    receipt = ledger.append([], {})
    assert (receipt.indices, receipt.size) == (range(1, 1), 1)
    assert receipt.checkpoint == head.checkpoint
    assert ledger.head() == head


@pytest.mark.parametrize(("seconds", "fits"), [(-5.0, True), (-5.000001, False), (0, True)])
def test_a_clock_may_be_five_seconds_behind_and_no_more(
    ledger: OpenLedger, seconds: float, fits: bool
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


def test_a_time_that_is_no_date_is_refused(ledger: OpenLedger) -> None:
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


def test_a_view_that_ends_in_an_error_can_be_followed_by_another(ledger: OpenLedger) -> None:
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


def test_a_time_between_entries_gives_the_size_of_the_tree_then(ledger: OpenLedger) -> None:
    append(ledger, at(0, 1), at(10, 2), at(7, 3), at(20, 4))
    # The third entry's clock lay behind: the tree held it only after the second one.
    moments = [-1.0, 0.0, 5.0, 9.999999, 10.0, 15.0, 20.0, 99.0]
    sizes = [ledger.size_at(NOON + timedelta(seconds=moment)) for moment in moments]
    assert sizes == [0, 1, 1, 1, 3, 3, 4, 4]


@pytest.mark.parametrize("sizes", [(255,), (256,), (257,), (255, 256, 257), (100, 1000)])
def test_tiles_and_proofs_are_right_however_the_tree_grew(
    blank: Workbench, sizes: tuple[int, ...]
) -> None:
    ledger, before = blank.ledger, 0
    for size in sizes:
        append(ledger, *(make.entry(make.repaired(), n + 1) for n in range(before, size)))
        before = size
    hashes = [leaf_hash(row.raw) for row in ledger.records()]
    assert len(hashes) == sizes[-1]
    assert ledger.head().root == EMPTY_FRONTIER.extend(hashes).root()
    assert ledger.hashes_at(0, 3, 60) == hashes[3:60]
    for tile in range(len(hashes) // 256):
        root = perfect_root(hashes[tile * 256 : (tile + 1) * 256])
        assert ledger.hashes_at(1, tile, tile + 1) == [root]
    with pytest.raises(LedgerBroken, match="not all in the ledger"):
        ledger.hashes_at(1, 0, len(hashes) // 256 + 1)
    for index in (0, 1, sizes[-1] // 2, sizes[-1] - 1):
        proof = prove_entry(ledger, index)
        verify_tlog_proof(proof, hashes[index], make.ORIGIN, (blank.key,), check_ed25519)


def test_a_whole_history_is_audited_and_its_state_can_be_folded_again(blank: Workbench) -> None:
    blank.open()
    blank.add_materials()
    dna = blank.certify("t1")
    before = blank.version(dna)
    assert blank.audit().findings == ()
    assert blank.location.refold() == blank.ledger.head().size
    assert blank.version(dna) == before


def test_documents_are_scanned_by_code_point(ledger: OpenLedger) -> None:
    names = ["Z", "a", "aa", "b", "z", "\u00e5", "\uffff", "\U00010000"]
    for name in reversed(names):
        append(ledger, make.entry(make.numbered(language=name)))
    with ledger.view() as view:
        assert [key for key, _ in view.scan(Line)] == names
        assert [key for key, _ in view.scan(Line, descending=True)] == names[::-1]
        assert [key for key, _ in view.scan(Line, start="a", stop="b")] == ["a", "aa"]
        assert view.version("line:\u00e5") == 1
        assert view.get(Line, "\x00") is None


WRITER = """
import sys
sys.path.insert(0, sys.argv[1])
from pathlib import Path
import builders as make
from workbench import workbench
with workbench(Path(sys.argv[2]), sys.argv[5] or None) as bench:
    print("ready", flush=True)
    for number in range(int(sys.argv[3])):
        print(bench.append(make.repaired(sys.argv[4]), time=make.TIME).indices[0], flush=True)
"""


class Writer:
    """A process that appends ``count`` entries and prints the index of each."""

    def __init__(self, bench: Workbench, url: str | None, count: int, name: str) -> None:
        tests = Path(__file__).parents[1]
        words = [sys.executable, "-c", WRITER, str(tests), str(bench.folder), str(count), name]
        self.process = subprocess.Popen([*words, url or ""], stdout=subprocess.PIPE, text=True)

    def ready(self) -> None:
        assert self.process.stdout is not None
        assert self.process.stdout.readline() == "ready\n"

    def indices(self) -> list[int]:
        """Wait for its end and return what it was acknowledged."""
        assert self.process.stdout is not None
        output = self.process.stdout.read()  # communicate() would lose what readline() took along
        assert self.process.wait(timeout=60) == 0
        return [int(line) for line in output.split()]


@between_processes
@pytest.mark.parametrize("count", [2, 4])
def test_what_rival_processes_were_acknowledged_is_in_the_log_once_and_in_order(
    blank: Workbench, url: str | None, count: int
) -> None:
    blank.open()
    rivals = [Writer(blank, url, 20, f"p{number}") for number in range(count)]
    for rival in rivals:
        rival.ready()
    ours = [blank.append(make.repaired("ours"), time=make.TIME).indices[0] for _ in range(20)]
    theirs = [rival.indices() for rival in rivals]
    assert all(indices == sorted(indices) for indices in (ours, *theirs))
    assert sorted(sum(theirs, ours)) == list(range(2, 2 + 20 * (count + 1)))
    for number, indices in enumerate(theirs):
        streams = {blank.events()[index].projection for index in indices}
        assert streams == {f"p{number}"}
    assert blank.audit().findings == ()


@between_processes
def test_what_was_acknowledged_survives_a_kill_at_any_moment(
    blank: Workbench, url: str | None
) -> None:
    blank.open()
    writer = Writer(blank, url, 10_000, "p")
    writer.ready()
    output = writer.process.stdout
    assert output is not None
    acknowledged = [int(output.readline()) for _ in range(40)]
    writer.process.send_signal(signal.SIGKILL)
    acknowledged += [int(line) for line in output.read().splitlines()[:-1]]
    writer.process.wait()
    assert acknowledged == list(range(2, 2 + len(acknowledged)))
    assert blank.ledger.head().size >= 2 + len(acknowledged)
    blank.append(make.repaired("ours"))
    assert blank.audit().findings == ()


@between_processes
def test_a_follower_misses_nothing_and_sees_nothing_twice(
    blank: Workbench, url: str | None
) -> None:
    blank.open()
    rivals = [Writer(blank, url, 30, f"p{number}") for number in range(2)]
    follower = blank.another_ledger()
    ranges: list[range] = []
    for new in follower.follow(1):
        ranges.append(new)
        assert follower.head().size >= new.stop
        assert len(list(follower.records(new.start, new.stop))) == len(new)
        if new.stop == 62:
            break
    follower.close()
    assert ranges[0].start == 1
    assert all(one.stop == other.start for one, other in pairwise(ranges))
    assert len(ranges) > 1  # in pieces; how many depends on who is faster
    for rival in rivals:
        rival.ready()
        assert len(rival.indices()) == 30


def test_a_view_never_mixes_two_moments_while_another_writes(blank: Workbench) -> None:
    """Head, stream version and document move together in every append of the writer."""
    append(blank.ledger, make.entry(make.numbered(1)))
    rival = blank.another_ledger()

    looked = Flag()

    def write() -> None:
        for major in range(2, 62):
            if major % 20 == 0:  # however fast a database is, the reader looks in between
                looked.clear()
                looked.wait(timeout=60)
            append(rival, make.entry(make.numbered(major), major))

    writer = Thread(target=write)
    writer.start()
    seen = set()
    while writer.is_alive():
        with blank.ledger.view() as view:
            line = view.get(Line, "sv")
            assert line is not None
            seen.add(line.major)
            assert view.head.size == view.version("line:sv") == line.major
        looked.set()
    writer.join()
    rival.close()
    assert len(seen) > 1
    events = blank.events()
    assert [e.major for e in events if isinstance(e, VersionNumbered)] == list(range(1, 62))


def test_what_rival_threads_append_is_in_the_log_once_and_in_order(blank: Workbench) -> None:
    blank.open()
    seen: dict[str, list[int]] = {"a": [], "b": []}

    def write(name: str) -> None:
        ledger = blank.another_ledger()
        for version in range(1, 31):
            entry = make.entry(make.repaired(name), version)
            receipt = ledger.append([entry], make.expected([entry]))
            seen[name].append(receipt.indices[0])
        ledger.close()

    writers = [Thread(target=write, args=(name,)) for name in seen]
    for writer in writers:
        writer.start()
    ranges: list[range] = []
    for new in blank.another_ledger().follow(2):
        ranges.append(new)
        if new.stop == 62:
            break
    for writer in writers:
        writer.join()
    assert sorted(seen["a"] + seen["b"]) == list(range(2, 62))
    assert [index for new in ranges for index in new] == list(range(2, 62))
    assert all(indices == sorted(indices) for indices in seen.values())
    assert blank.audit().findings == ()


def test_a_ledger_is_never_made_over_another(blank: Workbench) -> None:
    append(blank.ledger, at(0, 1))
    with pytest.raises(Conflict, match="exists already"):
        blank.location.create()
    assert blank.location.exists()
    assert blank.ledger.head().size == 1


def test_what_the_guard_refuses_is_not_written(blank: Workbench) -> None:
    """It is asked under the lock, about the state that the new entries make."""
    seen: list[tuple[int, bytes, int, str | None]] = []

    def guard(state: Reading, old: Head, size: int) -> None:
        line = state.get(Line, "sv")
        seen.append((old.size, old.checkpoint, size, line.language if line else None))
        if size > 1:
            raise Conflict("this key was retired")

    sealer = Ed25519Sealer(make.ORIGIN, blank.folder / "key.pem")
    ledger = blank.location.open(sealer, make.ORIGIN, guard)
    try:
        append(ledger, at(0, 1))
        head = ledger.head()
        numbered = make.entry(make.numbered(1), 1, format_time(NOON))
        with pytest.raises(Conflict, match="this key was retired"):
            append(ledger, numbered)
        assert ledger.head() == head
    finally:
        ledger.close()
    assert seen == [(0, b"", 1, None), (1, head.checkpoint, 2, "sv")]
