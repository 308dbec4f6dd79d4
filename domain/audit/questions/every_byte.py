"""Is every byte that is kept what its digest says?"""

from typing import ClassVar

from oneseek.domain.audit.answers import Answer, Figure, Listing, judged, many
from oneseek.domain.audit.ledger_audit import LedgerReport
from oneseek.domain.entry import Entry
from oneseek.domain.events import Event
from oneseek.domain.findings import Finding


class EveryByte:
    """What a deep look found: all objects, base models, salts, checkpoints and look-up columns.

    Whoever has looked calls :meth:`looked`.
    """

    name: ClassVar[str] = "every-byte"
    asks: ClassVar[str] = "Is every byte that is kept what its digest says?"
    about_entries: ClassVar[bool] = False
    wants: ClassVar[tuple[type[Event], ...]] = ()

    def __init__(self) -> None:
        self._findings: Listing[Finding] | None = None
        self._objects = 0

    def looked(self, findings: list[Finding], objects: int) -> None:
        """Take what was found; ``objects`` counts those that were read."""
        self._findings = Listing()
        self._findings.extend(findings)
        self._objects = objects

    def see(self, index: int, entry: Entry) -> None:
        """Nothing: bytes are not in entries."""

    def answer(self, report: LedgerReport) -> Answer:
        """Yes where a deep look found nothing."""
        if self._findings is None:
            return Answer(
                "not-asked",
                "objects were looked for, their bytes were not read (--deep)",
            )
        return judged(
            self._findings,
            f"{many(self._objects, 'object')} read, and every base model, salt, checkpoint and "
            "look-up column that is here",
            f"{many(self._findings.count, 'difference')} between what is kept and what is recorded",
            (Figure("objects read", self._objects),),
        )
