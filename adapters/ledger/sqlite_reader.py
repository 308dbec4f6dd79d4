"""Reading a SQLite ledger with the standard library alone.

Every connection is read-only (``mode=ro``); on a medium that cannot be written at all the file is
opened as immutable, so that an auditor can read a ledger from a read-only copy.
"""

import os
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from oneseek.adapters.ledger.sequencer import from_microseconds, microseconds
from oneseek.adapters.ledger.sqlite_schema import APPLICATION_ID, FORMAT_VERSION
from oneseek.adapters.ledger.sqlite_state import SqliteReading
from oneseek.domain.errors import LedgerBroken, NotFound, ServiceFailed
from oneseek.domain.merkle.frontier import Frontier
from oneseek.domain.ports import Head, Record
from oneseek.domain.values import format_time

_BATCH = 1000
POLL_SECONDS = 0.05
"""How often a follower looks for new entries."""


class SqliteView(SqliteReading):
    """One consistent moment of a ledger: everything read through it belongs together."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        super().__init__(connection)
        self._connection = connection
        self.head = read_head(connection)

    def version(self, stream: str) -> int:
        return stream_version(self._connection, stream)


class SqliteReader:
    """Reads entries, hashes, checkpoints and state documents of the ledger file at ``path``."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._connection: sqlite3.Connection | None = None

    def close(self) -> None:
        """Close the connection; the next read opens a new one."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def head(self) -> Head:
        with self._errors():
            return read_head(self._open())

    @contextmanager
    def view(self) -> Iterator[SqliteView]:
        with self._errors():
            connection = self._open()
            connection.execute("BEGIN")
            try:
                yield SqliteView(connection)
            finally:
                connection.rollback()

    def records(self, start: int = 0, stop: int | None = None) -> Iterator[Record]:
        """Yield rows in batches, each of its own statement: no lock is held in between."""
        while stop is None or start < stop:
            limit = _BATCH if stop is None else min(_BATCH, stop - start)
            with self._errors():
                rows = (
                    self._open()
                    .execute(
                        "SELECT position, state, leaf_hash FROM entries "
                        "WHERE position >= ? ORDER BY position LIMIT ?",
                        (start, limit),
                    )
                    .fetchall()
                )
            for position, raw, leaf_hash in rows:
                if stop is None or position < stop:
                    yield Record(position, raw, leaf_hash)
            if len(rows) < limit:
                return
            start = rows[-1][0] + 1

    def hashes_at(self, level: int, start: int, stop: int) -> list[bytes]:
        with self._errors():
            return select_hashes(self._open(), level, start, stop)

    def checkpoint_covering(self, index: int) -> tuple[int, bytes]:
        with self._errors():
            row = (
                self._open()
                .execute(
                    "SELECT size, note FROM checkpoints WHERE size > ? ORDER BY size LIMIT 1",
                    (index,),
                )
                .fetchone()
            )
        if row is None:
            raise NotFound(f"no checkpoint covers entry {index}: the ledger ends before it")
        return row[0], row[1]

    def size_at(self, moment: datetime) -> int:
        """Binary search: ``clock`` never falls, it is the latest time of all entries so far."""
        limit, low = microseconds(moment), 0
        with self._errors():
            connection = self._open()
            high = read_head(connection).size
            while low < high:
                middle = (low + high) // 2
                row = connection.execute(
                    "SELECT clock FROM entries WHERE position = ?", (middle,)
                ).fetchone()
                if row is None:
                    raise LedgerBroken(f"entry {middle} is missing from {self._path}")
                if row[0] <= limit:
                    low = middle + 1
                else:
                    high = middle
        return low

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

    def _open(self) -> sqlite3.Connection:
        if self._connection is None:
            self._connection = open_read_only(self._path)
        return self._connection

    @contextmanager
    def _errors(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.OperationalError as error:
            raise ServiceFailed(f"{self._path} cannot be read now: {error}") from error
        except sqlite3.DatabaseError as error:
            raise LedgerBroken(
                f"{self._path} is damaged: {error}",
                hint="restore it from a backup; nothing was written",
            ) from error


def open_read_only(path: Path) -> sqlite3.Connection:
    """Open the ledger at ``path`` for reading.

    Raises:
        NotFound: there is no such file.
        LedgerBroken: it is not a ledger, is damaged, or was made by a newer version of OneSeek.
    """
    if not path.is_file():
        raise NotFound(f"there is no ledger at {path}", hint="make one with: oneseek init")
    # A read-only WAL database needs its -shm file, which an unwritable folder cannot get.
    immutable = "&immutable=1" if not os.access(path.parent, os.W_OK) else ""
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


def check_format(connection: sqlite3.Connection, path: Path) -> None:
    """Refuse a file that is not a ledger of a format that this software knows."""
    try:
        application = connection.execute("PRAGMA application_id").fetchone()[0]
        version = connection.execute("PRAGMA user_version").fetchone()[0]
        connection.execute("SELECT size FROM head").fetchone()
    except sqlite3.OperationalError as error:
        if "no such table" not in str(error):
            raise ServiceFailed(f"{path} cannot be opened: {error}") from error
        application, version = 0, 0
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


def read_head(cursor: sqlite3.Connection | sqlite3.Cursor) -> Head:
    """Return the head row as a value; its root is computed from the frontier."""
    row = cursor.execute("SELECT size, frontier, clock, checkpoint FROM head").fetchone()
    if row is None:
        raise LedgerBroken("the ledger has lost its head row")
    size, frontier, clock, checkpoint = row
    time = format_time(from_microseconds(clock)) if clock else None
    return Head(size, Frontier.from_bytes(size, frontier).root(), time, checkpoint)


def stream_version(cursor: sqlite3.Connection | sqlite3.Cursor, stream: str) -> int:
    """Return the newest version of ``stream``, 0 where it has none."""
    row = cursor.execute(
        "SELECT MAX(originator_version) FROM entries WHERE originator_id = ?", (stream,)
    ).fetchone()
    return row[0] or 0


def select_hashes(
    cursor: sqlite3.Connection | sqlite3.Cursor, level: int, start: int, stop: int
) -> list[bytes]:
    """Return leaf hashes (level 0) or roots of full tiles of ``level - 1``, in order."""
    if level == 0:
        sql = "SELECT leaf_hash FROM entries WHERE position >= ? AND position < ? ORDER BY position"
        values: tuple[int, ...] = (start, stop)
    else:
        sql = (
            "SELECT root FROM tiles WHERE level = ? AND position >= ? AND position < ? "
            "ORDER BY position"
        )
        values = (level - 1, start, stop)
    hashes = [row[0] for row in cursor.execute(sql, values)]
    if len(hashes) != stop - start:
        raise LedgerBroken(
            f"hashes {start} to {stop} of tile level {level} are not all in the ledger"
        )
    return hashes
