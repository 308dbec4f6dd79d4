"""The embedded mirror: the collections in one SQLite file, where there is no Firestore project.

    CREATE TABLE documents (collection, id, json, created, updated)      times in µs since 1970

A document's ``json`` is that of :mod:`~oneseek.adapters.documents.mirror_json`. Whatever Firestore
refuses is refused here too. Any process may read; writers wait for each other.

The file holds the texts that people wrote. So it belongs to its owner alone (0600), what is deleted
or replaced is overwritten (``secure_delete``), and there is no write-ahead log in which an older
text could stay: an erased one is gone from the file with the commit.
"""

import os
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path

from oneseek.adapters.documents.limits import (
    require_commit,
    require_id,
)
from oneseek.adapters.documents.mirror_json import encoded, from_json
from oneseek.adapters.objects.disk import disk_errors
from oneseek.adapters.objects.durable import make_folders
from oneseek.domain.documents import Guard, Stored, Write
from oneseek.domain.errors import Conflict, InvalidInput, ServiceFailed
from oneseek.domain.values import from_microseconds, microseconds

_APPLICATION = 0x4F51544D  # "OQTM", in the header of the file: tells a mirror from another database
_VERSION = 1
_SCHEMA = (
    "CREATE TABLE documents (collection TEXT NOT NULL, id TEXT NOT NULL, json TEXT NOT NULL, "
    "created INTEGER NOT NULL, updated INTEGER NOT NULL, PRIMARY KEY (collection, id))",
    "CREATE TABLE clock (newest INTEGER NOT NULL)",
    "INSERT INTO clock VALUES (0)",
    f"PRAGMA application_id = {_APPLICATION}",
    f"PRAGMA user_version = {_VERSION}",
)
_SETTINGS = (
    # Emptied and synced after a commit. With DELETE the journal may be back after a loss of power,
    # and undo what was acknowledged, unless the folder is synced too (EXTRA): that takes longer.
    "PRAGMA journal_mode = TRUNCATE",
    "PRAGMA secure_delete = ON",
    "PRAGMA temp_store = MEMORY",
    "PRAGMA synchronous = FULL",
)
_WAIT_SECONDS = 30.0
_PAGE = 500
_SELECT = (
    "SELECT CAST(id AS BLOB), typeof(id) = 'text', CAST(json AS BLOB), created, updated "
    "FROM documents WHERE collection = ?"
)
_Row = tuple[bytes, bool, bytes, int, int]


