"""A ledger in memory: the same append, the same promises, and nothing left when it is gone.

For tests and for whoever wants to try a history out. Several ledgers over the same tables are what
several processes are over one database.
"""

from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from operator import itemgetter

from oneseek.adapters.ledger.memory_tables import MemoryState, Moment, Tables
from oneseek.adapters.ledger.rows import HeadRow, Row
from oneseek.adapters.ledger.sequencer import Guard, Seal
from oneseek.domain.entry import Entry
from oneseek.domain.errors import Conflict, NotFound
from oneseek.domain.many import Group
from oneseek.domain.ports import Leases
from oneseek.domain.registry import REGISTRY, Registry
from oneseek.domain.state.fold import apply
from oneseek.domain.stored import Head, IndexRow, Receipt, Record, StoredCosignature
from oneseek.domain.values import format_time, from_microseconds, microseconds


class MemoryView:
    """One consistent moment: what others append does not show in it."""

    def __init__(self, tables: Tables, moment: Moment) -> None:
        self._tables = tables
        self._size = moment.size
        self.head = moment.head.as_head()
        self.get = moment.state.get
        self.scan = moment.state.scan

    def version(self, stream: str) -> int:
        return self._tables.version(stream, self._size)


class MemoryLedger:
    """The ledger in ``tables``; ``seal`` signs every new tree head, if ``guard`` lets it."""

    def __init__(
        self,
        tables: Tables,
        seal: Seal,
        registry: Registry = REGISTRY,
        *,
        guard: Guard | None = None,
    ) -> None:
        self._tables = tables
        self._seal = seal
        self._guard = guard
        self._registry = registry

    def close(self) -> None:
        """Nothing is held."""

    def closed(self) -> None:
        """A ledger in memory goes nowhere."""

    def head(self) -> Head:
        return self._tables.moment.head.as_head()

    @contextmanager
    def view(self) -> Iterator[MemoryView]:
        yield MemoryView(self._tables, self._tables.moment)

    def append(self, entries: Group[Entry], expect: Mapping[str, int]) -> Receipt:
        """Append ``entries`` as one group; see :class:`oneseek.domain.ports.Ledger`."""
        from eventsourcing.persistence import IntegrityError

        from oneseek.adapters.ledger import recording
        from oneseek.adapters.ledger.memory_recorder import LedgerRecorder

        heads: list[HeadRow] = []
        recorder = LedgerRecorder(self._tables, self._seal, self._guard)
        try:
            recording.store(recorder, self._registry, entries, expect, heads)
        except IntegrityError as error:
            raise Conflict(
                f"the ledger refused to write: {error}", hint="look again and repeat"
            ) from error
        if not heads:
            return recording.empty_receipt(self.head())
        return recording.receipt(heads[-1], len(entries))

    def records(self, start: int = 0, stop: int | None = None) -> Iterator[Record]:
        for row in self._rows(start, stop):
            yield Record(row.position, row.raw, row.leaf_hash)

    def chunks(self, start: int, stop: int) -> Iterator[list[bytes]]:
        yield [row.raw for row in self._rows(start, stop)]

    def index_rows(self, start: int = 0, stop: int | None = None) -> Iterator[IndexRow]:
        for row in self._rows(start, stop):
            latest = format_time(from_microseconds(row.clock))
            yield IndexRow(row.position, row.stream, row.version, row.kind, latest)

    def of_stream(self, stream: str) -> Iterator[Record]:
        for index in self._tables.indices(stream):
            row = self._tables.rows[index]
            yield Record(row.position, row.raw, row.leaf_hash)

    def _rows(self, start: int, stop: int | None) -> Iterator[Row]:
        # The size is asked for again at every row: whoever reads to the end sees what is appended.
        while start < self._tables.moment.size and (stop is None or start < stop):
            yield self._tables.rows[start]
            start += 1

    def hashes_at(self, level: int, start: int, stop: int) -> list[bytes]:
        return self._tables.hashes_at(level, start, stop)

    def checkpoint_covering(self, index: int) -> tuple[int, bytes]:
        known = self._tables.checkpoints
        found = bisect_right(known, index, key=itemgetter(0))
        if index >= self._tables.moment.size:
            raise NotFound(f"no checkpoint covers entry {index}: the ledger ends before it")
        return known[found]

    def checkpoints(self, start: int, stop: int) -> Iterator[tuple[int, bytes]]:
        known = self._tables.checkpoints
        found = bisect_right(known, start, key=itemgetter(0))
        while start < min(stop, self._tables.moment.size):
            start, note = known[found]
            found += 1
            yield start, note

    def cosignatures(self, above: int = 0) -> Iterator[StoredCosignature]:
        with self._tables.changed:
            found = sorted(self._tables.cosignatures.items(), reverse=True)
        return (StoredCosignature(*key, said) for key, said in found if key[0] > above)

    def attach(self, cosignatures: Sequence[StoredCosignature]) -> int:
        with self._tables.changed:
            signed, kept = dict(self._tables.checkpoints), self._tables.cosignatures
            for item in cosignatures:
                if item.size not in signed:
                    raise NotFound(f"no checkpoint of exactly {item.size} entries was signed here")
            before = len(kept)
            for item in cosignatures:
                kept.setdefault((item.size, item.name, item.key_id), item.signature)
            return len(kept) - before

    def size_at(self, moment: datetime) -> int:
        size = self._tables.moment.size
        return bisect_right(
            self._tables.rows, microseconds(moment), hi=size, key=lambda row: row.clock
        )

    def follow(self, start: int) -> Iterator[range]:
        """Yield the ranges of new entries from ``start`` on, for ever, whichever thread wrote."""
        while True:
            with self._tables.changed:
                while self._tables.moment.size <= start:
                    self._tables.changed.wait()
                size = self._tables.moment.size
            yield range(start, size)
            start = size


class MemoryLocation:
    """A place for a ledger in this process; it is empty until :meth:`create`."""

    url: None = None
    place = "memory"

    def __init__(self) -> None:
        self._tables: Tables | None = None

    def exists(self) -> bool:
        return self._tables is not None

    def create(self) -> None:
        if self._tables is not None:
            raise Conflict("this ledger exists already")
        self._tables = Tables()

    def open(
        self, seal: Seal, origin: str | None = None, guard: Guard | None = None
    ) -> MemoryLedger:
        return MemoryLedger(self._there(), seal, guard=guard)

    def leases(self, local: Leases) -> Leases:
        return local

    def refold(self) -> int:
        """Replace all state documents by the fold of all entries; return how many those are."""
        tables = self._there()
        with tables.changed:
            state = MemoryState()
            for row in tables.rows:
                apply(state, row.position, REGISTRY.read(row.raw, where=f"entry {row.position}"))
            tables.moment = Moment(tables.moment.head, state)
            return tables.moment.size

    def missing_guards(self) -> list[str]:
        """Return no names: there are no triggers to lose."""
        return []

    def _there(self) -> Tables:
        if self._tables is None:
            raise NotFound("there is no ledger in this place")
        return self._tables
