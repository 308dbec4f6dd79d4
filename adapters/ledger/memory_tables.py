"""The tables of a ledger in memory, and one append to them.

What has been appended is never changed: rows, tile roots and checkpoints are only added behind
what the :class:`Moment` speaks of, and the moment is replaced as a whole. So a reader that holds a
moment sees one state of the ledger, however others go on.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from threading import Condition

from oneseek.adapters.ledger.rows import HeadRow, Row
from oneseek.domain.errors import LedgerBroken
from oneseek.domain.merkle.frontier import EMPTY_FRONTIER
from oneseek.domain.state.store import DictState, Document


class DuplicateRow(Exception):
    """A (stream, version) exists already: what a database says with an integrity error."""


class MemoryState(DictState):
    """Documents of one moment, from which the next one is grown: only changed tables are copied."""

    def __init__(self) -> None:
        super().__init__()
        self._own: set[str] = set()

    def grown(self) -> "MemoryState":
        """Return documents like these whose changes do not show here."""
        child = MemoryState()
        child._tables = dict(self._tables)
        return child

    def put(self, key: str, document: Document) -> None:
        self._copy(type(document))
        super().put(key, document)

    def delete(self, kind: type[Document], key: str) -> None:
        self._copy(kind)
        super().delete(kind, key)

    def _copy(self, kind: type[Document]) -> None:
        if kind.table not in self._own:
            self._own.add(kind.table)
            self._tables[kind.table] = dict(self._tables.get(kind.table, {}))


@dataclass(frozen=True, slots=True)
class Moment:
    """Head and state documents that belong together."""

    head: HeadRow
    state: MemoryState

    @property
    def size(self) -> int:
        return self.head.frontier.size


class Tables:
    """A ledger's rows. ``changed`` is held by whoever appends and told of every new moment."""

    def __init__(self) -> None:
        self.changed = Condition()
        self.moment = Moment(HeadRow(EMPTY_FRONTIER, 0, b""), MemoryState())
        self.rows: list[Row] = []
        self.streams: dict[str, dict[int, int]] = {}
        """Stream → version → index."""
        self.tiles: dict[int, list[bytes]] = {}
        self.checkpoints: list[tuple[int, bytes]] = []
        self.cosignatures: dict[tuple[int, str, int], bytes] = {}
        """Size, name and key ID of the witness → what it said."""

    def version(self, stream: str, size: int) -> int:
        """Return the newest version of ``stream`` among the first ``size`` rows, 0 for none."""
        with self.changed:
            versions = dict(self.streams.get(stream, {}))
        return max((version for version, index in versions.items() if index < size), default=0)

    def indices(self, stream: str) -> list[int]:
        """Return the indices of the rows of ``stream``, the oldest first."""
        with self.changed:
            versions = dict(self.streams.get(stream, {}))
        return [versions[version] for version in sorted(versions)]

    def hashes_at(self, level: int, start: int, stop: int) -> list[bytes]:
        """Return leaf hashes (level 0) or roots of full tiles of ``level - 1``."""
        hashes = (
            [row.leaf_hash for row in self.rows[start:stop]]
            if level == 0
            else self.tiles.get(level - 1, [])[start:stop]
        )
        if len(hashes) != stop - start:
            raise LedgerBroken(
                f"hashes {start} to {stop} of tile level {level} are not all in the ledger"
            )
        return hashes


class MemoryTransaction:
    """One append; see :class:`oneseek.adapters.ledger.sequencer.Transaction`.

    Use it as a context manager that holds ``tables.changed``: an error takes back what was added.
    """

    def __init__(self, tables: Tables) -> None:
        self._tables = tables
        self._before = tables.moment
        self._tiles: list[int] = []
        self._checkpoints = len(tables.checkpoints)
        self.state = tables.moment.state.grown()

    def __enter__(self) -> "MemoryTransaction":
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if kind is not None:
            self._undo()

    def lock_head(self) -> HeadRow:
        return self._before.head

    def stream_versions(self, streams: Collection[str]) -> Mapping[str, int]:
        size = self._before.size
        return {stream: self._tables.version(stream, size) for stream in streams}

    def insert_rows(self, rows: Sequence[Row]) -> None:
        for row in rows:
            versions = self._tables.streams.setdefault(row.stream, {})
            if row.version in versions:
                raise DuplicateRow(f"version {row.version} of {row.stream} exists already")
            versions[row.version] = row.position
            self._tables.rows.append(row)

    def insert_tiles(self, level: int, first: int, roots: Sequence[bytes]) -> None:
        self._tables.tiles.setdefault(level, []).extend(roots)
        self._tiles += [level] * len(roots)

    def insert_checkpoint(self, size: int, note: bytes) -> None:
        self._tables.checkpoints.append((size, note))

    def save_head(self, head: HeadRow) -> None:
        self._tables.moment = Moment(head, self.state)

    def _undo(self) -> None:
        tables = self._tables
        for row in tables.rows[self._before.size :]:
            del tables.streams[row.stream][row.version]
        del tables.rows[self._before.size :]
        for level in self._tiles:
            tables.tiles[level].pop()
        del tables.checkpoints[self._checkpoints :]
        tables.moment = self._before
