"""What was active at every moment?"""

from dataclasses import dataclass, field
from datetime import timedelta
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
from oneseek.domain.values import parse_time

_COLUMNS = ("from_entry", "from", "until_entry", "until", "active", "manifest", "cause", "actor")
_TOLERANCE = timedelta(seconds=5)


@dataclass(frozen=True, slots=True)
class _Period:
    index: int
    time: str
    active: str | None
    manifest: Digest | None
    cause: str
    actor: str


@dataclass(slots=True)
class Activity:
    """The timeline from the first entry to the last: each period begins where the one before ends.

    A period in which nothing was active is named like any other. What an entry says of the state
    before it (which version was replaced, whether the withdrawn one was active) must be so.
    """

    name: ClassVar[str] = "activity"
    asks: ClassVar[str] = "Is it known for every moment what was active?"
    about_entries: ClassVar[bool] = True
    wants: ClassVar[tuple[type[e.Event], ...]] = (
        e.LedgerOpened,
        e.VersionActivated,
        e.VersionWithdrawn,
        e.RegistryReset,
    )
    _now: _Period | None = None
    _rows: Listing[tuple[Cell, ...]] = field(default_factory=lambda: Listing(MOST_ROWS))
    _gaps: int = 0
    _latest: str = ""
    _findings: Listing[Finding] = field(default_factory=Listing)

    def see(self, index: int, entry: Entry) -> None:
        """End a period and begin the next where the entry changes what is active."""
        self._check_time(index, entry.time)
        active = self._now.manifest if self._now else None
        match entry.body:
            case e.LedgerOpened():
                self._begin(index, entry, None, None)
            case e.VersionActivated() as event:
                self._same(index, "it replaced", active, event.previous)
                self._begin(index, entry, event.dna, event.manifest)
            case e.VersionWithdrawn() as event:
                was = "active" if active == event.manifest else "not active"
                said = "active" if event.was_active else "not active"
                self._same(index, f"{event.dna} was", was, said)
                if active == event.manifest:
                    self._begin(index, entry, None, None)
            case event:
                assert isinstance(event, e.RegistryReset)
                self._same(index, "it ended", active, event.active)
                if active is not None:
                    self._begin(index, entry, None, None)

    def _begin(self, index: int, entry: Entry, dna: str | None, manifest: Digest | None) -> None:
        self._end(index, entry.time)
        self._now = _Period(index, entry.time, dna, manifest, entry.body.kind, entry.actor)

    def _end(self, index: int | None, time: str | None) -> None:
        if (now := self._now) is not None:
            row = (now.index, now.time, index, time, now.active, now.manifest, now.cause, now.actor)
            self._rows.add(row)
            self._gaps += now.active is None and self._rows.count > 1

    def _same(self, index: int, what: str, expected: str | None, found: str | None) -> None:
        if expected != found:
            where = f"entry {index}"
            sides = (f"{what} {expected or 'nothing'}", f"{what} {found or 'nothing'}")
            self._findings.add(Finding("activity-contradicted", where, *sides))

    def _check_time(self, index: int, time: str) -> None:
        if self._latest and parse_time(time) < parse_time(self._latest) - _TOLERANCE:
            expected = f"not more than 5 s before {self._latest}"
            self._findings.add(Finding("activity-order", f"entry {index}", expected, time))
        self._latest = max(self._latest, time)

    def answer(self, report: LedgerReport) -> Answer:
        """Yes where the periods follow one another without a contradiction."""
        self._end(None, None)
        if self._now is None:
            return Answer(
                "unchecked", "there is no opening entry from which a timeline could begin"
            )
        gaps = (
            f"; nothing was active in {many(self._gaps, 'period')} after the first activation"
            if self._gaps
            else ""
        )
        return judged(
            self._findings,
            f"{many(self._rows.count, 'period')} without a gap from the first entry to the last"
            + gaps,
            "the entries contradict each other about what was active",
            (
                Figure("periods", self._rows.count),
                Figure("periods with nothing active, after the first activation", self._gaps),
                Figure("active at the end", self._now.active or "nothing"),
            ),
            (Table.of("activity", "Periods of activity", _COLUMNS, self._rows),),
        )
