"""The eventsourcing library's recorder contract on tables in memory."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any
from uuid import UUID

from eventsourcing.persistence import (
    ApplicationRecorder,
    IntegrityError,
    Notification,
    StoredEvent,
    Subscription,
)

from oneseek.adapters.ledger import recording, sequencer
from oneseek.adapters.ledger.memory_tables import DuplicateRow, MemoryTransaction, Tables
from oneseek.adapters.ledger.polling import PollingSubscription
from oneseek.adapters.ledger.rows import HeadRow
from oneseek.adapters.ledger.sequencer import Guard, Seal
from oneseek.domain.entry import Entry
from oneseek.domain.merkle.hashing import leaf_hashes


class LedgerRecorder(ApplicationRecorder):
    """Records events as leaves, with the keyword arguments of the other recorders."""

    def __init__(self, tables: Tables, seal: Seal, guard: Guard | None = None) -> None:
        self._tables = tables
        self._seal = seal
        self._guard = guard

    def insert_events(
        self,
        stored_events: Sequence[StoredEvent],
        *,
        entries: Sequence[Entry] | None = None,
        expect: Mapping[str, int] | None = None,
        appended: Callable[[HeadRow], None] | None = None,
        **_: Any,
    ) -> Sequence[int] | None:
        if not stored_events:
            return []
        hashes = leaf_hashes(event.state for event in stored_events)
        items = recording.leaves(stored_events, hashes, entries)
        try:
            with self._tables.changed, MemoryTransaction(self._tables) as transaction:
                head = sequencer.append(
                    transaction, items, expect=expect, seal=self._seal, guard=self._guard
                )
                if appended is not None:
                    appended(head)
                self._tables.changed.notify_all()
        except DuplicateRow as error:
            raise IntegrityError(error) from None
        return recording.notification_ids(head, len(items))

    def select_events(
        self,
        originator_id: UUID | str,
        *,
        gt: int | None = None,
        lte: int | None = None,
        desc: bool = False,
        limit: int | None = None,
    ) -> Sequence[StoredEvent]:
        with self._tables.changed:
            versions = dict(self._tables.streams.get(str(originator_id), {}))
        wanted = [
            version
            for version in sorted(versions, reverse=desc)
            if (gt is None or version > gt) and (lte is None or version <= lte)
        ]
        rows = [self._tables.rows[versions[version]] for version in wanted[:limit]]
        return [StoredEvent(row.stream, row.version, row.kind, row.raw) for row in rows]

    def select_notifications(
        self,
        start: int | None,
        limit: int,
        stop: int | None = None,
        topics: Sequence[str] = (),
        *,
        inclusive_of_start: bool = True,
    ) -> Sequence[Notification]:
        first = recording.first_position(start, inclusive_of_start=inclusive_of_start)
        size = self._tables.moment.size
        found: list[Notification] = []
        for row in self._tables.rows[first : size if stop is None else min(size, stop)]:
            if len(found) == limit:
                break
            if not topics or row.kind in topics:
                found.append(
                    recording.notification(row.position, row.stream, row.version, row.kind, row.raw)
                )
        return found

    def max_notification_id(self) -> int | None:
        return self._tables.moment.size or None

    def subscribe(
        self, gt: int | None = None, topics: Sequence[str] = ()
    ) -> Subscription[ApplicationRecorder]:
        return PollingSubscription(self, gt, topics)
