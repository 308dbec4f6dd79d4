"""What a repair writes: rows as they were appended, and the tree over all entries, hashed again."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

from oneseek.adapters.ledger.rows import Row
from oneseek.adapters.ledger.sql_reader import SqlReader
from oneseek.domain.audit.localisation import Localisation, Reference
from oneseek.domain.errors import LedgerBroken
from oneseek.domain.merkle.frontier import EMPTY_FRONTIER, Frontier
from oneseek.domain.merkle.hashing import leaf_hash, leaf_hashes
from oneseek.domain.merkle.tiles import tile_roots
from oneseek.domain.note.checkpoint import Checkpoint
from oneseek.domain.note.signed_note import parse_note
from oneseek.domain.registry import REGISTRY
from oneseek.domain.values import microseconds, parse_time

_ROW = ("entry", "leaf-hash", "columns")


def good_rows(ledger: SqlReader, found: Localisation, reference: Reference) -> list[Row]:
    """Return the rows to write in the place of the damaged ones, in order.

    Their bytes are the reference's, or, behind its end, those that are stored: only what lies
    beside them is damaged there.
    """
    damaged = sorted(
        {
            index
            for damage in found.damaged
            if damage.what in _ROW
            for index in range(damage.index, damage.index + damage.group)
        }
    )
    rows: list[Row] = []
    for index in damaged:
        before = rows[-1] if rows and rows[-1].position == index - 1 else None
        clock = before.clock if before else _clock_before(ledger, index)
        raw = _bytes(ledger, reference, index)
        entry = REGISTRY.decode(raw, where=f"entry {index}")
        clock = max(clock, microseconds(parse_time(entry.time)))
        rows.append(
            Row(
                index,
                entry.stream,
                entry.stream_version,
                entry.kind,
                clock,
                leaf_hash(raw),
                raw,
            )
        )
    return rows


def _bytes(ledger: SqlReader, reference: Reference, index: int) -> bytes:
    if index < reference.size:
        return next(iter(reference.entries(index, index + 1)))
    return next(ledger.records(index, index + 1)).raw


def _clock_before(ledger: SqlReader, index: int) -> int:
    """Return the latest time before entry ``index``, whose own row is as it should be."""
    rows = list(ledger.index_rows(index - 1, index)) if index else []
    return microseconds(parse_time(rows[0].latest)) if rows else 0


@dataclass(frozen=True, slots=True)
class Tree:
    """The tree over all entries as they are now; ``roots`` at some sizes on the way."""

    frontier: Frontier
    clock: int
    roots: dict[int, bytes]


def verified_tree(
    ledger: SqlReader,
    found: Localisation,
    reference: Reference,
    wanted: Collection[int],
    kept: Checkpoint | None,
    insert_tiles: Callable[[int, int, Sequence[bytes]], None],
) -> Tree:
    """Hash every entry again, up to the root that was signed; tile roots are written on the way.

    The tree must also pass through the reference's root and that of ``kept``.

    Raises:
        LedgerBroken: the entries do not lead there. What was written is to be undone.
    """
    signed = Checkpoint.parse(parse_note(found.checkpoint).text)
    trusted = [(reference.size, reference.root), (signed.size, signed.root)]
    trusted += [(kept.size, kept.root)] if kept is not None else []
    sizes = {size for size in (*wanted, *dict(trusted)) if size <= found.size}
    roots: dict[int, bytes] = {}
    frontier = EMPTY_FRONTIER
    for stop in sorted(sizes):
        for raws in ledger.chunks(frontier.size, stop):
            frontier = frontier.extend(leaf_hashes(raws), tile_roots(insert_tiles))
        roots[stop] = frontier.root()
    for size, root in trusted:
        if size <= found.size and roots.get(size) != root:
            raise LedgerBroken(
                f"the repaired entries do not lead to the root of {size} entries that was signed",
                hint="nothing was changed: the mirror has another history than was signed here",
            )
    (last,) = ledger.index_rows(found.size - 1, found.size)
    clock = microseconds(parse_time(last.latest))
    return Tree(frontier, clock, {size: roots[size] for size in wanted if size in roots})
