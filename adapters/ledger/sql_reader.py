"""Reading a ledger in any SQL database: what is left to a database is how to run a statement."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Any, ClassVar, TypeVar

from oneseek.adapters.ledger import sql, sql_cosignatures
from oneseek.adapters.ledger.sql_state import SqlReading
from oneseek.domain.stored import Head, IndexRow, Record, StoredCosignature

_BATCH = 1000
R = TypeVar("R", Record, IndexRow)


class SqlReader(ABC):
    """Reads entries, hashes and checkpoints; ``place`` names the ledger in messages."""

    _has_cosignatures: ClassVar[str]
    """The question whether there is a table of cosignatures."""

    def __init__(self, place: str) -> None:
        self._place = place

    @abstractmethod
    def _run(self, statement: str, values: Any = (), /) -> Iterable[Any]:
        """Execute one statement, for reading."""

    @abstractmethod
    def _errors(self) -> AbstractContextManager[None]:
        """Turn the database's errors into ours."""

    def head(self) -> Head:
        with self._errors():
            return sql.read_head(self._run)

    def records(self, start: int = 0, stop: int | None = None) -> Iterator[Record]:
        return self._batches(sql.select_records, start, stop)

    def chunks(self, start: int, stop: int) -> Iterator[list[bytes]]:
        while start < stop:
            end = min(start + _BATCH, stop)
            with self._errors():
                raws = sql.select_entries(self._run, start, end)
            yield raws
            if len(raws) != end - start:
                return
            start = end

    def index_rows(self, start: int = 0, stop: int | None = None) -> Iterator[IndexRow]:
        return self._batches(sql.select_index_rows, start, stop)

    def of_stream(self, stream: str) -> Iterator[Record]:
        version = 0
        while True:
            with self._errors():
                rows = sql.select_stream(self._run, stream, version, _BATCH)
            for version, record in rows:  # noqa: B007 - the last one is where to go on
                yield record
            if len(rows) < _BATCH:
                return

    def _batches(
        self, select: Callable[[sql.Run, int, int], list[R]], start: int, stop: int | None
    ) -> Iterator[R]:
        """Yield rows in batches, each of its own statement: no lock is held in between."""
        while stop is None or start < stop:
            limit = _BATCH if stop is None else min(_BATCH, stop - start)
            with self._errors():
                rows = select(self._run, start, limit)
            if stop is None or all(row.index < stop for row in rows[-1:]):
                yield from rows  # they are in order: no look at each of them
            else:
                yield from (row for row in rows if row.index < stop)
            if len(rows) < limit:
                return
            # In a damaged file positions may go backwards: still come to an end.
            start = max(rows[-1].index, start + len(rows) - 1) + 1

    def hashes_at(self, level: int, start: int, stop: int) -> list[bytes]:
        with self._errors():
            return sql.select_hashes(self._run, level, start, stop)

    def checkpoint_covering(self, index: int) -> tuple[int, bytes]:
        with self._errors():
            return sql.select_checkpoint(self._run, index)

    def checkpoints(self, start: int, stop: int) -> Iterator[tuple[int, bytes]]:
        while start < stop:
            with self._errors():
                found = sql.select_checkpoints(self._run, start, None, min(_BATCH, stop - start))
            for start, note in found:
                yield start, note
                if start >= stop:
                    return
            if not found:
                return

    def cosignatures(self, above: int = 0) -> Iterator[StoredCosignature]:
        with self._errors():
            yield from sql_cosignatures.read(self._run, self._has_cosignatures, above)

    def size_at(self, moment: datetime) -> int:
        with self._errors():
            return sql.size_at(self._run, moment, self._place)


class SqlView:
    """One consistent moment of a ledger: everything read through it belongs together."""

    def __init__(self, run: sql.Run, documents: SqlReading) -> None:
        self._run = run
        self.get = documents.get
        self.scan = documents.scan
        self.head = sql.read_head(run)

    def version(self, stream: str) -> int:
        return sql.stream_versions(self._run, [stream]).get(stream, 0)
