"""Moving a ledger to another database: copy, verify, hand over.

The source is locked all the time, so nobody appends to what was read. The target is closed as long
as it is arriving, so nobody can begin a second history there. The hand-over is one commit at the
source, which closes it and names the target: before it the source is whole and in charge; after it
the target is, whose opening only follows. A move that was cut off is taken up where it ended.
"""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import islice

from oneseek.adapters.ledger.closing import ARRIVING, MOVED, Closed
from oneseek.adapters.ledger.comparing import compare
from oneseek.adapters.ledger.copying import BATCH, Trust, read_batches, write_batch
from oneseek.adapters.ledger.location import Movable
from oneseek.adapters.ledger.sql_hold import Hold
from oneseek.domain.audit.index_audit import audit_index
from oneseek.domain.audit.ledger_audit import audit_ledger
from oneseek.domain.errors import Conflict, InvalidInput, LedgerBroken, NotFound
from oneseek.domain.merkle.proofs import root_at
from oneseek.domain.merkle.tiles import node_reader
from oneseek.domain.stored import Head

OnEntries = Callable[[str, int, int], None]
"""Called with what is done, how many entries of it are done, and how many there are."""


@dataclass(frozen=True, slots=True)
class Moved:
    """What a move did. ``root`` was computed at both places."""

    size: int
    root: bytes
    copied: int
    """Entries that were written at the target this time."""
    checkpoints: int


def move(source: Movable, target: Movable, trust: Trust, on_entries: OnEntries) -> Moved:
    """Make ``target`` the place of the ledger at ``source``, which is kept and closed.

    Raises:
        InvalidInput: both are the same place, or the ledger is empty.
        Conflict: a ledger of other or more entries is at the target, or one that is in use.
        LedgerBroken: the ledger is damaged; the target is left unfinished.
    """
    _refuse_same(source, target)
    with source.hold(trust.origin) as held:
        if (closed := held.closed()) is not None:
            return _finish(held, closed, source, target, trust, on_entries)
        if not target.exists():
            target.create()
        with target.hold(trust.origin) as arriving:
            moved = _bring(held, arriving, source, target, trust, on_entries)
        held.close(Closed(MOVED, target.place))
        held.commit()  # the hand-over: from here on the target is the ledger
        with target.hold(trust.origin) as arrived:
            arrived.reopen()
        return moved


def rehearse(source: Movable, target: Movable, trust: Trust, on_entries: OnEntries) -> Moved:
    """Verify the source and look whether ``target`` can take it; write nothing.

    Raises: see :func:`move`.
    """
    _refuse_same(source, target)
    with source.hold(trust.origin) as held:
        if (closed := held.closed()) is not None:
            raise closed.error()
        start, root = _standing(target, trust)
        _copy(held, None, start, root, trust, on_entries)
        head = held.head().as_head()
        return Moved(head.size, head.root, head.size - start, 0)


def _refuse_same(source: Movable, target: Movable) -> None:
    if source.same_as(target):
        raise InvalidInput(f"the ledger is at {target.place} already")


def _standing(target: Movable, trust: Trust) -> tuple[int, bytes]:
    """Return size and root of what is at ``target`` already."""
    try:
        with target.hold(trust.origin) as arriving:
            return _arrived(arriving, target)
    except NotFound:
        return 0, b""


def _arrived(arriving: Hold, target: Movable) -> tuple[int, bytes]:
    """Return size and root of what an earlier move brought; refuse a ledger that is in use."""
    head = arriving.head()
    if head.frontier.size and arriving.closed() is None:
        raise Conflict(
            f"there is a ledger at {target.place}, which is in use",
            hint="name an empty place: another file, or another schema with ?schema=NAME",
        )
    return head.frontier.size, head.frontier.root()


