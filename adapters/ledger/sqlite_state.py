"""State documents in a SQLite table ``state(kind, key, body)``: read, or read and write."""

import sqlite3

from oneseek.adapters.ledger.sql_state import SqlReading, SqlState


def _connection(given: sqlite3.Connection | sqlite3.Cursor) -> sqlite3.Connection:
    # Every statement gets a cursor of its own: on a shared one, a get ends a running scan.
    return given if isinstance(given, sqlite3.Connection) else given.connection


class SqliteReading(SqlReading):
    """Reads documents through the connection given; sees what its transaction sees."""

    def __init__(self, given: sqlite3.Connection | sqlite3.Cursor) -> None:
        super().__init__(_connection(given).execute)


class SqliteState(SqlState):
    """Writes documents as well, gathered in memory until they are flushed."""

    def __init__(self, given: sqlite3.Connection | sqlite3.Cursor) -> None:
        connection = _connection(given)
        super().__init__(connection.execute, connection.executemany)
