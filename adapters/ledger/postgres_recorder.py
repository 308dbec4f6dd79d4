"""The eventsourcing library's PostgreSQL recorder, made to keep a Merkle log.

The library gives connection pool, transactions, error classes and subscriptions; this recorder
adds, in the same transaction as the rows: our own gapless index, leaf hashes, tile roots, state
documents, and the signed checkpoint. Neither the library's sequence nor its database functions
are used: numbers from a sequence leave gaps, and readers miss events that commit late.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

from eventsourcing.persistence import Notification, StoredEvent
from eventsourcing.postgres import (
    ConnectionPool,
    PostgresApplicationRecorder,
    PostgresDatastore,
)
from psycopg import Connection
from psycopg.rows import dict_row

from oneseek.adapters.ledger import recording, sequencer
from oneseek.adapters.ledger.postgres_address import Address
from oneseek.adapters.ledger.postgres_driver import LOCK_SECONDS, for_writing, in_schema, run
from oneseek.adapters.ledger.postgres_reader import channel
from oneseek.adapters.ledger.postgres_schema import ledger_statements
from oneseek.adapters.ledger.postgres_transaction import PostgresTransaction
from oneseek.adapters.ledger.rows import HeadRow
from oneseek.adapters.ledger.sequencer import Guard, Seal
from oneseek.domain.entry import Entry
from oneseek.domain.merkle.hashing import leaf_hashes

_CONNECTIONS = 4


class LedgerDatastore(PostgresDatastore):
    """The library's datastore on our connections: libpq's URL, our schema, durable commits."""

    def __init__(self, address: Address) -> None:
        super().__init__("", "", "", "", "", schema=address.schema, originator_id_type="text")
        self.address = address
        self.pool.close()
        self.pool = ConnectionPool(
            address.conninfo,
            connection_class=Connection[Any],
            kwargs={"row_factory": dict_row},
            min_size=0,
            max_size=_CONNECTIONS,
            open=False,
            num_workers=1,
            configure=partial(_configure, address),
            check=ConnectionPool.check_connection,
        )

    def register_type_adapters(self) -> None:
        """None are needed: rows go in by COPY."""


def _configure(address: Address, connection: "Connection[Any]") -> None:
    connection.autocommit = True
    connection.execute(in_schema(address))
    for_writing(connection, LOCK_SECONDS)


class LedgerRecorder(PostgresApplicationRecorder):
    """Records events as leaves. Keyword arguments of :meth:`insert_events`:

    ``expect`` — stream versions that the decision saw; ``entries`` — the typed entries behind the
    stored events; ``appended`` — called with the new head inside the transaction.
    """

    def __init__(self, datastore: LedgerDatastore, seal: Seal, guard: Guard | None = None) -> None:
        super().__init__(datastore, events_table_name="entries")
        self._seal = seal
        self._guard = guard
        self.channel_name = channel(datastore.address)

    def create_table(self) -> None:
        with self.datastore.transaction(commit=True) as cursor:
            for statement in ledger_statements():
                cursor.execute(statement.encode())

    def insert_events(
        self,
        stored_events: Sequence[StoredEvent],
        *,
        entries: Sequence[Entry] | None = None,
        expect: Mapping[str, int] | None = None,
        appended: Callable[[HeadRow], None] | None = None,
        **_: Any,
    ) -> Sequence[int] | None:
        """Append once. The library's would repeat after a broken connection, and write twice."""
        if not stored_events:
            return []
        # Hashed here, before the transaction: the lock is held for the writes alone.
        hashes = leaf_hashes(event.state for event in stored_events)
        items = recording.leaves(stored_events, hashes, entries)
        with self.datastore.transaction(commit=True) as cursor:
            transaction = PostgresTransaction(cursor.connection, self.channel_name)
            head = sequencer.append(
                transaction, items, expect=expect, seal=self._seal, guard=self._guard
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
        with self.datastore.get_connection() as connection:
            return recording.select_notifications(
                partial(run, connection),
                start,
                limit,
                stop,
                topics,
                inclusive_of_start=inclusive_of_start,
            )

    def max_notification_id(self) -> int | None:
        with self.datastore.get_connection() as connection:
            row = connection.execute("SELECT size FROM head").fetchone()
        return (row["size"] if row else None) or None
