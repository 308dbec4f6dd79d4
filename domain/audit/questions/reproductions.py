"""Did every training that was repeated give the same model?"""

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

_COLUMNS = ("entry", "time", "dna", "verdict", "weights", "report")
NOT_DONE = "not-done"
"""In place of a verdict: this audit could not repeat it here."""
_GOOD = ("same-bytes", "within-tolerance")
_OPEN = ("cannot-be-repeated", NOT_DONE)
_WORDS = {
    "same-bytes": "the same bytes",
    "within-tolerance": "the same within the tolerance",
    "different": "different weights",
    "cannot-be-repeated": "could not be repeated",
}


@dataclass(frozen=True, slots=True)
class Repeated:
    """A training that this audit has repeated itself; nothing of that is recorded."""

    dna: str
    verdict: str
    reason: str


@dataclass(slots=True)
class Reproductions:
    """The newest verdict on a version counts; older ones are listed.

    What the audit has repeated itself is in ``own``, put there before the answer is asked for.
    """

    name: ClassVar[str] = "reproductions"
    asks: ClassVar[str] = "Did every training that was repeated give the same model?"
    about_entries: ClassVar[bool] = True
    wants: ClassVar[tuple[type[e.Event], ...]] = (e.VersionCertified, e.ReproductionJudged)
    own: list[Repeated] = field(default_factory=list)
    _weights: dict[Digest, Digest] = field(default_factory=dict)
    _newest: dict[Digest, tuple[int, e.ReproductionJudged]] = field(default_factory=dict)
    _rows: Listing[tuple[Cell, ...]] = field(default_factory=lambda: Listing(MOST_ROWS))

    def see(self, index: int, entry: Entry) -> None:
        """Remember the newest verdict on each version."""
        match entry.body:
            case e.VersionCertified(manifest=manifest, weights=weights):
                self._weights[manifest] = weights
            case event:
                assert isinstance(event, e.ReproductionJudged)
                self._newest[event.manifest] = (index, event)
                self._rows.add(
                    (index, entry.time, event.dna, event.verdict, event.weights, event.report)
                )

    def answer(self, report: LedgerReport) -> Answer:
        """Yes where the newest verdict on each version that was repeated is a good one."""
        never = sum(manifest not in self._newest for manifest in self._weights)
        if not self._newest and not self.own:
            return Answer(
                "not-asked",
                "no training was repeated (oneseek reproduce DNA, or --reproduce)",
                figures=(Figure("versions without a verdict on record", never),),
            )
        findings, open_ends = self._findings()
        verdicts = [event.verdict for _, event in self._newest.values()]
        now = f", {many(len(self.own), 'training')} by this audit" if self.own else ""
        figures = [Figure(words, verdicts.count(name)) for name, words in _WORDS.items()]
        counted = (
            *figures,
            Figure("versions without a verdict on record", never),
            Figure("trainings repeated by this audit", len(self.own)),
        )
        tables = (Table.of("reproductions", "Trainings that were repeated", _COLUMNS, self._rows),)
        if open_ends.count and not findings.count:
            because = f"{many(open_ends.count, 'training')} could not be repeated"
            found = tuple(open_ends.items)
            return Answer("unchecked", because, found, open_ends.count, counted, tables)
        return judged(
            findings,
            f"{many(len(self._newest), 'verdict')} on record{now}: each gave the same model",
            "a training that was repeated did not give the model that was certified",
            counted,
            tables,
        )

    def _findings(self) -> tuple[Listing[Finding], Listing[Finding]]:
        """Return what speaks against a model, and what could not be repeated."""
        against: Listing[Finding] = Listing()
        open_ends: Listing[Finding] = Listing()
        for manifest, (index, event) in self._newest.items():
            where = f"entry {index}, reproduction of {event.dna}"
            certified = self._weights.get(manifest)
            if event.verdict == "same-bytes" and event.weights != certified:
                expected = f"weights {certified}, as certified"
                against.add(Finding("reproduction", where, expected, f"weights {event.weights}"))
            elif event.verdict not in _GOOD:
                found = _WORDS.get(event.verdict, event.verdict)
                into = open_ends if event.verdict in _OPEN else against
                into.add(Finding("reproduction", where, "the same model", found))
        for item in self.own:
            if item.verdict not in _GOOD:
                where = f"{item.dna}, repeated now"
                into = open_ends if item.verdict in _OPEN else against
                into.add(Finding("reproduction", where, "the same model", item.reason))
        return against, open_ends
