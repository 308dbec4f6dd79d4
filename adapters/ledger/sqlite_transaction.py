"""One append on SQLite."""

import sqlite3

from oneseek.adapters.ledger.sql_transaction import SqlTransaction
from oneseek.adapters.ledger.sqlite_state import SqliteState


class SqliteTransaction(SqlTransaction):
    """Runs on the cursor of an open transaction."""

    def __init__(self, cursor: sqlite3.Cursor) -> None:
        super().__init__(cursor.execute, cursor.executemany, SqliteState(cursor))
