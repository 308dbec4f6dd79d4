"""Between entries and the library's stored events, without the library's import paths.

The stock mapper writes Python import paths and imports whatever a stored event names. Ours writes
the canonical bytes of the closed registry, and a kind that is not in it is an error.
"""

from typing import Any

from eventsourcing.persistence import Mapper, StoredEvent

from oneseek.domain.entry import Entry
from oneseek.domain.registry import Registry


class EntryMapper(Mapper[str]):
    """Maps :class:`Entry` to ``StoredEvent(stream, stream_version, kind, entry bytes)``."""

    def __init__(self, registry: Registry) -> None:
        # No transcoder, compressor or cipher: what is stored is exactly what is hashed.
        self.registry = registry

    def to_stored_event(self, domain_event: Any) -> StoredEvent:
        entry: Entry = domain_event
        return StoredEvent(
            originator_id=entry.stream,
            originator_version=entry.stream_version,
            topic=entry.kind,
            state=self.registry.encode(entry),
        )

    def to_domain_event(self, stored_event: StoredEvent) -> Any:
        return self.registry.decode(stored_event.state)
