"""Reading a whole ledger with proof, and writing it elsewhere as it was, batch by batch.

Every entry is hashed again and read strictly, its columns are compared with it, and every
checkpoint is checked: its signature, and its root against a tree of our own. So what is written
was verified, and nothing but a batch and the frontier of the tree is in memory.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from oneseek.adapters.ledger import sql
from oneseek.adapters.ledger.rows import HeadRow, Row
from oneseek.adapters.ledger.sql import Run
from oneseek.adapters.ledger.sql_transaction import SqlTransaction
from oneseek.domain.errors import InvalidInput, LedgerBroken, ProofRefused
from oneseek.domain.keys import KeyRing
from oneseek.domain.merkle.frontier import EMPTY_FRONTIER, Frontier
from oneseek.domain.merkle.hashing import leaf_hash
from oneseek.domain.merkle.tiles import tile_roots
from oneseek.domain.note.checkpoint import Checkpoint
from oneseek.domain.note.signed_note import VerifierKey, parse_note, verify_note
from oneseek.domain.registry import REGISTRY
from oneseek.domain.state.fold import apply
from oneseek.domain.values import microseconds, parse_time

BATCH = 1000
"""Entries per transaction at the target."""

_HINT = "look at it with: oneseek verify --deep; restore the ledger from a backup"
CheckSignature = Callable[[VerifierKey, bytes, bytes], bool]


@dataclass(frozen=True, slots=True)
class Batch:
    """Verified rows, the checkpoints that end among them, and the tree before and after."""

    before: Frontier
    rows: Sequence[Row]
    checkpoints: Sequence[tuple[int, bytes]]
    after: Frontier


@dataclass(frozen=True, slots=True)
class Trust:
    """By whom checkpoints may be signed, for which log, and how a signature is checked.

    ``keys`` are those that trust begins with; ``ring`` has also those that these vouch for.
    """

    keys: tuple[VerifierKey, ...]
    ring: KeyRing
    origin: str
    check: CheckSignature


def read_batches(run: Run, head: HeadRow, trust: Trust, stop: int = 0) -> Iterator[Batch]:
    """Yield the whole ledger below ``head``, verified; one batch ends at ``stop`` exactly.

    Raises:
        LedgerBroken: something is not what was signed; the message names it.
    """
    frontier, clock, note = EMPTY_FRONTIER, 0, b""
    size = head.frontier.size
    while frontier.size < size:
        start = frontier.size
        end = min(start + BATCH, stop if start < stop else size, size)
        rows = _read_rows(run, start, end, clock)
        clock = rows[-1].clock
        checkpoints = sql.select_checkpoints(run, start, end)
        after = _grow(frontier, rows, checkpoints, trust)
        if checkpoints:
            note = checkpoints[-1][1]
        yield Batch(frontier, rows, checkpoints, after)
        frontier = after
    if HeadRow(frontier, clock, note) != head:
        raise LedgerBroken("the head row does not belong to the entries below it", hint=_HINT)
    if (surplus := sql.find_surplus(run)) is not None:
        raise LedgerBroken(f"{surplus} lies beyond the signed head", hint=_HINT)


def _read_rows(run: Run, start: int, stop: int, clock: int) -> list[Row]:
    rows: list[Row] = []
    for row in sql.select_rows(run, start, stop):
        where = f"entry {start + len(rows)}"
        if row.position != start + len(rows):
            break
        if leaf_hash(row.raw) != row.leaf_hash:
            raise LedgerBroken(f"{where} is not what was hashed", hint=_HINT)
        entry = REGISTRY.decode(row.raw, where=where)
        try:
            clock = max(clock, microseconds(parse_time(entry.time)))
        except InvalidInput as error:
            raise LedgerBroken(f"{where}: {error.message}", hint=_HINT) from None
        said = (entry.stream, entry.stream_version, entry.kind, clock)
        if said != (row.stream, row.version, row.kind, row.clock):
            raise LedgerBroken(f"{where} is stored under other columns than its own", hint=_HINT)
        rows.append(row)
    if len(rows) != stop - start:
        raise LedgerBroken(f"entry {start + len(rows)} is missing", hint=_HINT)
    return rows


def _grow(
    frontier: Frontier, rows: Sequence[Row], checkpoints: Sequence[tuple[int, bytes]], trust: Trust
) -> Frontier:
    """Return the tree with ``rows``, after comparing it with each checkpoint on the way."""
    first = frontier.size
    for size, note in checkpoints:
        frontier = frontier.extend(
            [row.leaf_hash for row in rows[frontier.size - first : size - first]]
        )
        signed = _signed(size, note, trust)
        if (signed.size, signed.root) != (size, frontier.root()):
            raise LedgerBroken(
                f"the entries below {size} do not lead to the root that was signed", hint=_HINT
            )
    return frontier.extend([row.leaf_hash for row in rows[frontier.size - first :]])


def _signed(size: int, note: bytes, trust: Trust) -> Checkpoint:
    try:
        parsed = parse_note(note)
        verify_note(parsed, trust.ring.at(size), trust.check)
        found = Checkpoint.parse(parsed.text)
    except (InvalidInput, ProofRefused) as error:
        raise LedgerBroken(
            f"the checkpoint of {size} entries is not signed by a known key: {error.message}",
            hint=_HINT,
        ) from None
    if found.origin != trust.origin:
        raise LedgerBroken(
            f"the checkpoint of {size} entries is of {found.origin}, not {trust.origin}",
            hint=_HINT,
        )
    return found


def write_batch(transaction: SqlTransaction, batch: Batch) -> None:
    """Write a batch as the append wrote it, with the checkpoints that it was given then."""
    head = transaction.lock_head()
    if head.frontier != batch.before:
        raise LedgerBroken("the target has changed meanwhile")
    transaction.insert_rows(batch.rows)
    hashes = [row.leaf_hash for row in batch.rows]
    after = head.frontier.extend(hashes, tile_roots(transaction.insert_tiles))
    for row in batch.rows:
        entry = REGISTRY.read(row.raw, where=f"entry {row.position}")
        apply(transaction.state, row.position, entry)
    transaction.insert_checkpoints(batch.checkpoints)
    note = batch.checkpoints[-1][1] if batch.checkpoints else head.checkpoint
    transaction.save_head(HeadRow(after, batch.rows[-1].clock, note))
