"""Holding a SQLite ledger: the write lock of its file, for as long as a block lasts."""

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from oneseek.adapters.ledger import closing, sqlite_guards
from oneseek.adapters.ledger.closing import Closed
from oneseek.adapters.ledger.sql_hold import SqlHold
from oneseek.adapters.ledger.sqlite_errors import explain
from oneseek.adapters.ledger.sqlite_reader import HAS_CLOSED, check_format
from oneseek.adapters.ledger.sqlite_schema import (
    HAS_COSIGNATURES,
    TABLES,
    cosignature_statements,
    ledger_statements,
)
from oneseek.adapters.ledger.sqlite_state import SqliteState
from oneseek.adapters.ledger.sqlite_transaction import SqliteTransaction
from oneseek.domain.errors import NotFound

LOCK_SECONDS = 30.0
"""How long to wait for another writer before giving up."""

_TRIGGER = """CREATE TRIGGER IF NOT EXISTS head_closed BEFORE UPDATE ON head
    WHEN EXISTS (SELECT 1 FROM closed)
    BEGIN SELECT RAISE(ABORT, 'this ledger is closed: its table "closed" says why'); END"""


class SqliteHold(SqlHold):
    """Everything runs on the one connection that holds the lock."""

    _has_cosignatures = HAS_COSIGNATURES

    def __init__(self, connection: sqlite3.Connection, path: Path) -> None:
        def run(statement: str, values: Any = (), /) -> list[Any]:
            # Told as this file's error here: around it, the block may use another ledger.
            try:
                return connection.execute(statement, values).fetchall()
            except sqlite3.Error as error:
                raise explain(error, path) from error

        super().__init__(
            run,
            lambda: SqliteTransaction(connection.cursor()),
            lambda: SqliteState(connection),
        )

    def closed(self) -> Closed | None:
        return closing.read_closed(self.run, HAS_CLOSED)

    def close(self, closed: Closed) -> None:
        self.run(closing.TABLE)
        self.run(_TRIGGER)
        closing.write_closed(self.run, closed)

    def reopen(self) -> None:
        if self.closed() is not None:
            closing.write_closed(self.run, None)

    def complete(self) -> None:
        """Make the tables that are gone, empty."""
        for statement in ledger_statements():
            if statement.startswith("CREATE TABLE"):
                self.run(statement.replace("CREATE TABLE", "CREATE TABLE IF NOT EXISTS", 1))

    def reindex(self) -> None:
        """Make the index that is gone; the rows are as they should be."""
        for statement in ledger_statements():
            if statement.startswith("CREATE UNIQUE INDEX"):
                self.run(statement.replace("INDEX", "INDEX IF NOT EXISTS", 1))

    def unguard(self) -> None:
        sqlite_guards.drop(self.run)

    def guard(self) -> None:
        sqlite_guards.mend(self.run)

    def commit(self) -> None:
        """Make everything so far durable, and hold on."""
        self.run("COMMIT")
        self.run("BEGIN IMMEDIATE")

    def _make_cosignatures(self) -> None:
        for statement in cosignature_statements():
            self.run(statement)


@contextmanager
def hold(path: Path, tables: Sequence[str] = TABLES) -> Iterator[SqliteHold]:
    """Hold the ledger at ``path``; what the block did is durable at its end, or undone.

    ``tables`` have to be there.

    Raises:
        NotFound: there is no such file.
        Conflict: another process holds it.
    """
    if not path.is_file():
        raise NotFound(f"there is no ledger at {path}")
    connection = sqlite3.connect(
        f"{path.absolute().as_uri()}?mode=rw",
        uri=True,
        isolation_level=None,
        timeout=LOCK_SECONDS,
    )
    try:
        check_format(connection, path, tables)
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("PRAGMA trusted_schema = OFF")
        connection.execute("BEGIN IMMEDIATE")
        yield SqliteHold(connection, path)
        connection.execute("COMMIT")
    except sqlite3.Error as error:
        raise explain(error, path) from error
    finally:
        with suppress(sqlite3.Error):
            connection.close()  # what was not committed is rolled back
