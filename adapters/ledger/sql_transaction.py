"""One append in any SQL database: the statements behind :class:`sequencer.Transaction`."""

from collections.abc import Sequence

from oneseek.adapters.ledger import sql
from oneseek.adapters.ledger.sequencer import HeadRow, Row
from oneseek.adapters.ledger.sql_state import SqlState
from oneseek.domain.merkle.tiles import Tile


class SqlTransaction:
    """Runs inside an open transaction; commits nothing itself."""

    def __init__(self, run: sql.Run, run_many: sql.RunMany, state: SqlState) -> None:
        self._run = run
        self._run_many = run_many
        self.state = state

    def lock_head(self) -> HeadRow:
        # A write takes the lock at once. Reading first and writing later under a deferred
        # transaction ends in "database is locked" as soon as two writers meet.
        self._run("UPDATE head SET id = id WHERE id = 1")
        return HeadRow(*sql.select_head(self._run))

    def stream_version(self, stream: str) -> int:
        return sql.stream_version(self._run, stream)

    def hashes_at(self, level: int, start: int, stop: int) -> Sequence[bytes]:
        return sql.select_hashes(self._run, level, start, stop)

    def insert_rows(self, rows: Sequence[Row]) -> None:
        self._run_many(
            "INSERT INTO entries (position, originator_id, originator_version, topic, clock, "
            "leaf_hash, state) VALUES (?, ?, ?, ?, ?, ?, ?)",
            [(r.position, r.stream, r.version, r.kind, r.clock, r.leaf_hash, r.raw) for r in rows],
        )

    def insert_tile(self, tile: Tile) -> None:
        self._run("INSERT INTO tiles VALUES (?, ?, ?)", (tile.level, tile.index, tile.root))

    def insert_checkpoint(self, size: int, note: bytes) -> None:
        self._run("INSERT INTO checkpoints VALUES (?, ?)", (size, note))

    def save_head(self, head: HeadRow) -> None:
        self.state.flush()
        self._run(
            "UPDATE head SET size = ?, frontier = ?, clock = ?, checkpoint = ? WHERE id = 1",
            (head.frontier.size, head.frontier.to_bytes(), head.clock, head.checkpoint),
        )
