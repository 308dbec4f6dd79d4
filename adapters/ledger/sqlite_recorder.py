"""The eventsourcing library's SQLite recorder, made to keep a Merkle log.

The library gives connection pool, transactions and error classes; this recorder adds, in the same
transaction as the rows: our own gapless index, leaf hashes, tile roots, state documents, and the
signed checkpoint.
"""

import sqlite3
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from eventsourcing.persistence import ApplicationRecorder, Notification, StoredEvent, Subscription
from eventsourcing.sqlite import (
    SQLiteApplicationRecorder,
    SQLiteConnection,
    SQLiteConnectionPool,
    SQLiteCursor,
    SQLiteDatastore,
)

from oneseek.adapters.ledger import recording, sequencer
from oneseek.adapters.ledger.polling import PollingSubscription
from oneseek.adapters.ledger.rows import HeadRow
from oneseek.adapters.ledger.sequencer import Guard, Seal
from oneseek.adapters.ledger.sqlite_schema import ledger_statements
from oneseek.adapters.ledger.sqlite_transaction import SqliteTransaction
from oneseek.domain.entry import Entry
from oneseek.domain.merkle.hashing import leaf_hashes

LOCK_TIMEOUT = 30
"""Seconds that a writer waits for another one before it gives up."""


class LedgerPool(SQLiteConnectionPool):
    """Connections that wait for each other and whose commits survive a power cut."""

    def _create_connection(self) -> SQLiteConnection:
        connection = super()._create_connection()
        cursor = connection.cursor()
        cursor.execute("PRAGMA synchronous = FULL")
        cursor.execute("PRAGMA trusted_schema = OFF")
        return connection


class LedgerDatastore(SQLiteDatastore):
    """The library's datastore with stream names as text and our connections."""

    def __init__(self, path: Path | str) -> None:
        super().__init__(db_name=str(path), originator_id_type="text")
        self.pool.close()
        self.pool = LedgerPool(db_name=str(path), lock_timeout=LOCK_TIMEOUT)


class LedgerRecorder(SQLiteApplicationRecorder):
    """Records events as leaves. Keyword arguments of :meth:`insert_events`:

    ``expect`` — stream versions that the decision saw; ``entries`` — the typed entries behind the
    stored events; ``appended`` — called with the new head inside the transaction.
    """

    def __init__(self, datastore: SQLiteDatastore, seal: Seal, guard: Guard | None = None) -> None:
        super().__init__(datastore, events_table_name="entries")
        self._seal = seal
        self._guard = guard

    def construct_create_table_statements(self) -> list[str]:
        return ledger_statements()

    def insert_events(
        self, stored_events: Sequence[StoredEvent], **kwargs: Any
    ) -> Sequence[int] | None:
        # Hashed here, before the transaction: the lock is held for the writes alone.
        kwargs["hashes"] = leaf_hashes(event.state for event in stored_events)
        return super().insert_events(stored_events, **kwargs)

    def _insert_events(
        self,
        c: SQLiteCursor,
        stored_events: Sequence[StoredEvent],
        *,
        hashes: Sequence[bytes] = (),
        entries: Sequence[Entry] | None = None,
        expect: Mapping[str, int] | None = None,
        appended: Callable[[HeadRow], None] | None = None,
        **_: Any,
    ) -> Sequence[int] | None:
        if not stored_events:
            return []
        items = recording.leaves(stored_events, hashes, entries)
        cursor: sqlite3.Cursor = c.sqlite_cursor
        head = sequencer.append(
            SqliteTransaction(cursor), items, expect=expect, seal=self._seal, guard=self._guard
        )
        if appended is not None:
            appended(head)
        return recording.notification_ids(head, len(items))

    def select_notifications(
        self,
        start: int | None,
        limit: int,
        stop: int | None = None,
        topics: Sequence[str] = (),
        *,
        inclusive_of_start: bool = True,
    ) -> Sequence[Notification]:
        with self.datastore.transaction(commit=False) as c:
            return recording.select_notifications(
                c.sqlite_cursor.execute,
                start,
                limit,
                stop,
                topics,
                inclusive_of_start=inclusive_of_start,
            )

    def _max_notification_id(self, c: SQLiteCursor) -> Any:
        c.execute("SELECT size FROM head")
        return c.fetchone()[0] or None

    def subscribe(
        self, gt: int | None = None, topics: Sequence[str] = ()
    ) -> Subscription[ApplicationRecorder]:
        return PollingSubscription(self, gt, topics)
