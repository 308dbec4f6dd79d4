"""The audit of the look-up columns: what a ledger finds entries by must be what the entries say.

No signature covers these columns, and verbs believe them: stream versions decide conflicts, the
latest time answers what was active when. So the deep verification compares each with its entry.
"""

from collections.abc import Iterator

from oneseek.domain.errors import LedgerBroken
from oneseek.domain.findings import Finding
from oneseek.domain.ports import Ledger
from oneseek.domain.registry import REGISTRY, Registry
from oneseek.domain.stored import IndexRow


def audit_index(ledger: Ledger, registry: Registry = REGISTRY) -> Iterator[Finding]:
    """Yield a finding for every entry whose columns differ from its bytes.

    Entries that cannot be read, or are missing, are the ledger audit's business.
    """
    size = ledger.head().size
    latest = ""
    for record, row in zip(ledger.records(0, size), ledger.index_rows(0, size), strict=False):
        try:
            entry = registry.decode(record.raw)
        except LedgerBroken:
            continue
        latest = max(latest, entry.time)
        wanted = IndexRow(record.index, entry.stream, entry.stream_version, entry.kind, latest)
        for name in ("index", "stream", "stream_version", "kind", "latest"):
            expected, found = getattr(wanted, name), getattr(row, name)
            if expected != found:
                yield Finding(
                    "index-column",
                    f"entry {record.index}",
                    f"{name} {expected}",
                    f"{name} {found}",
                    "the entry itself is right: restore the ledger file from a backup",
                )
