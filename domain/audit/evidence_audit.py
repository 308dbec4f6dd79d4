"""The evidence kept beside the entries: a signed checkpoint after every append, and tile roots.

Whoever forges an entry can forge its leaf hash too; then only a root tells. The checkpoint of every
append was signed, so the first one that the entries do not lead to says which of them were changed.
"""

from collections.abc import Iterator, Sequence

from oneseek.domain.audit.key_chain import CheckSignature
from oneseek.domain.errors import LedgerBroken, OneSeekError
from oneseek.domain.findings import Finding
from oneseek.domain.keys import KeyRing
from oneseek.domain.merkle.frontier import EMPTY_FRONTIER
from oneseek.domain.merkle.hashing import leaf_hash, perfect_root
from oneseek.domain.merkle.tiles import TILE_WIDTH
from oneseek.domain.note.checkpoint import Checkpoint
from oneseek.domain.note.signed_note import VerifierKey, parse_note, verify_note
from oneseek.domain.ports import Ledger


def find_changed_entries(
    ledger: Ledger, size: int, ring: KeyRing, check: CheckSignature
) -> Iterator[Finding]:
    """Yield the first entries that do not lead to the root that was signed after them.

    Checkpoints that no key signed which might at that size are believed in nothing, and told in one
    finding.
    """
    frontier, believed = EMPTY_FRONTIER, 0
    doubtful: list[int] = []
    while frontier.size < size:
        try:
            covered, note = ledger.checkpoint_covering(frontier.size)
        except OneSeekError as error:
            yield Finding("checkpoint", f"from entry {believed} on", "a checkpoint", error.message)
            break
        rows = ledger.records(frontier.size, min(covered, size))
        grown = frontier.extend([leaf_hash(row.raw) for row in rows])
        if grown.size == frontier.size:
            break  # an entry is missing, which the ledger's own audit has said
        frontier = grown
        signed = _signed(note, ring.at(covered), check)
        if signed is None or signed.size != covered:
            doubtful.append(covered)
        elif signed.root == frontier.root():
            believed = covered
        else:
            yield Finding(
                "entries-changed",
                _entries(believed, covered),
                f"root {signed.root.hex()}, signed when they were appended",
                f"root {frontier.root().hex()} over the entries as they are",
                "repair it from a mirror: oneseek ledger repair --from MIRROR; or restore a backup",
            )
            break
    if doubtful:
        more = f" and {len(doubtful) - 1} more" if len(doubtful) > 1 else ""
        where = f"checkpoint of {doubtful[0]} entries{more}"
        yield Finding("checkpoint", where, "signed by a known key", "not so")


def _signed(note: bytes, keys: Sequence[VerifierKey], check: CheckSignature) -> Checkpoint | None:
    """Return what a known key has signed, None where none has."""
    try:
        parsed = parse_note(note)
        verify_note(parsed, keys, check)
        return Checkpoint.parse(parsed.text)
    except OneSeekError:
        return None


class TileAudit:
    """Compares the kept roots of full tiles with those that the entries have."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self.findings: list[Finding] = []
        self._lost: set[int] = set()

    def check(self, level: int, first: int, roots: Sequence[bytes]) -> None:
        """Compare ``roots`` of the tiles of ``level`` from ``first`` on."""
        if level in self._lost:
            return
        try:
            kept = self._ledger.hashes_at(level + 1, first, first + len(roots))
        except LedgerBroken as error:
            self._lost.add(level)
            self.findings.append(_lost_tiles(level, error))
            return
        for index, (root, found) in enumerate(zip(roots, kept, strict=True), start=first):
            if root != found:
                self.findings.append(_wrong_tile(level, index, root, found))


def check_tiles(ledger: Ledger, size: int) -> Iterator[Finding]:
    """Yield a finding for every full tile whose kept root is not that of its kept hashes."""
    level, count = 0, size // TILE_WIDTH
    while count:
        for index in range(count):
            start = index * TILE_WIDTH
            try:
                root = perfect_root(ledger.hashes_at(level, start, start + TILE_WIDTH))
                (kept,) = ledger.hashes_at(level + 1, index, index + 1)
            except LedgerBroken as error:
                yield _lost_tiles(level, error)
                return
            if kept != root:
                yield _wrong_tile(level, index, root, kept)
        level, count = level + 1, count // TILE_WIDTH


def _lost_tiles(level: int, error: LedgerBroken) -> Finding:
    return Finding("tile-root", f"tiles of level {level}", "all roots", error.message)


def _wrong_tile(level: int, index: int, root: bytes, found: bytes) -> Finding:
    return Finding("tile-root", f"tile {index} of level {level}", root.hex(), found.hex())


def _entries(start: int, stop: int) -> str:
    return f"entry {start}" if stop - start == 1 else f"entries {start} to {stop - 1}"
