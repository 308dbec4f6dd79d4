"""The report of an audit: a value, and the JSON document of docs/audit-report.md."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import msgspec

from oneseek.domain.audit.answers import Table, Verdict, many
from oneseek.domain.audit.audit import Answered
from oneseek.domain.errors import CannotCheck, FoundDamage, LedgerBroken
from oneseek.domain.findings import Finding

FORMAT = "oneseek-audit/v1"

Whole = Literal["clean", "unchecked", "findings", "rewritten", "broken"]
_CODES: dict[Whole, int] = {
    "clean": 0,
    "unchecked": CannotCheck.exit_code,
    "findings": FoundDamage.exit_code,
    "rewritten": LedgerBroken.exit_code,
    "broken": LedgerBroken.exit_code,
}


@dataclass(frozen=True, slots=True)
class Damages:
    """Where a damaged ledger is damaged; see :mod:`oneseek.domain.audit.localise`."""

    first_damaged: int | None
    """The first entry that cannot be believed any more."""
    provable: int
    """So many entries are under a stored checkpoint that still can be proved."""
    places: tuple[Finding, ...]
    sentences: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class AuditReport:
    """Everything that an audit saw."""

    software: str
    made_at: str
    """When it was made, UTC."""
    origin: str
    size: int
    root: str
    head_time: str | None
    checkpoint: str
    """The signed note of the head."""
    trusted: tuple[str, ...]
    """The keys that the auditor chose to trust; trust goes on from them."""
    since: int | None
    deep: bool
    broken: bool
    """Whether the ledger itself is damaged."""
    rewritten: bool
    """Whether it contradicts the checkpoint that the auditor kept."""
    answered: tuple[Answered, ...]
    damages: Damages | None
    not_checked: tuple[str, ...]
    """What was not looked at, a sentence each."""

    @property
    def findings(self) -> int:
        """How many findings there are in all."""
        return sum(item.answer.count for item in self.answered)

    @property
    def verdict(self) -> Whole:
        """The worst that was seen."""
        verdicts = {item.answer.verdict for item in self.answered}
        if self.broken:
            return "broken"
        if self.rewritten:
            return "rewritten"
        if "no" in verdicts:
            return "findings"
        return "unchecked" if "unchecked" in verdicts else "clean"

    @property
    def exit_code(self) -> int:
        """The exit code that goes with the verdict."""
        return _CODES[self.verdict]

    @property
    def sentence(self) -> str:
        """Return the verdict in one sentence."""
        answered = {v: self.having(v) for v in ("yes", "no", "unchecked")}
        entries = many(self.size, "entry", "entries")
        match self.verdict:
            case "clean":
                yes = many(answered["yes"], "question")
                return (
                    f"Everything that was looked at is as recorded: {yes} answered with yes, over "
                    f"{entries}."
                )
            case "broken":
                return (
                    "The ledger itself is damaged: its entries are not those that were signed. "
                    f"{many(self.findings, 'finding')}."
                )
            case "rewritten":
                return (
                    "This is not the history of which you kept a checkpoint: it was rolled back or "
                    f"written anew. {many(self.findings, 'finding')}."
                )
            case "findings":
                return (
                    f"{many(answered['no'], 'question')} of {len(self.answered)} answered with no: "
                    f"{many(self.findings, 'finding')} over {entries}."
                )
        return (
            f"Nothing wrong was found, but {many(answered['unchecked'], 'question')} could not be "
            "checked here."
        )

    def having(self, verdict: Verdict) -> int:
        """Return how many questions have this verdict."""
        return sum(item.answer.verdict == verdict for item in self.answered)

    def document(self) -> dict[str, Any]:
        """Return the report as plain values, in the order of the documented schema."""
        return {
            "format": FORMAT,
            "software": self.software,
            "made_at": self.made_at,
            "verdict": self.verdict,
            "sentence": self.sentence,
            "exit_code": self.exit_code,
            "ledger": {
                "origin": self.origin,
                "size": self.size,
                "root": self.root,
                "time": self.head_time,
                "checkpoint": self.checkpoint,
            },
            "trusted": list(self.trusted),
            "since": self.since,
            "deep": self.deep,
            "findings": self.findings,
            "questions": [_question(item) for item in self.answered],
            "damage": _damage(self.damages),
            "not_checked": list(self.not_checked),
        }

    def to_bytes(self) -> bytes:
        """Return the document as indented JSON with one newline at the end."""
        return msgspec.json.format(msgspec.json.encode(self.document()), indent=2) + b"\n"


def _question(item: Answered) -> dict[str, Any]:
    answer = item.answer
    return {
        "name": item.name,
        "question": item.asks,
        "verdict": answer.verdict,
        "because": answer.because,
        "findings_count": answer.count,
        "findings": _findings(answer.findings),
        "figures": [{"name": figure.name, "value": figure.value} for figure in answer.figures],
        "tables": [_table(table) for table in answer.tables],
    }


def _findings(findings: Sequence[Finding]) -> list[dict[str, str]]:
    return [
        {
            "check": finding.check,
            "where": finding.where,
            "expected": finding.expected,
            "found": finding.found,
            "hint": finding.hint,
        }
        for finding in findings
    ]


def _table(table: Table) -> dict[str, Any]:
    return {
        "name": table.name,
        "title": table.title,
        "columns": list(table.columns),
        "rows": [list(row) for row in table.rows],
        "count": table.count,
    }


def _damage(damages: Damages | None) -> dict[str, Any] | None:
    if damages is None:
        return None
    return {
        "first_damaged": damages.first_damaged,
        "provable": damages.provable,
        "places": _findings(damages.places),
        "sentences": list(damages.sentences),
    }
