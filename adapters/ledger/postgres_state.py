"""State documents in a PostgreSQL table ``state(kind, key, body)``: read, or read and write."""

from collections.abc import Sequence
from functools import partial
from typing import Any

import psycopg

from oneseek.adapters.ledger.postgres_driver import run, run_many
from oneseek.adapters.ledger.sql_state import SqlReading, SqlState


class _Utf8Keys(SqlReading):
    """Keys as their UTF-8 bytes: sorted by code point whatever the collation, NUL included."""

    def _stored(self, key: str) -> Any:
        return key.encode()

    def _loaded(self, stored: Any) -> str:
        return bytes(stored).decode(errors="replace")


class PostgresReading(_Utf8Keys):
    """Reads documents through the connection given; sees what its transaction sees."""

    def __init__(self, connection: psycopg.Connection[Any]) -> None:
        super().__init__(partial(run, connection))


class PostgresState(_Utf8Keys, SqlState):
    """Writes documents as well, gathered in memory until they are flushed."""

    def __init__(self, connection: psycopg.Connection[Any]) -> None:
        SqlState.__init__(self, partial(run, connection), partial(run_many, connection))
        self._connection = connection

    def _store(self, rows: Sequence[tuple[str, Any, bytes]]) -> None:
        # One statement: the server plans, and answers, once for the whole group.
        columns = [list(column) for column in zip(*rows, strict=True)]
        # Binary (%b): as text every byte of a document would be escaped, and read back.
        self._connection.execute(
            "INSERT INTO state SELECT * FROM unnest(%b::text[], %b::bytea[], %b::bytea[]) "
            "ON CONFLICT (kind, key) DO UPDATE SET body = excluded.body",
            columns,
        )
