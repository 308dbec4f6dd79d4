"""Does the history extend the checkpoint that the auditor kept?"""

from typing import ClassVar

from oneseek.domain.audit.answers import Answer, Figure, many
from oneseek.domain.audit.ledger_audit import LedgerReport
from oneseek.domain.entry import Entry
from oneseek.domain.events import Event
from oneseek.domain.findings import Finding
from oneseek.domain.note.checkpoint import Checkpoint


class KeptCheckpoint:
    """``kept`` is the auditor's own copy; the root of so many entries is computed from them.

    ``signed`` is whether a trusted key has signed it, set by whoever has looked. The comparison
    does not rest on that: the auditor has kept the file, and who wrote it is told besides.
    """

    name: ClassVar[str] = "kept-checkpoint"
    asks: ClassVar[str] = "Does the history extend the checkpoint that you kept?"
    about_entries: ClassVar[bool] = False
    wants: ClassVar[tuple[type[Event], ...]] = ()

    def __init__(self, kept: Checkpoint | None) -> None:
        self._kept = kept
        self.signed = True

    def see(self, index: int, entry: Entry) -> None:
        """Nothing: the audit of the ledger has hashed it."""

    def contradicted(self, report: LedgerReport) -> bool:
        """Say whether a checkpoint was kept whose tree the ledger does not begin with."""
        return self._kept is not None and report.marked != self._kept.root

    def answer(self, report: LedgerReport) -> Answer:
        """Yes where the first entries have the root of the kept checkpoint."""
        kept = self._kept
        if kept is None:
            return Answer(
                "not-asked",
                "no kept checkpoint was given: without one, nothing shows that the whole "
                "history was not written anew (--since FILE)",
            )
        where = f"checkpoint of {many(kept.size, 'entry', 'entries')}"
        by = "" if self.signed else "; no key that you trust has signed it"
        if report.marked is None:
            found = f"{many(report.size, 'entry', 'entries')}: the ledger was rolled back"
            finding = Finding("history", where, f"at least {kept.size} entries", found)
        elif report.marked != kept.root:
            found = f"root {report.marked.hex()}: the history was written anew"
            finding = Finding("history", where, f"root {kept.root.hex()}", found)
        else:
            new = report.size - kept.size
            return Answer(
                "yes",
                f"it begins with the {many(kept.size, 'entry', 'entries')} of your checkpoint and "
                f"goes on with {many(new, 'more', 'more')}{by}",
                figures=(Figure("entries since then", new),),
            )
        return Answer("no", f"it is not the history that you saw{by}", (finding,), 1)
