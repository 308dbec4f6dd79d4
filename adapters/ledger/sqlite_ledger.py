"""The SQLite ledger: the reader, and an ``append`` that loads the library only when it is used."""

import sqlite3
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from oneseek.adapters.ledger.sqlite_reader import SqliteReader
from oneseek.adapters.ledger.sqlite_schema import ledger_statements
from oneseek.domain.errors import Conflict, ServiceFailed

if TYPE_CHECKING:
    # For types alone: a read-only command starts faster without them.
    from oneseek.adapters.ledger.rows import HeadRow
    from oneseek.adapters.ledger.sequencer import Guard, Seal
    from oneseek.domain.entry import Entry
    from oneseek.domain.many import Group
    from oneseek.domain.registry import Registry
from oneseek.domain.stored import Receipt, StoredCosignature


class SqliteLedger(SqliteReader):
    """The ledger in the SQLite file at ``path``; ``seal`` signs every new tree head.

    ``guard`` is asked before each signature whether this process may make it.
    """

    def __init__(
        self,
        path: Path,
        seal: "Seal",
        registry: "Registry | None" = None,
        *,
        guard: "Guard | None" = None,
    ) -> None:
        super().__init__(path)
        self._seal = seal
        self._guard = guard
        self._registry = registry

    def append(self, entries: "Group[Entry]", expect: Mapping[str, int]) -> Receipt:
        """Append ``entries`` as one group; see :class:`oneseek.domain.ports.Ledger`."""
        from eventsourcing import persistence

        from oneseek.adapters.ledger import recording
        from oneseek.adapters.ledger.refusing import refusal
        from oneseek.adapters.ledger.sqlite_errors import explain
        from oneseek.adapters.ledger.sqlite_recorder import LedgerDatastore, LedgerRecorder
        from oneseek.domain.registry import REGISTRY

        self._open()  # refuses a file that is no ledger of ours before anything is written
        heads: list[HeadRow] = []
        datastore = LedgerDatastore(self._path)
        try:
            recorder = LedgerRecorder(datastore, self._seal, self._guard)
            recording.store(recorder, self._registry or REGISTRY, entries, expect, heads)
        except persistence.IntegrityError as error:
            raise refusal(self._run, self.closed(), self._place, str(error)) from error
        except persistence.PersistenceError as error:
            raise explain(error.__cause__ or error, self._path) from error
        finally:
            datastore.close()
        if not heads:
            return recording.empty_receipt(self.head())
        return recording.receipt(heads[-1], len(entries))

    def attach(self, cosignatures: Sequence[StoredCosignature]) -> int:
        """Keep ``cosignatures`` durably; see :class:`oneseek.domain.ports.Ledger`."""
        from oneseek.adapters.ledger.sqlite_hold import hold

        with hold(self._path) as held:
            if (closed := held.closed()) is not None:
                raise closed.error()
            return held.attach(cosignatures)


def create_ledger(path: Path) -> None:
    """Make an empty ledger file at ``path``, complete or not at all.

    Raises:
        Conflict: the file exists.
        ServiceFailed: the folder cannot be written.
    """
    from oneseek.adapters.objects.durable import fsync_dir

    if path.exists():
        raise Conflict(f"{path} exists already")
    fresh = path.with_name(f"{path.name}.new")
    try:
        for suffix in ("", "-journal", "-wal", "-shm"):
            # An interrupted attempt: its write-ahead log must not be applied to a new file.
            fresh.with_name(fresh.name + suffix).unlink(missing_ok=True)
        connection = sqlite3.connect(fresh, isolation_level=None)
        try:
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = FULL")
            connection.execute("BEGIN IMMEDIATE")
            for statement in ledger_statements():
                connection.execute(statement)
            connection.execute("COMMIT")
            # Closing would do this too, and be silent when the disk refuses: then the tables
            # would stay behind in the log of the old name.
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        finally:
            connection.close()
        # Crash before this line: no ledger, and the next attempt starts anew.
        fresh.rename(path)
        fsync_dir(path.parent)
    except (sqlite3.Error, OSError) as error:
        raise ServiceFailed(f"no ledger can be made at {path}: {error}") from error
