"""Which repairs, changes of keys and audits happened, and is what they saw kept?"""

from dataclasses import dataclass, field
from typing import ClassVar

from oneseek.domain import events as e
from oneseek.domain.audit.answers import (
    MOST_ROWS,
    Answer,
    Cell,
    Figure,
    Listing,
    Table,
    judged,
    many,
)
from oneseek.domain.audit.ledger_audit import LedgerReport
from oneseek.domain.digest import Digest
from oneseek.domain.entry import Entry
from oneseek.domain.findings import Finding
from oneseek.domain.ports import ObjectStore

_COLUMNS = ("entry", "time", "actor", "what", "about", "evidence")


@dataclass(slots=True)
class Interventions:
    """Lists what was done to the ledger and its surroundings, besides the work itself."""

    objects: ObjectStore
    name: ClassVar[str] = "interventions"
    asks: ClassVar[str] = (
        "Is it known of every repair, change of keys and audit what it changed or found?"
    )
    about_entries: ClassVar[bool] = True
    wants: ClassVar[tuple[type[e.Event], ...]] = (
        e.KeyAdded,
        e.KeyRetired,
        e.ModelKeyAdded,
        e.ModelKeyRetired,
        e.KeyProtectionChanged,
        e.LedgerRepaired,
        e.DriftRepaired,
        e.AuditRecorded,
    )
    _rows: Listing[tuple[Cell, ...]] = field(default_factory=lambda: Listing(MOST_ROWS))
    _findings: Listing[Finding] = field(default_factory=Listing)
    _repairs: int = 0
    _audits: int = 0

    def see(self, index: int, entry: Entry) -> None:
        """List the entry; look for the object that says what it was about."""
        what, about, evidence = _told(entry.body)
        self._rows.add((index, entry.time, entry.actor, what, about, evidence))
        self._repairs += isinstance(entry.body, e.LedgerRepaired | e.DriftRepaired)
        self._audits += isinstance(entry.body, e.AuditRecorded)
        if evidence is not None and not self.objects.has(evidence):
            where, expected = f"entry {index}, {what}", f"object {evidence}"
            self._findings.add(
                Finding("evidence-missing", where, expected, "not in the content store")
            )

    def answer(self, report: LedgerReport) -> Answer:
        """Yes where every repair and audit has left what it saw."""
        return judged(
            self._findings,
            f"{many(self._repairs, 'repair')} and {many(self._audits, 'audit')} recorded, "
            "each with what it saw",
            "what a repair or an audit saw is not kept",
            (
                Figure("repairs", self._repairs),
                Figure("audits recorded", self._audits),
                Figure("changes of keys", self._rows.count - self._repairs - self._audits),
            ),
            (Table.of("interventions", "Keys, repairs, audits", _COLUMNS, self._rows),),
        )


def _told(event: e.Event) -> tuple[str, str, Digest | None]:
    """Return what happened, to what, and the object that says more."""
    match event:
        case e.KeyAdded():
            return f"{event.purpose} key announced", event.verifier, None
        case e.KeyRetired():
            return f"{event.purpose} key retired", f"{event.verifier}: {event.reason}", None
        case e.ModelKeyAdded():
            return "model key announced", event.key, None
        case e.ModelKeyRetired():
            return "model key retired", f"{event.key}: {event.reason}", None
        case e.KeyProtectionChanged():
            how = "with a" if event.protection == "passphrase" else "without a"
            return f"{event.purpose} key written {how} passphrase", event.key, None
        case e.LedgerRepaired():
            about = f"{many(event.places, 'place')} from {event.source}"
            return "ledger repaired", about, event.repairs
        case e.DriftRepaired():
            about = f"{many(event.count, 'difference')} in {event.projection}"
            return "files repaired", about, event.findings
    assert isinstance(event, e.AuditRecorded)
    found = f"{many(event.findings, 'finding')} in {many(event.size, 'entry', 'entries')}"
    return "audit", found, event.report
