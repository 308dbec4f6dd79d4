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
_GOOD = ("same-bytes", "within-tolerance")
_WORDS = {
    "same-bytes": "the same bytes",
    "within-tolerance": "the same within the tolerance",
    "different": "different weights",
    "cannot-be-repeated": "could not be repeated",
}


@dataclass(slots=True)
class Reproductions:
    """The newest verdict on a version counts; older ones are listed."""

    name: ClassVar[str] = "reproductions"
    asks: ClassVar[str] = "Did every training that was repeated give the same model?"
    about_entries: ClassVar[bool] = True
    wants: ClassVar[tuple[type[e.Event], ...]] = (e.VersionCertified, e.ReproductionJudged)
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
        if not self._newest:
            return Answer(
                "not-asked",
                "no training was repeated (oneseek reproduce DNA)",
                figures=(Figure("versions never repeated", never),),
            )
        findings: Listing[Finding] = Listing()
        for manifest, (index, event) in self._newest.items():
            findings.extend(self._judge(index, event, self._weights.get(manifest)))
        verdicts = [event.verdict for _, event in self._newest.values()]
        figures = [Figure(words, verdicts.count(name)) for name, words in _WORDS.items()]
        return judged(
            findings,
            f"{many(len(self._newest), 'version')} repeated: every one gave the same model",
            "a training that was repeated did not give the model that was certified",
            (*figures, Figure("versions never repeated", never)),
            (Table.of("reproductions", "Trainings that were repeated", _COLUMNS, self._rows),),
        )

    def _judge(
        self, index: int, event: e.ReproductionJudged, certified: Digest | None
    ) -> list[Finding]:
        where = f"entry {index}, reproduction of {event.dna}"
        if event.verdict not in _GOOD:
            found = _WORDS.get(event.verdict, event.verdict)
            return [Finding("reproduction", where, "the same model", found)]
        if event.verdict == "same-bytes" and event.weights != certified:
            expected = f"weights {certified}, as certified"
            return [Finding("reproduction", where, expected, f"weights {event.weights}")]
        return []
