"""The audit of logged indexes: every root is made again from the entries that it speaks for.

A proof of absence believes the index at the end of a stream. Whoever holds the whole ledger does
not have to: this is the audit that finds a log which has logged a false one.
"""

from collections.abc import Callable, Iterator

from oneseek.domain.errors import LedgerBroken
from oneseek.domain.events import IndexLogged
from oneseek.domain.findings import Finding
from oneseek.domain.index.stream_map import StreamIndex
from oneseek.domain.merkle.hashing import leaf_hashes
from oneseek.domain.ports import Ledger
from oneseek.domain.registry import REGISTRY, Registry

_HINT = "no proof of time or absence under this index can be believed; log another one"


def audit_stream_index(
    ledger: Ledger,
    *,
    on_entries: Callable[[int], None] | None = None,
    registry: Registry = REGISTRY,
) -> Iterator[Finding]:
    """Yield a finding for every logged index that is not that of the entries.

    Entries that are missing, and one that cannot be read, end the audit: they are the ledger
    audit's business. Memory grows with the number of streams. ``on_entries`` is called with the
    number of entries just indexed, which are none where no index was logged.
    """
    size = ledger.head().size
    logged: dict[int, list[tuple[int, IndexLogged]]] = {}
    for at, event in _logged(ledger, size, registry):
        if event.size > at:
            yield Finding(
                "stream-index",
                f"entry {at}",
                f"an index of at most {at} entries, those before it",
                f"one of {event.size} entries",
                _HINT,
            )
        else:
            logged.setdefault(event.size, []).append((at, event))
    index = StreamIndex()
    yield from _compare(index, logged.pop(0, []))
    for raws in ledger.chunks(0, max(logged, default=0)):
        for raw, entry_hash in zip(raws, leaf_hashes(raws), strict=True):
            try:
                index.add(registry.decode(raw).stream, entry_hash)
            except LedgerBroken:
                return
            yield from _compare(index, logged.pop(index.size, []))
        if on_entries:
            on_entries(len(raws))


def _logged(ledger: Ledger, size: int, registry: Registry) -> Iterator[tuple[int, IndexLogged]]:
    """Yield the entries that log an index; only they are read."""
    passes_by = registry.passes_by((IndexLogged,))
    first = 0
    for raws in ledger.chunks(0, size):
        for at, raw in enumerate(raws, start=first):
            if passes_by(raw):
                continue
            try:
                event = registry.read(raw).body
            except LedgerBroken:
                continue
            if isinstance(event, IndexLogged):
                yield at, event
        first += len(raws)


def _compare(index: StreamIndex, claims: list[tuple[int, IndexLogged]]) -> Iterator[Finding]:
    if not claims:
        return
    root, streams = index.root().hex(), index.streams
    for at, event in claims:
        if (event.root, event.streams) != (root, streams):
            yield Finding(
                "stream-index",
                f"entry {at}, index of {event.size} entries",
                f"root {root} over {streams} streams",
                f"root {event.root} over {event.streams} streams",
                _HINT,
            )
