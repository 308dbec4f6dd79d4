"""The one algorithm of appending, for every database.

An append runs inside one transaction of the database. Its first statement locks the head row by
*writing* to it, so two writers queue up instead of failing half way. Everything that is evidence
(rows, leaf hashes, tile roots, state documents, signed checkpoint, head) is written in the same
transaction: the commit is the commit point, there is no second one.

Crash before the commit: nothing happened. Crash after it: everything did.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import timedelta
from itertools import islice
from typing import Protocol

from oneseek.adapters.ledger.rows import HeadRow, Item, Row
from oneseek.domain.errors import Conflict, InvalidInput, LedgerBroken, StaleRead
from oneseek.domain.many import Group
from oneseek.domain.merkle.tiles import tile_roots
from oneseek.domain.note.checkpoint import Checkpoint
from oneseek.domain.note.signed_note import parse_note
from oneseek.domain.state.fold import apply
from oneseek.domain.state.store import Reading, State
from oneseek.domain.stored import Head
from oneseek.domain.values import from_microseconds, microseconds, parse_time

CLOCK_TOLERANCE = timedelta(seconds=5)
"""How far an append's time may lie behind the newest entry: two machines, one ledger."""

_AT_ONCE = 4096

_TOLERANCE = CLOCK_TOLERANCE // timedelta(microseconds=1)

Seal = Callable[[int, bytes], bytes]
"""Signs a tree head: size and root in, C2SP checkpoint note out."""

Guard = Callable[[Reading, Head, int], None]
"""Told the state with the new entries folded in, the old head, and the new size: raises where this
process must not sign that. It is asked under the lock: nobody can retire a key in between."""


class Transaction(Protocol):
    """What a database offers inside one append."""

    @property
    def state(self) -> State: ...

    def lock_head(self) -> HeadRow: ...
    def stream_versions(self, streams: Collection[str]) -> Mapping[str, int]: ...
    def insert_rows(self, rows: Sequence[Row]) -> None: ...
    def insert_tiles(self, level: int, first: int, roots: Sequence[bytes]) -> None: ...
    def insert_checkpoint(self, size: int, note: bytes) -> None: ...
    def save_head(self, head: HeadRow) -> None: ...


def append(
    transaction: Transaction,
    items: Group[Item],
    *,
    expect: Mapping[str, int] | None,
    seal: Seal,
    guard: Guard | None = None,
) -> HeadRow:
    """Append ``items`` as one group and return the new head.

    Raises:
        StaleRead: a stream in ``expect`` has another version now.
        Conflict: an entry is older than the newest one by more than the tolerance.
        LedgerBroken: the stored head is not the one that was signed.
        whatever ``guard`` raises.
    """
    head = transaction.lock_head()
    _check_head(head)
    if expect is not None:
        _check_streams(transaction, expect)
    clock, hashes = _write(transaction, head, items, expect)
    old_size = head.frontier.size
    frontier = head.frontier.extend(hashes, tile_roots(transaction.insert_tiles))
    if guard is not None:
        old = Head(old_size, head.frontier.root(), None, head.checkpoint)
        guard(transaction.state, old, frontier.size)
    note = seal(frontier.size, frontier.root())
    transaction.insert_checkpoint(frontier.size, note)
    grown = HeadRow(frontier, clock, note)
    transaction.save_head(grown)
    return grown


def _check_head(head: HeadRow) -> None:
    """Refuse to build on a head that was changed: a new signature would vouch for it for ever."""
    if head.frontier.size == 0:
        return
    try:
        signed = Checkpoint.parse(parse_note(head.checkpoint).text)
    except InvalidInput:
        signed = None
    if signed is None or (signed.size, signed.root) != (head.frontier.size, head.frontier.root()):
        raise LedgerBroken(
            "the head row is not what was signed: nothing can be appended to it",
            hint="look at it with: oneseek verify; restore the ledger from a backup",
        )


def _write(
    transaction: Transaction,
    head: HeadRow,
    items: Group[Item],
    expect: Mapping[str, int] | None,
) -> tuple[int, list[bytes]]:
    """Write rows and state documents, some at a time: a group may be larger than the memory.

    Returns the latest time and the leaf hashes.
    """
    clock, hashes = head.clock, []
    following = dict(expect) if expect is not None else None
    rest, position = iter(items), head.frontier.size
    while some := list(islice(rest, _AT_ONCE)):
        if following is not None:
            _check_versions(some, following)
        rows = _rows(position, clock, some)
        transaction.insert_rows(rows)
        for row, item in zip(rows, some, strict=True):
            if item.entry is not None:
                apply(transaction.state, row.position, item.entry)
        clock = rows[-1].clock
        position += len(rows)
        hashes += [row.leaf_hash for row in rows]
    return clock, hashes


def _check_streams(transaction: Transaction, expect: Mapping[str, int]) -> None:
    there = transaction.stream_versions(expect)
    for stream, version in expect.items():
        if (found := there.get(stream, 0)) != version:
            raise StaleRead(
                f"{stream} changed meanwhile (version {found}, {version} when it was read)",
                hint="somebody else was first: look again and repeat",
            )


def _check_versions(items: Sequence[Item], following: dict[str, int]) -> None:
    for item in items:
        wanted = following.get(item.stream, -1) + 1
        if item.version != wanted:
            raise LedgerBroken(
                f"refused to write version {item.version} of {item.stream} after {wanted - 1}"
            )
        following[item.stream] = wanted


def _rows(first: int, clock: int, items: Sequence[Item]) -> list[Row]:
    rows: list[Row] = []
    time, micros = "", 0
    for position, item in enumerate(items, start=first):
        if item.entry is not None:
            # The entries of a group mostly carry one time: it is read once.
            if item.entry.time != time:
                time = item.entry.time
                micros = microseconds(parse_time(time))
            _check_clock(time, micros, clock)
            clock = max(clock, micros)
        rows.append(
            Row(position, item.stream, item.version, item.kind, clock, item.leaf_hash, item.raw)
        )
    return rows


def _check_clock(time: str, micros: int, clock: int) -> None:
    if micros < clock - _TOLERANCE:
        raise Conflict(
            f"the clock is behind the newest entry: {time} is more than "
            f"{CLOCK_TOLERANCE.seconds} s before {from_microseconds(clock).isoformat()}",
            hint="set the clock of this machine, then repeat; if it was the newest entry's clock "
            'that was wrong, see "A clock that was ahead" in docs/architecture.md',
        )
