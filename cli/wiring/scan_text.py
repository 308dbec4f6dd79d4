"""What a scan shows: entries by class, or each of them, and what is odd about them."""

import os
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from oneseek.cli.output import bytes_text, count_text, one_line
from oneseek.cli.wiring.findings_text import findings as shown
from oneseek.domain.findings import Finding
from oneseek.migrations.foreign import FOREIGN
from oneseek.migrations.item import FILE, Item
from oneseek.migrations.paths import shown_path
from oneseek.migrations.report import what

_MOST_FINDINGS = 200


@dataclass(slots=True)
class Tally:
    """What was counted while entries went by; memory does not grow with them."""

    entries: int = 0
    files: int = 0
    size: int = 0
    count: Counter[str] = field(default_factory=Counter)
    bytes: Counter[str] = field(default_factory=Counter)
    found: int = 0
    findings: list[Finding] = field(default_factory=list)

    def add(self, item: Item) -> None:
        self.entries += 1
        self.files += item.type == FILE
        self.size += item.size
        self.count[item.kind] += 1
        self.bytes[item.kind] += item.size
        self.found += len(item.findings)
        self.findings += item.findings[: _MOST_FINDINGS - len(self.findings)]


def table(tally: Tally) -> Iterator[tuple[str, int, str, str]]:
    """Yield rows: class, number, bytes, what it is."""
    for kind, count in sorted(tally.count.items(), key=lambda each: (-each[1], each[0])):
        size = bytes_text(tally.bytes[kind]) if tally.bytes[kind] else ""
        yield kind, count, size, what(kind)


def findings(tally: Tally) -> Iterator[str]:
    """Yield the findings, equal ones once, with both sides of the comparison."""
    grouped: dict[str, list[dict[str, Any]]] = {}
    for finding in tally.findings:
        grouped.setdefault(finding.check, []).append(asdict(finding))
    yield from shown(
        {"check": check, "count": len(rows), "rows": rows} for check, rows in grouped.items()
    )
    if tally.found > len(tally.findings):
        yield f"… and {tally.found - len(tally.findings)} more: --json has them all"


def summary(tally: Tally) -> Iterator[str]:
    """Yield the last lines."""
    entries = count_text(tally.entries, "entry", "entries")
    found = count_text(tally.found, "finding")
    read = f"{count_text(tally.files, 'file')} ({bytes_text(tally.size)})"
    if set(tally.count) <= FOREIGN:
        yield "Nothing here is of a kind that the old programs wrote: is it the right place?"
    yield f"{entries}, {read}, {found}. Nothing was changed."


def row(item: Item) -> str:
    """Return one entry as a line: class, what it says, where it is."""
    leads = f" -> {one_line(item.target)}" if item.target else ""
    says = f"  {one_line(item.says)}" if item.says else ""
    size = bytes_text(item.size) if item.type == FILE else ""
    return f"{item.kind:<24} {size:>9}  {one_line(item.path)}{leads}{says}"


def as_json(source: Path, item: Item) -> dict[str, Any]:
    """Return one entry for machines, every member in place.

    Texts of people have no digest here: short ones could be guessed from it.
    """
    return {
        "source": shown_path(os.fsencode(source)),
        "path": item.path,
        "raw_path": item.raw_path,
        "type": item.type,
        "kind": item.kind,
        "size": item.size,
        "digest": None if item.personal else item.digest,
        "target": item.target,
        "says": item.says,
        "verdict": item.verdict,
        "reason": item.reason,
        "personal": item.personal,
        "findings": item.findings,
    }
