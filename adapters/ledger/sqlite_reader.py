"""Reading a SQLite ledger with the standard library alone.

Every connection is read-only (``mode=ro``); on a medium that cannot be written at all the file is
opened as immutable, so that an auditor can read a ledger from a read-only copy.
"""

import os
import sqlite3
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from oneseek.adapters.ledger.closing import Closed, read_closed
from oneseek.adapters.ledger.sql import lost_table
from oneseek.adapters.ledger.sql_reader import SqlReader, SqlView
from oneseek.adapters.ledger.sqlite_errors import explain
from oneseek.adapters.ledger.sqlite_schema import (
    APPLICATION_ID,
    FORMAT_VERSION,
    HAS_COSIGNATURES,
    TABLES,
)
from oneseek.adapters.ledger.sqlite_state import SqliteReading
from oneseek.domain.errors import LedgerBroken, NotFound

HAS_CLOSED = "SELECT COUNT(*) FROM sqlite_master WHERE type = 'table' AND name = 'closed'"

POLL_SECONDS = 0.05
"""How often a follower looks for new entries."""


class SqliteReader(SqlReader):
    """Reads entries, hashes, checkpoints and state documents of the ledger file at ``path``."""

    _has_cosignatures = HAS_COSIGNATURES

    def __init__(self, path: Path) -> None:
        super().__init__(str(path))
        self._path = path
        self._connection: sqlite3.Connection | None = None

    def close(self) -> None:
        """Close the connection; the next read opens a new one."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def closed(self) -> Closed | None:
        with self._errors():
            return read_closed(self._run, HAS_CLOSED)

    @contextmanager
    def view(self) -> Iterator[SqlView]:
        with self._errors():
            connection = self._open()
            connection.execute("BEGIN")
            try:
                yield SqlView(connection.execute, SqliteReading(connection))
            finally:
                connection.rollback()

    def follow(self, start: int, *, poll: float = POLL_SECONDS) -> Iterator[range]:
        """Yield the ranges of new entries from ``start`` on, for ever, whichever process wrote.

        ``data_version`` changes when another connection commits: looking costs no reading.
        """
        seen = -1
        while True:
            with self._errors():
                version = int(self._open().execute("PRAGMA data_version").fetchone()[0])
            if version != seen:
                seen, size = version, self.head().size
                if size > start:
                    yield range(start, size)
                    start = size
            time.sleep(poll)

    def _run(self, statement: str, values: Any = (), /) -> Iterable[Any]:
        return self._open().execute(statement, values)

    def _open(self) -> sqlite3.Connection:
        if self._connection is None:
            self._connection = open_read_only(self._path)
        return self._connection

    @contextmanager
    def _errors(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.Error as error:
            raise explain(error, self._path) from error


def open_read_only(path: Path) -> sqlite3.Connection:
    """Open the ledger at ``path`` for reading.

    Raises:
        NotFound: there is no such file.
        LedgerBroken: it is not a ledger, is damaged, or was made by a newer version of OneSeek.
    """
    if not path.is_file():
        raise NotFound(f"there is no ledger at {path}", hint="make one with: oneseek init")
    # A read-only WAL database needs its -shm file, which an unwritable folder cannot get. As
    # immutable its log would be passed over, and with it the newest entries: only without one.
    unwritable = not os.access(path.parent, os.W_OK)
    immutable = "&immutable=1" if unwritable and not _has_log(path) else ""
    connection = sqlite3.connect(
        f"{path.absolute().as_uri()}?mode=ro{immutable}",
        uri=True,
        isolation_level=None,
        check_same_thread=False,
        timeout=30,
    )
    try:
        check_format(connection, path)
    except BaseException:
        connection.close()
        raise
    return connection


def _has_log(path: Path) -> bool:
    """Return whether entries may lie in the write-ahead log beside the file."""
    try:
        return path.with_name(f"{path.name}-wal").stat().st_size > 0
    except FileNotFoundError:
        return False


def check_format(
    connection: sqlite3.Connection, path: Path, tables: Sequence[str] = TABLES
) -> None:
    """Refuse a file that is not a whole ledger of a format that this software knows."""
    try:
        application = connection.execute("PRAGMA application_id").fetchone()[0]
        version = connection.execute("PRAGMA user_version").fetchone()[0]
        named = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
        there = {name for (name,) in named}
    except sqlite3.OperationalError as error:
        raise explain(error, path) from error
    except sqlite3.DatabaseError as error:
        raise LedgerBroken(
            f"{path} is not a readable SQLite file: {error}",
            hint="restore it from a backup; nothing was written",
        ) from None
    if application != APPLICATION_ID:
        raise LedgerBroken(
            f"{path} is not a OneSeek ledger",
            hint="give the folder of a workspace, or make one: oneseek init",
        )
    if version > FORMAT_VERSION:
        raise LedgerBroken(
            f"{path} was made by a newer OneSeek (format {version}, this one knows "
            f"{FORMAT_VERSION})",
            hint="update OneSeek; nothing was written",
        )
    for table in tables:
        if table not in there:
            raise lost_table(str(path), table)
