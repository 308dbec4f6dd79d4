"""One append in any SQL database: the statements behind :class:`sequencer.Transaction`."""

from collections.abc import Collection, Mapping, Sequence

from msgspec.structs import astuple

from oneseek.adapters.ledger import sql
from oneseek.adapters.ledger.rows import HeadRow, Row
from oneseek.adapters.ledger.sql_state import SqlState


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

    def stream_versions(self, streams: Collection[str]) -> Mapping[str, int]:
        return sql.stream_versions(self._run, streams)

    def insert_rows(self, rows: Sequence[Row]) -> None:
        self._run_many(
            "INSERT INTO entries (position, originator_id, originator_version, topic, clock, "
            "leaf_hash, state) VALUES (?, ?, ?, ?, ?, ?, ?)",
            [astuple(row) for row in rows],
        )

    def insert_tiles(self, level: int, first: int, roots: Sequence[bytes]) -> None:
        rows = [(level, index, root) for index, root in enumerate(roots, start=first)]
        self._run_many("INSERT INTO tiles VALUES (?, ?, ?)", rows)

    def insert_checkpoint(self, size: int, note: bytes) -> None:
        self._run("INSERT INTO checkpoints VALUES (?, ?)", (size, note))

    def insert_checkpoints(self, checkpoints: Sequence[tuple[int, bytes]]) -> None:
        """Insert many at once, of entries that come from another ledger."""
        if checkpoints:
            self._run_many("INSERT INTO checkpoints VALUES (?, ?)", checkpoints)

    def save_head(self, head: HeadRow) -> None:
        self.state.flush()
        self._run(
            "UPDATE head SET size = ?, frontier = ?, clock = ?, checkpoint = ? WHERE id = 1",
            (head.frontier.size, head.frontier.to_bytes(), head.clock, head.checkpoint),
        )
