"""Where a projection stands: its documents, and the tree head that they are the fold of.

One small SQLite file per projection, outside the target. It is written *after* the target: a crash
in between makes the next run apply the same units again, which changes nothing. The file may be
deleted at any time; the next run folds from the first entry.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from oneseek.adapters.ledger.sqlite_schema import STATE_TABLE
from oneseek.adapters.ledger.sqlite_state import SqliteState
from oneseek.adapters.objects.disk import disk_errors
from oneseek.domain.errors import ServiceFailed


@dataclass(frozen=True, slots=True)
class Position:
    """The documents are the fold of the first ``size`` entries, whose root was ``root``."""

    version: int
    size: int
    root: bytes


class PositionFile:
    """One open transaction on the position of a projection."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self.state = SqliteState(connection)

    def read(self) -> Position | None:
        """Return the position, None before the first run."""
        row = self._connection.execute("SELECT version, size, root FROM position").fetchone()
        return Position(*row) if row else None

    def start_over(self) -> None:
        """Forget position and documents."""
        self._connection.execute("DELETE FROM position")
        self._connection.execute("DELETE FROM state")

    def save(self, position: Position) -> None:
        """Store documents and position together; call it when the target is durable."""
        self.state.flush()
        self._connection.execute("DELETE FROM position")
        self._connection.execute(
            "INSERT INTO position VALUES (1, ?, ?, ?)",
            (position.version, position.size, position.root),
        )


@contextmanager
def open_position(path: Path) -> Iterator[PositionFile]:
    """Open the position file at ``path``, a new one where it is absent or unreadable.

    The transaction commits when the block ends and is rolled back when it raises.
    """
    try:
        connection = _connect(path)
    except sqlite3.DatabaseError:
        # A position holds nothing that cannot be folded again.
        _remove(path)
        try:
            connection = _connect(path)
        except sqlite3.Error as error:
            raise ServiceFailed(f"{path} cannot be written: {error}") from error
    try:
        connection.execute("BEGIN IMMEDIATE")
        yield PositionFile(connection)
        connection.execute("COMMIT")
    except sqlite3.Error as error:
        raise ServiceFailed(f"{path} cannot be written: {error}") from error
    finally:
        connection.close()


def read_position(path: Path) -> Position | None:
    """Return the position without changing anything; None where there is none to be read."""
    if not path.is_file():
        return None
    try:
        connection = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, timeout=5)
        try:
            row = connection.execute("SELECT version, size, root FROM position").fetchone()
        finally:
            connection.close()
    except sqlite3.Error:
        return None
    return Position(*row) if row else None


def position_path(folder: Path, name: str) -> Path:
    """Return where the position of the projection ``name`` lies."""
    return folder / f"{name}.db"


def entries_behind(folder: Path, name: str, version: int, size: int) -> int:
    """Return how many of the first ``size`` entries a target does not show yet."""
    position = read_position(position_path(folder, name))
    if position is None or position.version != version:
        return size
    return max(0, size - position.size)


def _connect(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, isolation_level=None, timeout=30)
    try:
        connection.execute("PRAGMA synchronous = FULL")
        tables = {row[0] for row in connection.execute("SELECT name FROM sqlite_master")}
        if not {"position", "state"} <= tables:
            connection.execute("BEGIN IMMEDIATE")
            connection.execute(
                "CREATE TABLE IF NOT EXISTS position (id INTEGER PRIMARY KEY CHECK (id = 1), "
                "version INTEGER NOT NULL, size INTEGER NOT NULL, root BLOB NOT NULL)"
            )
            connection.execute(STATE_TABLE.replace("CREATE TABLE", "CREATE TABLE IF NOT EXISTS"))
            connection.execute("COMMIT")
    except BaseException:
        connection.close()
        raise
    return connection


def _remove(path: Path) -> None:
    with disk_errors("remove", path):
        for suffix in ("", "-journal", "-wal", "-shm"):
            path.with_name(path.name + suffix).unlink(missing_ok=True)