def _bring(
    held: Hold,
    arriving: Hold,
    source: Movable,
    target: Movable,
    trust: Trust,
    on_entries: OnEntries,
) -> Moved:
    """Copy what is not there yet, then verify everything that is there."""
    start, root = _arrived(arriving, target)
    mark = Closed(ARRIVING, source.place)
    _copy(held, (arriving, mark), start, root, trust, on_entries)
    _copy_cosignatures(held, arriving)
    head = held.head()
    _verify(target, trust, head.frontier.size, on_entries)
    if arriving.head() != head:
        raise LedgerBroken(f"the head at {target.place} is not that of the source")
    checkpoints = compare(held, arriving)
    size = head.frontier.size
    return Moved(size, head.frontier.root(), size - start, checkpoints)


def _copy(
    held: Hold,
    into: tuple[Hold, Closed] | None,
    start: int,
    root: bytes,
    trust: Trust,
    on_entries: OnEntries,
) -> None:
    """Verify the whole source; write what lies behind ``start``, where ``root`` must be its own."""
    head = held.head()
    size = head.frontier.size
    if start > size:
        raise Conflict(
            f"the target holds {start} entries, more than the {size} here",
            hint="name an empty place",
        )
    if size == 0:
        raise InvalidInput("the ledger is empty: there is nothing to move")
    for batch in read_batches(held.run, head, trust, stop=start):
        if batch.after.size == start and batch.after.root() != root:
            raise Conflict(
                f"the first {start} entries at the target are of another history",
                hint="name an empty place: another file, or another schema with ?schema=NAME",
            )
        if into is not None and batch.before.size >= start:
            arriving, mark = into
            # Open for this one transaction: at every commit the target is closed.
            arriving.reopen()
            write_batch(arriving.transaction(), batch)
            arriving.close(mark)
            arriving.commit()
        on_entries("Moving entries", len(batch.rows), size)


def _copy_cosignatures(held: Hold, arriving: Hold) -> None:
    """Bring what witnesses said along; they sign checkpoints, which stay byte for byte."""
    cosignatures = held.cosignatures()
    while some := list(islice(cosignatures, BATCH)):
        arriving.attach(some)
        arriving.commit()


def _verify(target: Movable, trust: Trust, size: int, on_entries: OnEntries) -> None:
    """Audit what was written, as ``oneseek verify`` does: nothing of the copying is believed."""
    ledger = target.open(_never_sign, trust.origin)
    try:
        report = audit_ledger(
            ledger,
            trust.keys,
            trust.check,
            origin=trust.origin,
            on_entries=lambda count: on_entries("Verifying the target", count, size),
        )
        for finding in (*report.findings, *audit_index(ledger)):
            raise LedgerBroken(
                f"{target.place} is not what was moved: {finding.where}: expected "
                f"{finding.expected}, found {finding.found}",
                hint="nothing was opened there: empty it, or restore it from a backup, and repeat",
            )
    finally:
        ledger.close()


def _finish(
    held: Hold,
    closed: Closed,
    source: Movable,
    target: Movable,
    trust: Trust,
    on_entries: OnEntries,
) -> Moved:
    """Take up a move whose hand-over was committed: the target must only be opened."""
    if closed.how != MOVED or closed.place != target.place:
        raise closed.error()
    head = held.head().as_head()
    with target.hold(trust.origin) as arriving:
        standing = arriving.closed()
        if standing is not None and standing.how == MOVED and standing.place != source.place:
            raise standing.error()  # it went on from there: opened again, it would be a second one
        size = _require_history(head, target, trust)
        _verify(target, trust, size, on_entries)
        arriving.reopen()
    return Moved(head.size, head.root, 0, 0)


def _require_history(head: Head, target: Movable, trust: Trust) -> int:
    """Refuse a target that does not go on from ``head``; return its size."""
    ledger = target.open(_never_sign, trust.origin)
    try:
        size = ledger.head().size
        same = size >= head.size and head.root == root_at(
            head.size, node_reader(ledger.hashes_at, head.size)
        )
    finally:
        ledger.close()
    if not same:
        raise LedgerBroken(
            f"{target.place} does not hold the history that was moved there",
            hint="restore it from a backup; the closed ledger has all entries up to the move",
        )
    return size


def _never_sign(size: int, root: bytes) -> bytes:
    raise Conflict("a move signs nothing")
