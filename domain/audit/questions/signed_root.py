"""Is every entry's hash in the signed root?"""

from collections.abc import Iterable
from typing import ClassVar

from oneseek.domain.audit.answers import Answer, Figure, Listing, judged, many
from oneseek.domain.audit.ledger_audit import LedgerReport
from oneseek.domain.entry import Entry
from oneseek.domain.events import Event
from oneseek.domain.findings import Finding


class SignedRoot:
    """What the ledger's own audit found; ``besides`` are findings of the checkpoint file."""

    name: ClassVar[str] = "signed-root"
    asks: ClassVar[str] = "Is every entry's hash in the signed root?"
    about_entries: ClassVar[bool] = False
    wants: ClassVar[tuple[type[Event], ...]] = ()

    def __init__(self) -> None:
        self.besides: list[Finding] = []

    def see(self, index: int, entry: Entry) -> None:
        """Nothing: the audit of the ledger has hashed it."""

    def answer(self, report: LedgerReport) -> Answer:
        """Yes where every entry is hashed into the root that a trusted key has signed."""
        findings: Listing[Finding] = Listing()
        findings.extend(_most_telling_first(report.findings))
        findings.extend(self.besides)
        return judged(
            findings,
            f"{many(report.size, 'entry', 'entries')} were hashed anew; "
            "a key that you trust has signed the root over them",
            "the ledger is not what was signed",
            (
                Figure("entries", report.size),
                Figure("root", report.root.hex()),
                Figure("trusted keys", len(report.ring.keys)),
            ),
        )


def _most_telling_first(findings: Iterable[Finding]) -> list[Finding]:
    """Put what names an entry before what only says that the root differs."""
    return sorted(findings, key=lambda finding: not finding.where.startswith("entr"))
