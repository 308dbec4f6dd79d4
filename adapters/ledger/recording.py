"""What our recorders for the ``eventsourcing`` library have in common, whatever the database.

A notification id is the leaf index plus one, never a number that the database hands out: SQLite
uses rowids again after a delete, and a sequence of PostgreSQL leaves gaps.
"""

from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from typing import Any, cast

from eventsourcing.persistence import ApplicationRecorder, EventStore, Notification, StoredEvent

from oneseek.adapters.ledger.mapper import EntryMapper
from oneseek.adapters.ledger.rows import HeadRow, Item
from oneseek.adapters.ledger.sql import Run
from oneseek.domain.entry import Entry
from oneseek.domain.errors import LedgerBroken
from oneseek.domain.many import FEW, Group, Many
from oneseek.domain.merkle.hashing import leaf_hash
from oneseek.domain.registry import Registry
from oneseek.domain.stored import Head, Receipt


def store(
    recorder: ApplicationRecorder,
    registry: Registry,
    entries: Group[Entry],
    expect: Mapping[str, int],
    heads: list[HeadRow],
) -> None:
    """Append ``entries`` with ``recorder``; the new head is in ``heads`` before the commit."""
    mapper = EntryMapper(registry)
    if len(entries) > FEW:
        # The library's store would hold every entry four times over.
        stored = StoredEntries(mapper, entries)
        recorder.insert_events(cast(Any, stored), expect=expect, appended=heads.append)
        return
    events: EventStore[str] = EventStore(mapper, recorder)
    events.put(cast(Any, entries), entries=entries, expect=expect, appended=heads.append)


class StoredEntries:
    """Stored events that are made of their entries for every pass: for groups of any size."""

    def __init__(self, mapper: EntryMapper, entries: Group[Entry]) -> None:
        self._mapper = mapper
        self._entries = entries

    def __len__(self) -> int:
        return len(self._entries)

    def __iter__(self) -> Iterator[StoredEvent]:
        return map(self._mapper.to_stored_event, self._entries)

    def leaves(self, hashes: Sequence[bytes]) -> Iterator[Item]:
        """Yield the leaves, whose hashes were taken in an earlier pass.

        Raises:
            LedgerBroken: an entry is not what was hashed.
        """
        for entry, digest in zip(self._entries, hashes, strict=True):
            event = self._mapper.to_stored_event(entry)
            if leaf_hash(event.state) != digest:
                raise LedgerBroken("an entry is not the same when it is made again")
            yield _leaf(event, digest, entry)


def receipt(head: HeadRow, count: int) -> Receipt:
    """Return the receipt of an append of ``count`` entries that led to ``head``."""
    size = head.frontier.size
    return Receipt(range(size - count, size), size, head.checkpoint)


def empty_receipt(head: Head) -> Receipt:
    """Return the receipt of an empty group: nothing changed."""
    return Receipt(range(head.size, head.size), head.size, head.checkpoint)


def leaves(
    stored_events: Sequence[StoredEvent] | StoredEntries,
    hashes: Sequence[bytes],
    entries: Group[Entry] | None,
) -> Group[Item]:
    """Return the stored events as leaves; ``entries`` are the typed entries behind them."""
    if isinstance(stored_events, StoredEntries):
        return Many(len(stored_events), partial(stored_events.leaves, hashes))
    typed: Group[Entry | None] = entries or [None] * len(stored_events)
    return [_leaf(*parts) for parts in zip(stored_events, hashes, typed, strict=True)]


def _leaf(event: StoredEvent, digest: bytes, entry: Entry | None) -> Item:
    stream = str(event.originator_id)
    return Item(stream, event.originator_version, event.topic, event.state, digest, entry)


def notification_ids(head: HeadRow, count: int) -> list[int]:
    """Return the ids of the last ``count`` leaves below ``head``."""
    return list(range(head.frontier.size - count + 1, head.frontier.size + 1))


def select_notifications(
    run: Run,
    start: int | None,
    limit: int,
    stop: int | None,
    topics: Sequence[str],
    *,
    inclusive_of_start: bool,
) -> list[Notification]:
    """Return notifications by position, as the library's recorders promise them."""
    position = first_position(start, inclusive_of_start=inclusive_of_start)
    statement = (
        "SELECT position, originator_id, originator_version, topic, state FROM entries "
        "WHERE position >= ? "
    )
    values: list[int | str] = [position]
    if stop is not None:
        statement += "AND position < ? "
        values.append(stop)
    if topics:
        statement += f"AND topic IN ({','.join('?' * len(topics))}) "
        values += topics
    statement += "ORDER BY position LIMIT ?"
    return [notification(*row) for row in run(statement, [*values, limit])]


def first_position(start: int | None, *, inclusive_of_start: bool) -> int:
    """Return the index at which notifications from the id ``start`` on begin."""
    if start is None:
        return 0
    return max(start - 1 if inclusive_of_start else start, 0)


def notification(index: int, stream: str, version: int, kind: str, raw: bytes) -> Notification:
    """Return the leaf at ``index`` as the library's readers get it."""
    return Notification(
        id=index + 1, originator_id=stream, originator_version=version, topic=kind, state=raw
    )
