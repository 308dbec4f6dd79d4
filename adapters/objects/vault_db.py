"""The file ``vault.db``: an SQLite database from which a key can really be destroyed.

``secure_delete`` makes SQLite overwrite what it frees. Without it almost every deleted key stays in
the file, and copies of live ones stay where a page was split; a test reads the file to see that
none are left. The journal holds the old page during a commit and is deleted after it. Blocks that
the file system or an SSD has set free, snapshots and copies of vault.db are beyond this program:
keep the vault on an encrypted disk, and out of the backups.
"""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

from oneseek.adapters.objects.disk import disk_errors
from oneseek.adapters.objects.durable import make_folders
from oneseek.adapters.objects.vault_database import Run
from oneseek.domain.errors import Conflict, ServiceFailed

_APPLICATION = 0x4F515456  # "OQTV", in the header of the file: tells a vault from another database
_VERSION = 1
_SCHEMA = (
    # A row without a key is the tombstone of an erased text.
    "CREATE TABLE keys (object BLOB PRIMARY KEY, key BLOB) WITHOUT ROWID",
    "CREATE TABLE salts (dataset BLOB NOT NULL PRIMARY KEY, salts BLOB NOT NULL)",
    f"PRAGMA application_id = {_APPLICATION}",
    f"PRAGMA user_version = {_VERSION}",
)
_SETTINGS = (
    "PRAGMA journal_mode = DELETE",
    "PRAGMA secure_delete = ON",
    "PRAGMA temp_store = MEMORY",
    # EXTRA, not FULL: FULL deletes the journal without syncing the folder, so that a loss of power
    # may bring it back, and undo a commit that was acknowledged. A text whose key is lost in that
    # way could never be read again; an erased key would be back.
    "PRAGMA synchronous = EXTRA",
)
_WAIT_SECONDS = 30.0


class SqliteVault:
    """The file ``path``, which the first write makes, for its owner alone (0600).

    Raises:
        ServiceFailed: the file is not a vault, or the disk forbids it.
        Conflict: another process has held it for 30 seconds.
    """

    keys = "keys"
    salts = "salts"
    abandoned = "1 = 1"

    def __init__(self, path: Path) -> None:
        self._path = path

    @property
    def name(self) -> str:
        return str(self._path)

    def prepare(self) -> None:
        """The file is made by the first write, for its owner alone."""

    @contextmanager
    def writing(self) -> Iterator[Run]:
        _make_file(self._path)
        with _connected(self._path) as connection:
            connection.execute("BEGIN IMMEDIATE")
            try:
                if not _is_ready(connection, self._path):
                    for statement in _SCHEMA:
                        connection.execute(statement)
                yield connection.execute
                connection.execute("COMMIT")
            except BaseException:
                with suppress(sqlite3.Error):  # a full disk has rolled it back already
                    connection.execute("ROLLBACK")
                raise

    @contextmanager
    def reading(self) -> Iterator[Run | None]:
        if not self._path.exists():
            yield None
            return
        with _connected(self._path) as connection:
            # One moment: between two looks another process may make the tables.
            connection.execute("BEGIN")
            yield connection.execute if _is_ready(connection, self._path) else None

    def scrub(self) -> None:
        """Do nothing: ``secure_delete`` has overwritten it in the transaction."""

    def is_readable(self) -> bool:
        return os.access(self._path, os.R_OK)


@contextmanager
def _connected(path: Path) -> Iterator[sqlite3.Connection]:
    uri = f"{path.absolute().as_uri()}?mode=rw"
    try:
        with closing(
            sqlite3.connect(uri, uri=True, timeout=_WAIT_SECONDS, isolation_level=None)
        ) as connection:
            for setting in _SETTINGS:
                connection.execute(setting)
            yield connection
    except sqlite3.Error as error:
        # The low byte is the kind of error, the others say more about it.
        match getattr(error, "sqlite_errorcode", 0) & 0xFF:
            case sqlite3.SQLITE_BUSY:
                raise Conflict(
                    f"the vault {path} is locked by another process", hint="repeat it later"
                ) from error
            case sqlite3.SQLITE_NOTADB:
                raise _not_a_vault(path) from error
            case _:
                raise ServiceFailed(f"cannot use the vault {path}: {error}") from error


def _make_file(path: Path) -> None:
    # Before SQLite can: it would take the mode from the umask. The journal gets the same mode.
    # The first commit makes the name durable too, as it syncs the folder.
    with disk_errors("make the vault", path):
        make_folders(path.parent)
        with suppress(FileExistsError):
            os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600))


def _is_ready(connection: sqlite3.Connection, path: Path) -> bool:
    """Say whether the tables are there; a file that a crash left empty has none yet."""
    (application,) = connection.execute("PRAGMA application_id").fetchone()
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    (tables,) = connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()
    if (application, version, tables) == (0, 0, 0):
        return False
    if application != _APPLICATION:
        raise _not_a_vault(path)
    if version != _VERSION:
        raise ServiceFailed(
            f"the vault {path} has format {version}, this program reads format {_VERSION}",
            hint="use the version of oneseek that wrote it",
        )
    return True


def _not_a_vault(path: Path) -> ServiceFailed:
    return ServiceFailed(f"{path} is not a vault", hint="restore vault.db, or move the file away")
