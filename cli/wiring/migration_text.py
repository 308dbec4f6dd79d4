"""The report of an import for a terminal: what to decide first, then what came out and why."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import click

from oneseek.adapters.reports import migration_words as words
from oneseek.cli.output import bytes_text, count_text, one_line
from oneseek.cli.wiring.findings_text import findings

_MARKS = {
    "verified": ("✓", "green"),
    "verified by reconstruction": ("≈", "cyan"),
    "asserted": ("?", "yellow"),
    "contradicted": ("✗", "red"),
}
_SHOWN = 12
"""Rows of one list; the page and the JSON have more."""
_SHORT = {"versions", "old ledgers", "blocks of old ledgers", "other records"}


def lines(report: Mapping[str, Any]) -> Iterator[str]:
    """Yield a report document line by line."""
    yield click.style(one_line(report["path"]), bold=True)
    yield f"  {words.headline(report)['sentence']}"
    yield f"  {_seen(report)}"
    if recorded := report.get("recorded"):
        yield f"  entry {recorded['entry']}, {recorded['time']}, by {one_line(recorded['actor'])}"
    if moved := report.get("moved_to"):
        yield f"  moved away since, to {one_line(moved)}"
    yield from _questions(report["questions"])
    yield from _totals(report["totals"])
    yield from _judged("Versions", report["versions"], "label")
    yield from _contradictions(report["contradictions"])
    yield from _judged("Old ledgers", report["ledgers"], "path")
    yield from _judged("Pointers, checkpoints, backups and other records", report["told"], "path")
    yield from _plain("Gaps in the history", report["gaps"], "what", "evidence")
    yield from _plain("In quarantine: kept, never opened", report["quarantined"], None, "reason")
    yield from findings(report["findings"]["checks"])
    yield from _classes(report["classes"])


def marked(verdict: str) -> str:
    """Return the mark of a verdict, in its colour."""
    mark, colour = _MARKS[verdict]
    return click.style(mark, fg=colour)


def title(text: str) -> str:
    """Return a heading."""
    return click.style(text, bold=True)


def _seen(report: Mapping[str, Any]) -> str:
    entries = count_text(report["entries"], "entry", "entries")
    files = count_text(report["files"], "file")
    return f"{entries} found, {files}, {bytes_text(report['size'])}; source {report['source']}"


def _questions(found: Mapping[str, Any]) -> Iterator[str]:
    if settled := found.get("settled"):
        yield f"  {count_text(settled, 'question')} answered since"
    if not found["count"]:
        return
    yield ""
    yield title("What a person must decide")
    for row in found["rows"][:_SHOWN]:
        yield f"  {click.style('●', fg='yellow')} {one_line(row['asks'])}"
        yield f"    {one_line(row['why'])}"
        if row["command"]:
            yield f"    → {one_line(row['command'])}"
    yield from _more(found["count"], min(_SHOWN, len(found["rows"])), "to decide")


def _totals(totals: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    yield ""
    yield title("Verdicts")
    told: list[str] = []
    for total in totals:
        present = {verdict: count for verdict, count in total["counts"].items() if count}
        if present and total["of"] in _SHORT:
            told += present
            counted = "  ".join(f"{marked(verdict)} {present[verdict]} {verdict}"
                                for verdict in present)  # fmt: skip
            yield f"  {total['of']:<22} {counted}"
    if not told:
        yield "  nothing here gets a verdict of its own"
    for verdict, (_, _, meaning) in words.VERDICTS.items():
        if verdict in told:
            yield f"  {marked(verdict)} {verdict}: {meaning[:1].lower()}{meaning[1:-1]}"


def _judged(heading: str, found: Mapping[str, Any], name: str) -> Iterator[str]:
    if not found["count"]:
        return
    yield ""
    yield title(f"{heading} ({found['count']})")
    for row in found["rows"][:_SHOWN]:
        says = f"  {one_line(row['says'])}" if row.get("says") else ""
        yield f"  {marked(row['verdict'])} {one_line(row[name])}{says}"
        yield f"      {row['verdict']}: {one_line(row['reason'])}"
    yield from _more(found["count"], min(_SHOWN, len(found["rows"])), "")


def _contradictions(found: Mapping[str, Any]) -> Iterator[str]:
    if not found["count"]:
        return
    yield ""
    yield title(f"Contradictions ({found['count']})")
    for row in found["rows"][:_SHOWN]:
        yield f"  {marked('contradicted')} {one_line(row['about'])}: {one_line(row['path'])}"
        yield f"      says      {one_line(row['says'])}"
        yield f"      found     {one_line(row['found'])}"
    yield from _more(found["count"], min(_SHOWN, len(found["rows"])), "")


def _plain(heading: str, found: Mapping[str, Any], what: str | None, reason: str) -> Iterator[str]:
    if not found["count"]:
        return
    yield ""
    yield title(f"{heading} ({found['count']})")
    for row in found["rows"][:_SHOWN]:
        kind = f"{row[what]}: " if what else ""
        yield f"  {click.style('●', fg='yellow')} {kind}{one_line(row['path'])}"
        yield f"      {one_line(row[reason])}"
    yield from _more(found["count"], min(_SHOWN, len(found["rows"])), "")


def _classes(found: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    yield ""
    yield title("Everything that was found: each entry is in one of these classes")
    for row in sorted(found, key=lambda each: -each["count"]):
        size = bytes_text(row["size"]) if row["size"] else ""
        yield f"  {row['count']:>7}  {size:>9}  {row['kind']}: {row['what']}"


def _more(count: int, shown: int, of: str) -> Iterator[str]:
    if count > shown:
        yield f"  … and {count - shown} more {of}".rstrip() + "; --html and --json show more"
