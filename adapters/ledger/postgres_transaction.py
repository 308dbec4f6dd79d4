"""One append on PostgreSQL: the head row is the queue, rows go in by binary COPY."""

from collections.abc import Collection, Mapping, Sequence
from functools import partial
from typing import Any

import psycopg
from msgspec.structs import astuple
from psycopg.rows import tuple_row

from oneseek.adapters.ledger import sql
from oneseek.adapters.ledger.postgres_driver import run, run_many
from oneseek.adapters.ledger.postgres_state import PostgresState
from oneseek.adapters.ledger.rows import HeadRow, Row
from oneseek.adapters.ledger.sql_transaction import SqlTransaction

_COPY = (
    "COPY entries (position, originator_id, originator_version, topic, clock, leaf_hash, state) "
    "FROM STDIN (FORMAT BINARY)"
)
_TYPES = ("int8", "text", "int8", "text", "int8", "bytea", "bytea")


class PostgresTransaction(SqlTransaction):
    """Runs inside an open READ COMMITTED transaction, which sees what the lock waited for."""

    def __init__(self, connection: psycopg.Connection[Any], channel: str) -> None:
        super().__init__(
            partial(run, connection), partial(run_many, connection), PostgresState(connection)
        )
        self._connection = connection
        self._channel = channel

    def lock_head(self) -> HeadRow:
        return HeadRow(*sql.select_head(self._run, lock=" FOR UPDATE"))

    def stream_versions(self, streams: Collection[str]) -> Mapping[str, int]:
        # One array in binary: a thousand values in the text of a statement take long to read.
        rows = self._connection.cursor(row_factory=tuple_row).execute(
            "SELECT stream, (SELECT MAX(originator_version) FROM entries "
            "WHERE originator_id = stream) FROM unnest(%b::text[]) stream",
            (list(streams),),
        )
        return {stream: version for stream, version in rows if version is not None}

    def insert_rows(self, rows: Sequence[Row]) -> None:
        with self._connection.cursor() as cursor, cursor.copy(_COPY) as copy:
            copy.set_types(_TYPES)
            for row in rows:
                copy.write_row(astuple(row))

    def save_head(self, head: HeadRow) -> None:
        # In a pipeline: documents, head and notification go out together, for one answer.
        with self._connection.pipeline():
            super().save_head(head)
            # Told at the commit, to whoever listens; nobody is told of what is rolled back.
            self._run("SELECT pg_notify(?, '')", (self._channel,))