class MirrorStore:
    """The file ``path``, which the first commit makes; until then every collection is empty."""

    def __init__(self, path: Path) -> None:
        self._path = path

    @property
    def name(self) -> str:
        return str(self._path)

    def get(self, collection: str, id: str) -> Stored | None:
        require_id(collection, "collection")
        require_id(id, "document")
        with self._reading() as connection:
            if connection is None:
                return None
            query = f"{_SELECT} AND id = ?"
            row = connection.execute(query, (collection, id)).fetchone()
        return self._stored(collection, row) if row else None

    def scan(self, collection: str, *, after: str = "") -> Iterator[Stored]:
        require_id(collection, "collection")
        while True:
            # A page has a statement of its own: a slow reader keeps nobody from writing.
            with self._reading() as connection:
                if connection is None:
                    return
                query = f"{_SELECT} AND id > ? ORDER BY id LIMIT {_PAGE}"
                rows = connection.execute(query, (collection, after)).fetchall()
            for row in rows:
                stored = self._stored(collection, row)
                yield stored
                after = stored.id
            if len(rows) < _PAGE:
                return

    def count(self, collection: str) -> int:
        require_id(collection, "collection")
        with self._reading() as connection:
            if connection is None:
                return 0
            query = "SELECT count(*) FROM documents WHERE collection = ?"
            return int(connection.execute(query, (collection,)).fetchone()[0])

    def commit(self, writes: Sequence[Write], guard: Guard | None = None) -> datetime:
        require_commit(writes)
        # Made before anything is locked: nobody waits for it, and what is wrong writes nothing.
        made = encoded(writes)
        with self._writing() as connection:
            if guard is not None:
                self._require(connection, guard)
            now = microseconds(datetime.now(UTC))
            row = connection.execute(
                "UPDATE clock SET newest = max(newest + 1, ?) RETURNING newest", (now,)
            ).fetchone()
            time = row[0] if row else None
            moment = self._time(time)
            # One after the other in their order: of two writes of one document the later counts.
            connection.executemany(
                "INSERT INTO documents VALUES (?, ?, ?, ?4, ?4) ON CONFLICT (collection, id) "
                "DO UPDATE SET json = excluded.json, updated = excluded.updated",
                ((*row, time) for row in made if row[2] is not None),
            )
            connection.executemany(
                "DELETE FROM documents WHERE collection = ? AND id = ?",
                (row[:2] for row in made if row[2] is None),
            )
        return moment

    def _require(self, connection: sqlite3.Connection, guard: Guard) -> None:
        row = connection.execute(
            "SELECT updated FROM documents WHERE collection = ? AND id = ?",
            (guard.collection, guard.id),
        ).fetchone()
        found = self._time(row[0]) if row else None
        if found != guard.updated:
            raise Conflict(
                f"{guard.collection}/{guard.id} in {self.name} was changed by somebody else; "
                "nothing was written",
                hint="repeat it",
            )

    def _stored(self, collection: str, row: _Row) -> Stored:
        name, is_text, json, created, updated = row
        try:
            id = name.decode()
            require_id(id if is_text else "", "document")
        except (UnicodeDecodeError, InvalidInput):
            raise self._damaged() from None
        try:
            fields = from_json(json)
        except InvalidInput:
            fields = {}  # Changed by hand. Compared, it is found; made again, it is put right.
        return Stored(id, fields, self._time(created), self._time(updated))

    def _time(self, value: int | None) -> datetime:
        try:
            return from_microseconds(value)  # type: ignore[arg-type]
        except (OverflowError, TypeError):
            raise self._damaged() from None

    def _damaged(self) -> ServiceFailed:
        return ServiceFailed(
            f"{self.name} was changed by hand, so that it can be used no more",
            hint="delete it; then make it again: oneseek firebase push",
        )

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        with disk_errors("make the mirror", self._path):
            make_folders(self._path.parent)
            with suppress(FileExistsError):
                # Before SQLite can: it would take the mode from the umask.
                flags = os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC
                os.close(os.open(self._path, flags, 0o600))
        with self._connected() as connection:
            connection.execute("BEGIN IMMEDIATE")
            try:
                if not self._is_ready(connection):
                    for statement in _SCHEMA:
                        connection.execute(statement)
                yield connection
                connection.execute("COMMIT")
            except BaseException:
                with suppress(sqlite3.Error):  # a full disk has rolled it back already
                    connection.execute("ROLLBACK")
                raise

    @contextmanager
    def _reading(self) -> Iterator[sqlite3.Connection | None]:
        if not self._path.exists():
            yield None
            return
        with self._connected() as connection:
            # One moment: between two looks another process may make the tables.
            connection.execute("BEGIN")
            yield connection if self._is_ready(connection) else None

    @contextmanager
    def _connected(self) -> Iterator[sqlite3.Connection]:
        uri = f"{self._path.absolute().as_uri()}?mode=rw"
        try:
            with closing(
                sqlite3.connect(uri, uri=True, timeout=_WAIT_SECONDS, isolation_level=None)
            ) as connection:
                for setting in _SETTINGS:
                    connection.execute(setting)
                yield connection
        except sqlite3.Error as error:
            if getattr(error, "sqlite_errorcode", 0) & 0xFF == sqlite3.SQLITE_NOTADB:
                raise self._not_a_mirror() from error
            raise ServiceFailed(f"cannot use the mirror {self.name}: {error}") from error

    def _is_ready(self, connection: sqlite3.Connection) -> bool:
        """Say whether the tables are there; a file that a crash left empty has none yet."""
        (application,) = connection.execute("PRAGMA application_id").fetchone()
        (version,) = connection.execute("PRAGMA user_version").fetchone()
        (tables,) = connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()
        if (application, version, tables) == (0, 0, 0):
            return False
        if application != _APPLICATION:
            raise self._not_a_mirror()
        if version != _VERSION:
            raise ServiceFailed(
                f"the mirror {self.name} has format {version}, this program reads {_VERSION}",
                hint="move it away; then make it again: oneseek firebase push",
            )
        return True

    def _not_a_mirror(self) -> ServiceFailed:
        return ServiceFailed(
            f"{self.name} is not a mirror",
            hint="move it away; then make it again: oneseek firebase push",
        )
