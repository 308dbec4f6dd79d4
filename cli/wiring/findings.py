"""Printing findings: expected and found side by side; findings mean exit code 1."""

import sys
from collections.abc import Iterable, Sequence
from typing import Any

import click

from oneseek.cli.output import Output, count_text, one_line
from oneseek.domain.findings import Finding

FOUND = 1


def report(
    out: Output,
    findings: Sequence[Finding],
    value: dict[str, Any],
    fine: str,
    *,
    code: int = FOUND,
    verdict: str = "",
) -> None:
    """Print ``findings`` under ``verdict``, or the sentence ``fine``; leave with ``code`` when
    there are any.
    """
    listed = [
        {
            "check": finding.check,
            "where": finding.where,
            "expected": finding.expected,
            "found": finding.found,
            "hint": finding.hint,
        }
        for finding in findings
    ]
    told = [*([verdict] if verdict else []), *_lines(findings)]
    lines = told if findings else fine.split("\n")
    out.result({"ok": not findings, **value, "findings": listed}, lines)
    if findings:
        sys.stdout.flush()
        raise click.exceptions.Exit(code)


def _lines(findings: Sequence[Finding]) -> Iterable[str]:
    for finding in findings:
        yield f"✗ {finding.check}: {one_line(finding.where)}"
        yield f"    expected  {one_line(finding.expected)}"
        yield f"    found     {one_line(finding.found)}"
        if finding.hint:
            yield f"    → {finding.hint}"
    yield count_text(len(findings), "finding")
