"""The audit of entries as stored: leaf hash, canonical form, order in time, the opening."""

from collections.abc import Iterator, Sequence
from datetime import timedelta

from oneseek.domain.entry import Entry
from oneseek.domain.errors import InvalidInput, LedgerBroken
from oneseek.domain.events import Event, KeyAdded, LedgerOpened
from oneseek.domain.findings import Finding
from oneseek.domain.note.signed_note import VerifierKey
from oneseek.domain.registry import Registry
from oneseek.domain.stored import Record
from oneseek.domain.values import parse_time

_OPENING = (0, 1)
"""The entries that open a ledger: its name and format, then its first key."""
_TOLERANCE = timedelta(seconds=5)


class EntriesAudit:
    """Checks entries in the order of the log; remembers the latest time only."""

    def __init__(
        self, registry: Registry, keys: Sequence[VerifierKey], origin: str, latest: str = ""
    ) -> None:
        self._registry = registry
        self._keys = keys
        self._origin = origin
        self.latest = latest

    def check(self, records: Sequence[Record], hashes: Sequence[bytes]) -> Iterator[Finding]:
        """Check ``records`` whose bytes have the leaf hashes ``hashes``."""
        last = ""
        for record, computed in zip(records, hashes, strict=True):
            if computed != record.leaf_hash:
                yield _leaf_hash(record, computed)
            try:
                entry = self._registry.decode(record.raw)
                # The entries of one append mostly carry one time: it is looked at once.
                if entry.time != last:
                    yield from self._check_time(record.index, entry)
                    last = entry.time
            except (LedgerBroken, InvalidInput):
                yield self._unreadable(record)
                continue
            if record.index in _OPENING:
                where = f"entry {record.index}"
                yield from _check_opening(entry.body, where, self._keys, self._origin)

    def _check_time(self, index: int, entry: Entry) -> Iterator[Finding]:
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


def _leaf_hash(record: Record, computed: bytes) -> Finding:
    return Finding(
        "leaf-hash",
        f"entry {record.index}",
        f"stored {record.leaf_hash.hex()}",
        f"bytes {computed.hex()}",
    )


def _check_opening(
    event: Event, where: str, keys: Sequence[VerifierKey], origin: str
) -> Iterator[Finding]:
    """Check that the ledger itself names the origin and the key that it is verified with."""
    match event:
        case LedgerOpened():
            if event.origin != origin:
                yield Finding("origin", where, origin, event.origin)
        case KeyAdded():
            if event.verifier not in {str(key) for key in keys}:
                named = ", ".join(str(key) for key in keys) or "no key"
                yield Finding("first-key", where, named, event.verifier)
        case _:
            yield Finding("opening", where, "the opening of the ledger", event.kind)
