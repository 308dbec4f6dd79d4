"""Writing a ledger again from segments of a backup, or from a verified copy of its entries.

The ledger is closed as long as it is arriving, as in a move: nobody can go on from half of it. One
transaction for each segment, so a restore that was killed is taken up where it ended. Entries are
read strictly, and must lead to the root of every checkpoint on the way; who has signed these is
verified afterwards, on what was written.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence

from oneseek.adapters.ledger.closing import ARRIVING, Closed
from oneseek.adapters.ledger.copying import Batch, write_batch
from oneseek.adapters.ledger.location import Movable
from oneseek.adapters.ledger.rows import HeadRow, Row
from oneseek.domain.errors import Conflict, FoundDamage, InvalidInput, LedgerBroken
from oneseek.domain.ledger_backup.segment import Segment
from oneseek.domain.merkle.frontier import Frontier
from oneseek.domain.merkle.hashing import leaf_hash
from oneseek.domain.note.checkpoint import Checkpoint
from oneseek.domain.note.signed_note import parse_note
from oneseek.domain.registry import REGISTRY
from oneseek.domain.stored import Head, StoredCosignature
from oneseek.domain.values import microseconds, parse_time

Segments = Callable[[int], Iterable[Segment]]
"""Gives the segments that hold the entries from an index on, in order."""


def write_segments(
    target: Movable,
    origin: str,
    place: str,
    segments: Segments,
    on_entries: Callable[[int], None] = lambda count: None,
) -> Head:
    """Bring the ledger at ``target`` up to the end of ``segments``; it stays closed.

    ``place`` is where they come from, for whoever finds the ledger closed.

    Raises:
        Conflict: a ledger that is in use is at ``target``.
        FoundDamage: an entry cannot be read, or they do not lead to a checkpoint's root.
    """
    if not target.exists():
        target.create()
    mark = Closed(ARRIVING, place)
    with target.hold(origin) as held:
        head = held.head()
        if head.frontier.size and held.closed() is None:
            raise Conflict(
                f"there is a ledger at {target.place}, which is in use",
                hint="name an empty place: another folder, or another schema with ?schema=NAME",
            )
        on_entries(head.frontier.size)
        for segment in segments(head.frontier.size):
            head = held.head()
            batch = _batch(head, segment)
            if not batch.rows:
                continue
            # Open for this one transaction: at every commit the ledger is closed.
            held.reopen()
            write_batch(held.transaction(), batch)
            held.close(mark)
            held.commit()
            on_entries(len(batch.rows))
        return held.head().as_head()


def is_arriving(target: Movable, origin: str) -> bool:
    """Say whether the ledger at ``target`` is not complete yet, or not there."""
    if not target.exists():
        return True
    with target.hold(origin) as held:
        return held.closed() is not None or held.head().frontier.size == 0


def open_again(
    target: Movable, origin: str, cosignatures: Sequence[StoredCosignature] = ()
) -> None:
    """Let the ledger at ``target`` be used; what witnesses said is put beside its checkpoints."""
    with target.hold(origin) as held:
        size = held.head().frontier.size
        held.reopen()
        held.attach([item for item in cosignatures if item.size <= size])


def entry_segments(
    entries: Callable[[int, int], Iterator[bytes]], stop: int, note: bytes, most: int = 1000
) -> Segments:
    """Return segments of ``entries`` up to ``stop``, where the checkpoint ``note`` stands."""

    def segments(start: int) -> Iterator[Segment]:
        while start < stop:
            end = min(start + most, stop)
            notes = [(stop, note)] if end == stop else []
            yield Segment(start, list(entries(start, end)), notes)
            start = end

    return segments


def _batch(head: HeadRow, segment: Segment) -> Batch:
    """Return what of ``segment`` lies behind ``head``, as rows that were read strictly."""
    frontier = head.frontier
    first = frontier.size
    if not segment.start <= first:
        raise FoundDamage(f"entries {first} to {segment.start - 1} are missing from the backup")
    rows = list(_rows(segment.entries[first - segment.start :], first, head.clock))
    notes = [item for item in segment.checkpoints if first < item[0] <= segment.stop]
    return Batch(frontier, rows, notes, _grown(frontier, rows, notes))


def _rows(raws: Iterable[bytes], start: int, clock: int) -> Iterator[Row]:
    for position, raw in enumerate(raws, start=start):
        try:
            entry = REGISTRY.decode(raw, where=f"entry {position}")
            clock = max(clock, microseconds(parse_time(entry.time)))
        except (LedgerBroken, InvalidInput) as error:
            raise FoundDamage(f"the backup is damaged: {error.message}") from None
        version, kind = entry.stream_version, entry.kind
        yield Row(position, entry.stream, version, kind, clock, leaf_hash(raw), raw)


def _grown(frontier: Frontier, rows: Sequence[Row], notes: Sequence[tuple[int, bytes]]) -> Frontier:
    first = frontier.size
    for size, note in notes:
        some = rows[frontier.size - first : size - first]
        frontier = frontier.extend([row.leaf_hash for row in some])
        try:
            said = Checkpoint.parse(parse_note(note).text)
        except InvalidInput as error:
            raise FoundDamage(f"the checkpoint of {size} entries: {error.message}") from None
        if (said.size, said.root) != (size, frontier.root()):
            raise FoundDamage(
                f"the first {size} entries in the backup do not lead to the root of their "
                "checkpoint"
            )
    return frontier.extend([row.leaf_hash for row in rows[frontier.size - first :]])
