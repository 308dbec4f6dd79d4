"""One append on SQLite: the statements behind :class:`sequencer.Transaction`."""

import sqlite3
from collections.abc import Sequence

from oneseek.adapters.ledger.sequencer import HeadRow, Row
from oneseek.adapters.ledger.sqlite_reader import select_hashes, stream_version
from oneseek.adapters.ledger.sqlite_state import SqliteState
from oneseek.domain.errors import LedgerBroken
from oneseek.domain.merkle.frontier import Frontier
from oneseek.domain.merkle.tiles import Tile


class SqliteTransaction:
    """Runs on the cursor of an open transaction; commits nothing itself."""

    def __init__(self, cursor: sqlite3.Cursor) -> None:
        self._cursor = cursor
        self.state = SqliteState(cursor)

    def lock_head(self) -> HeadRow:
        # A write takes the lock at once. Reading first and writing later under a deferred
        # transaction ends in "database is locked" as soon as two writers meet.
        self._cursor.execute("UPDATE head SET id = id WHERE id = 1")
        row = self._cursor.execute(
            "SELECT size, frontier, clock, checkpoint FROM head WHERE id = 1"
        ).fetchone()
        if row is None:
            raise LedgerBroken("the ledger has lost its head row")
        return HeadRow(Frontier.from_bytes(row[0], row[1]), row[2], row[3])

    def stream_version(self, stream: str) -> int:
        return stream_version(self._cursor, stream)

    def hashes_at(self, level: int, start: int, stop: int) -> Sequence[bytes]:
        return select_hashes(self._cursor, level, start, stop)

    def insert_rows(self, rows: Sequence[Row]) -> None:
        self._cursor.executemany(
            "INSERT INTO entries (position, originator_id, originator_version, topic, clock, "
            "leaf_hash, state) VALUES (?, ?, ?, ?, ?, ?, ?)",
            [(r.position, r.stream, r.version, r.kind, r.clock, r.leaf_hash, r.raw) for r in rows],
        )

    def insert_tile(self, tile: Tile) -> None:
        self._cursor.execute(
            "INSERT INTO tiles VALUES (?, ?, ?)", (tile.level, tile.index, tile.root)
        )

    def insert_checkpoint(self, size: int, note: bytes) -> None:
        self._cursor.execute("INSERT INTO checkpoints VALUES (?, ?)", (size, note))

    def save_head(self, head: HeadRow) -> None:
        self.state.flush()
        self._cursor.execute(
            "UPDATE head SET size = ?, frontier = ?, clock = ?, checkpoint = ? WHERE id = 1",
            (head.frontier.size, head.frontier.to_bytes(), head.clock, head.checkpoint),
        )
