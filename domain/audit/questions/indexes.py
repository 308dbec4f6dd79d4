"""Is every logged index of streams the one that the entries give?"""

from dataclasses import dataclass, field
from typing import ClassVar

from oneseek.domain import events as e
from oneseek.domain.audit.answers import Answer, Figure, Listing, judged, many
from oneseek.domain.audit.ledger_audit import LedgerReport
from oneseek.domain.entry import Entry
from oneseek.domain.findings import Finding


@dataclass(slots=True)
class Indexes:
    """Counts the logged indexes. To make their roots again takes memory for every stream, so that
    a deep look does it, and calls :meth:`looked`."""

    name: ClassVar[str] = "indexes"
    asks: ClassVar[str] = "Is every logged index the one that the entries give?"
    about_entries: ClassVar[bool] = True
    wants: ClassVar[tuple[type[e.Event], ...]] = (e.IndexLogged,)
    _count: int = 0
    _newest: int = 0
    _findings: Listing[Finding] = field(default_factory=Listing)
    _deep: bool = False

    def looked(self, findings: list[Finding]) -> None:
        """Take what making the roots again has found."""
        self._deep = True
        self._findings.extend(findings)

    def see(self, index: int, entry: Entry) -> None:
        """Count the index."""
        assert isinstance(entry.body, e.IndexLogged)
        self._count += 1
        self._newest = entry.body.size

    def answer(self, report: LedgerReport) -> Answer:
        """Yes where every root was made again and is the logged one."""
        figures = (
            Figure("logged indexes", self._count),
            Figure("entries that the newest one covers", self._newest),
        )
        if not self._count:
            because = "no index was logged: that something never happened cannot be proved yet"
            return Answer("not-asked", because, figures=figures)
        if not self._deep:
            because = f"{many(self._count, 'root')} to be made again (--deep)"
            return Answer("not-asked", because, figures=figures)
        return judged(
            self._findings,
            f"{many(self._count, 'root')} made again from the entries, and the same",
            "an index was logged that is not that of the entries",
            figures,
        )
