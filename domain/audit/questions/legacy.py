"""Which claims come from legacy records, and with what evidence grade?

What was imported is not what anybody here observed. Every such entry carries a verdict, and the
grades are counted: verified, asserted, contradicted. None of them is a finding: a record that is
contradicted is told as that, and stays one. A finding is an entry that carries no known verdict, or
a ledger whose blocks do not add up.
"""

from collections import Counter
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
from oneseek.domain.entry import Entry
from oneseek.domain.findings import Finding
from oneseek.domain.state.imported import grade

_GRADES = ("verified", "asserted", "contradicted")
_VERDICTS = frozenset({*_GRADES, "verified by reconstruction"})
_VERSIONS = ("entry", "dna", "claimed", "verdict", "reason", "path", "manifest")
_LEDGERS = (
    "entry", "path", "format", "blocks", "verified", "reconstructed", "asserted", "contradicted",
    "verdict", "reason",
)  # fmt: skip
_ITEMS = ("entry", "what", "path", "verdict", "reason")
_GAPS = ("entry", "what", "path", "evidence")
_QUARANTINED = ("entry", "path", "digest", "size", "reason")
_SOURCES = ("entry", "path", "files", "size", "inventory", "report")

Rows = Listing[tuple[Cell, ...]]


def _rows() -> Rows:
    return Listing(MOST_ROWS)


@dataclass(slots=True)
class Legacy:
    """Counts what was imported rather than observed, by its grade, and lists the first of it."""

    name: ClassVar[str] = "legacy"
    asks: ClassVar[str] = "Is it known which claims come from legacy records, and how good each is?"
    about_entries: ClassVar[bool] = True
    wants: ClassVar[tuple[type[e.Event], ...]] = (
        e.SourceScanned,
        e.VersionImported,
        e.LedgerImported,
        e.LegacyItemImported,
        e.HistoryGap,
        e.FileQuarantined,
    )
    _counts: Counter[tuple[str, str]] = field(default_factory=Counter)
    """By thing and grade."""
    _findings: Listing[Finding] = field(default_factory=Listing)
    _sources: Rows = field(default_factory=_rows)
    _versions: Rows = field(default_factory=_rows)
    _ledgers: Rows = field(default_factory=_rows)
    _items: Rows = field(default_factory=_rows)
    _gaps: Rows = field(default_factory=_rows)
    _quarantined: Rows = field(default_factory=_rows)

    def see(self, index: int, entry: Entry) -> None:
        """Count the entry under its grade."""
        match entry.body:
            case e.SourceScanned() as s:
                self._sources.add((index, s.path, s.files, s.size, s.inventory, s.report))
            case e.VersionImported() as v:
                self._grade(index, "versions", v.verdict)
                row = (index, v.dna, v.claimed, v.verdict, v.reason, v.path, v.manifest)
                self._versions.add(row)
            case e.LedgerImported() as old:
                self._ledger(index, old)
            case e.LegacyItemImported() as item:
                self._grade(index, "items", item.verdict)
                self._items.add((index, item.what, item.path, item.verdict, item.reason))
            case e.HistoryGap() as gap:
                self._gaps.add((index, gap.what, gap.path, gap.evidence))
            case file:
                assert isinstance(file, e.FileQuarantined)
                self._quarantined.add((index, file.path, file.digest, file.size, file.reason))

    def _ledger(self, index: int, old: e.LedgerImported) -> None:
        self._grade(index, "ledgers", old.verdict)
        parts = (old.verified, old.reconstructed, old.asserted, old.contradicted)
        self._ledgers.add(
            (index, old.path, old.format, old.blocks, *parts, old.verdict, old.reason)
        )
        if sum(parts) != old.blocks:
            where = f"entry {index}, legacy ledger {old.path}"
            self._findings.add(
                Finding("legacy-blocks", where, f"verdicts on {old.blocks} blocks", str(sum(parts)))
            )

    def _grade(self, index: int, thing: str, verdict: str) -> None:
        if verdict not in _VERDICTS:
            where = f"entry {index}"
            self._findings.add(Finding("legacy-verdict", where, "a known verdict", verdict))
        self._counts[thing, grade(verdict)] += 1

    def answer(self, report: LedgerReport) -> Answer:
        """Yes where every legacy record carries a verdict."""
        count = self._counts.total() + self._gaps.count + self._quarantined.count
        if not count and not self._sources.count:
            return Answer(
                "yes",
                "no legacy records: every entry was written by the system that did what it says",
                figures=(Figure("legacy records", 0),),
            )
        totals = {
            name: sum(n for (_, found), n in self._counts.items() if found == name)
            for name in _GRADES
        }
        grades = ", ".join(f"{number:,} {name}" for name, number in totals.items())
        return judged(
            self._findings,
            f"{many(count, 'legacy record')}, each marked as one: {grades}; "
            f"{many(self._gaps.count, 'gap')} in older histories",
            "a legacy record does not say how good it is",
            (
                Figure("legacy records", count),
                *(Figure(f"legacy records {name}", number) for name, number in totals.items()),
                Figure("gaps in older histories", self._gaps.count),
                Figure("files in quarantine", self._quarantined.count),
            ),
            tuple(self._tables()),
        )

    def _tables(self) -> list[Table]:
        grades: Rows = _rows()
        for thing in ("versions", "ledgers", "items"):
            numbers = [self._counts[thing, name] for name in _GRADES]
            grades.add((thing, *numbers, sum(numbers)))
        return [
            Table.of("legacy-grades", "How good legacy records are", ("what", *_GRADES, "all"),
                     grades),
            Table.of("legacy-sources", "Legacy sources", _SOURCES, self._sources),
            Table.of("legacy-versions", "Imported versions", _VERSIONS, self._versions),
            Table.of("legacy-ledgers", "Older ledgers", _LEDGERS, self._ledgers),
            Table.of("legacy-items", "Other legacy records", _ITEMS, self._items),
            Table.of("legacy-gaps", "Gaps in older histories", _GAPS, self._gaps),
            Table.of("quarantined", "Files in quarantine", _QUARANTINED, self._quarantined),
        ]  # fmt: skip
