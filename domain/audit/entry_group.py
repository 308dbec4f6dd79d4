"""Neighbouring entries that were appended together: as stored, and as a reference has them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from oneseek.domain.audit.localisation import Reference
from oneseek.domain.merkle.hashing import HASH_SIZE, leaf_hash
from oneseek.domain.stored import Head, IndexRow, Record


class StoredLog(Protocol):
    """What of a ledger is looked at: everything that is stored, nothing that is derived."""

    def head(self) -> Head: ...
    def records(self, start: int = 0, stop: int | None = None) -> Iterator[Record]: ...
    def index_rows(self, start: int = 0, stop: int | None = None) -> Iterator[IndexRow]: ...
    def hashes_at(self, level: int, start: int, stop: int) -> Sequence[bytes]: ...
    def checkpoint_covering(self, index: int) -> tuple[int, bytes]: ...


@dataclass(frozen=True, slots=True)
class EntryGroup:
    """The entries ``start`` to ``stop`` - 1; ``rows`` has those that are stored."""

    start: int
    stop: int
    rows: dict[int, tuple[Record, IndexRow]]
    known: Sequence[bytes]
    """The reference's bytes of the first entries of the group, perhaps of none."""

    def candidates(self) -> Iterator[list[bytes]]:
        """Yield the leaf hashes that the group may have had, the best evidence first."""
        known = [leaf_hash(raw) for raw in self.known]
        rest = range(self.start + len(known), self.stop)
        if all(index in self.rows for index in rest):
            computed = [leaf_hash(self.rows[index][0].raw) for index in rest]
            stored = [self.rows[index][0].leaf_hash for index in rest]
            yield known + computed
            if stored != computed and all(len(item) == HASH_SIZE for item in stored):
                yield known + stored

    def proven(self, hashes: Sequence[bytes]) -> Iterator[tuple[int, bytes]]:
        """Yield index and bytes of the entries whose bytes have the proven hash."""
        for index, expected in enumerate(hashes, start=self.start):
            offset = index - self.start
            if offset < len(self.known):
                yield index, self.known[offset]
            elif leaf_hash(raw := self.rows[index][0].raw) == expected:
                yield index, raw


def read_group(ledger: StoredLog, start: int, stop: int, reference: Reference | None) -> EntryGroup:
    """Read the entries ``start`` to ``stop`` - 1 where they are."""
    rows = {
        record.index: (record, row)
        for record, row in zip(
            ledger.records(start, stop), ledger.index_rows(start, stop), strict=False
        )
    }
    known: tuple[bytes, ...] = ()
    if reference is not None and reference.size > start:
        known = tuple(reference.entries(start, min(stop, reference.size)))
    return EntryGroup(start, stop, rows, known)
