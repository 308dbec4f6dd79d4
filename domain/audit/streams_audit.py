"""The audit of streams: in every stream the versions run 1, 2, 3 … in the order of the log."""

from collections.abc import Iterator

from oneseek.domain.errors import LedgerBroken
from oneseek.domain.findings import Finding
from oneseek.domain.ports import Ledger
from oneseek.domain.registry import REGISTRY, Registry


def audit_streams(ledger: Ledger, registry: Registry = REGISTRY) -> Iterator[Finding]:
    """Yield a finding for every entry whose stream version is not the next one.

    It remembers one number per stream, so it is part of the deep verification only. Entries that
    cannot be read are the ledger audit's business.
    """
    newest: dict[str, int] = {}
    for record in ledger.records(0, ledger.head().size):
        try:
            entry = registry.decode(record.raw)
        except LedgerBroken:
            continue
        wanted = newest.get(entry.stream, 0) + 1
        if entry.stream_version != wanted:
            yield Finding(
                "stream-version",
                f"entry {record.index}",
                f"version {wanted} of {entry.stream}",
                f"version {entry.stream_version}",
            )
        newest[entry.stream] = entry.stream_version
