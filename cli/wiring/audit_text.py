"""The report of an audit for a terminal: verdict, questions, findings, figures, what was left out.

Colours and bold come from click, which leaves them out where nothing shows them.
"""

import textwrap
from collections.abc import Iterator
from shutil import get_terminal_size

import click

from oneseek.cli.output import count_text, one_line
from oneseek.domain.audit.answers import Verdict, many
from oneseek.domain.audit.audit import Answered
from oneseek.domain.audit.audit_report import AuditReport, Damages, Whole
from oneseek.domain.findings import Finding

_MARKS: dict[Verdict, tuple[str, str]] = {
    "yes": ("✓", "green"),
    "no": ("✗", "red"),
    "unchecked": ("?", "yellow"),
    "not-asked": ("–", "bright_black"),
}
_COLOURS: dict[Whole, str] = {
    "clean": "green",
    "unchecked": "yellow",
    "findings": "red",
    "broken": "red",
    "rewritten": "red",
}
_WIDEST = 100
_SHOWN = 20
"""Findings of one question; the JSON and the page have more."""


def lines(report: AuditReport) -> Iterator[str]:
    """Yield the report line by line."""
    yield click.style(_wrap(report.sentence, ""), fg=_COLOURS[report.verdict], bold=True)
    yield ""
    yield f"  Ledger      {one_line(report.origin)}"
    yield f"  Tree        {many(report.size, 'entry', 'entries')}, root {report.root[:16]}…"
    yield f"  Newest      {report.head_time or 'nothing'}"
    yield f"  Trusting    {', '.join(one_line(_name(key)) for key in report.trusted)}"
    yield ""
    yield _title("Questions")
    for item in report.answered:
        mark, colour = _MARKS[item.answer.verdict]
        yield f"  {click.style(mark, fg=colour)} {_wrap(item.asks, '    ')}"
        yield f"    {click.style(_wrap(one_line(item.answer.because), '    '), dim=True)}"
    yield from _damage(report.damages)
    if report.findings:
        yield ""
        yield _title("Findings")
        for item in report.answered:
            yield from _findings(item)
    yield ""
    yield _title("Figures")
    yield from _figures(report)


def _name(key: str) -> str:
    """Return the name and ID of a verifier key; the base64 behind them may hold a + too."""
    return "+".join(key.split("+")[:2])


def _findings(item: Answered) -> Iterator[str]:
    for finding in item.answer.findings[:_SHOWN]:
        yield from _finding(finding)
    if (more := item.answer.count - min(_SHOWN, len(item.answer.findings))) > 0:
        yield f"  … and {count_text(more, 'more', 'more')} of: {item.asks}"


def _finding(finding: Finding) -> Iterator[str]:
    yield f"  {click.style('✗', fg='red')} {finding.check}: {one_line(finding.where)}"
    yield f"      expected  {one_line(finding.expected)}"
    yield f"      found     {one_line(finding.found)}"
    if finding.hint:
        yield f"      → {one_line(finding.hint)}"


def _damage(damages: Damages | None) -> Iterator[str]:
    if damages is None:
        return
    yield ""
    yield _title("Where the damage is")
    for sentence in damages.sentences:
        yield f"  {one_line(sentence)}"
    for place in damages.places[:_SHOWN]:
        yield from _finding(place)


def _figures(report: AuditReport) -> Iterator[str]:
    figures = [figure for item in report.answered for figure in item.answer.figures]
    width = max(len(figure.name) for figure in figures)
    for figure in figures:
        value = f"{figure.value:,}" if isinstance(figure.value, int) else one_line(figure.value)
        yield f"  {figure.name.ljust(width)}  {value}"


def _title(text: str) -> str:
    return click.style(text, bold=True)


def _wrap(text: str, indent: str) -> str:
    width = min(_WIDEST, get_terminal_size().columns) - len(indent)
    return f"\n{indent}".join(textwrap.wrap(text, max(width, 40)) or [""])
