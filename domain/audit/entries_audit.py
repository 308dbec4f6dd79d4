"""The audit of entries as stored: leaf hash, canonical form, order in time, the opening."""

from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta

from oneseek.domain.entry import Entry
from oneseek.domain.errors import InvalidInput, LedgerBroken
from oneseek.domain.events import Event, KeyAdded, KeyRetired, LedgerOpened
from oneseek.domain.findings import Finding
from oneseek.domain.registry import Registry
from oneseek.domain.state.fold import apply
from oneseek.domain.state.store import State
from oneseek.domain.stored import Record
from oneseek.domain.values import parse_time

_OPENING = (0, 1)
"""The entries that open a ledger: its name and format, then its first key."""
_TOLERANCE = timedelta(seconds=5)
Hear = Callable[[int, Sequence[Entry]], None]
"""Called with the index of the first of some entries that follow one another, and with them."""


class EntriesAudit:
    """Checks entries in the order of the log; remembers the latest time and the keys only.

    ``keys`` is the state of the keys before the first entry that is checked, and goes along.
    ``hear`` is told of every entry that can be read, with its event as one of today's kinds.
    """

    def __init__(
        self,
        registry: Registry,
        keys: State,
        origin: str,
        latest: str = "",
        hear: Hear | None = None,
    ) -> None:
        self._registry = registry
        self._origin = origin
        self._hear = hear
        self.keys = keys
        self.latest = latest
        self.first_key = ""

    def check(self, records: Sequence[Record], hashes: Sequence[bytes]) -> Iterator[Finding]:
        """Check ``records`` whose bytes have the leaf hashes ``hashes``."""
        last = ""
        for record, computed in zip(records, hashes, strict=True):
            if computed != record.leaf_hash:
                yield leaf_hash_finding(record, computed)
            try:
                entry = self._registry.decode(record.raw)
                # The entries of one append mostly carry one time: it is looked at once.
                if entry.time != last:
                    yield from self.check_time(record.index, entry)
                    last = entry.time
            except (LedgerBroken, InvalidInput):
                yield self._unreadable(record)
                continue
            yield from self.note(record.index, entry)
            if self._hear is not None:
                self._hear(record.index, (self._registry.upcast(entry),))

    def note(self, index: int, entry: Entry) -> Iterator[Finding]:
        """Remember what an entry says of keys; check it where it is one of the opening."""
        if isinstance(entry.body, KeyAdded | KeyRetired):
            apply(self.keys, index, entry)
        if index in _OPENING:
            yield from self._check_opening(entry.body, f"entry {index}")

    def _check_opening(self, event: Event, where: str) -> Iterator[Finding]:
        match event:
            case LedgerOpened():
                if event.origin != self._origin:
                    yield Finding("origin", where, self._origin, event.origin)
            case KeyAdded():
                self.first_key = event.verifier
            case _:
                yield Finding("opening", where, "the opening of the ledger", event.kind)

    def check_time(self, index: int, entry: Entry) -> Iterator[Finding]:
        """Compare an entry's time with the latest so far. Raises InvalidInput for no time."""
        moment = parse_time(entry.time)
        if self.latest and moment < parse_time(self.latest) - _TOLERANCE:
            yield Finding(
                "clock-backwards",
                f"entry {index}",
                f"not more than 5 s before {self.latest}",
                entry.time,
            )
        self.latest = max(self.latest, entry.time)

    def _unreadable(self, record: Record) -> Finding:
        where = f"entry {record.index}"
        try:
            message = f"not a time: {self._registry.decode(record.raw, where=where).time}"
        except LedgerBroken as error:
            message = error.message
        return Finding("entry-unreadable", where, "a canonical entry", message)


def leaf_hash_finding(record: Record, computed: bytes) -> Finding:
    """Return the finding for an entry whose stored leaf hash is not that of its bytes."""
    return Finding(
        "leaf-hash",
        f"entry {record.index}",
        f"stored {record.leaf_hash.hex()}",
        f"bytes {computed.hex()}",
    )
