"""Findings on old records for a terminal: equal ones once, with every place where they are."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import click

from oneseek.adapters.reports.migration_findings import Alike, alike, number_of, parted
from oneseek.cli.output import one_line

_SHOWN = 12
"""Different findings of one check, and places of one finding; the page and the JSON have more."""


def findings(checks: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    """Yield groups of findings: what is amiss, and then what no such record could prove."""
    amiss, limits = parted(checks)
    yield from _part(f"Findings ({number_of(amiss)}): what does not fit together", amiss, "✗")
    yield from _part(
        f"Limits ({number_of(limits)}): what the old programs could never prove, "
        "true of all their records",
        limits,
        "·",
    )


def told(check: str, rows: Iterable[Mapping[str, Any]], mark: str) -> Iterator[str]:
    """Yield findings of one check."""
    each = list(alike(rows))
    for one in each[:_SHOWN]:
        yield from _one(check, one, mark)
    if rest := sum(len(one.places) for one in each[_SHOWN:]):
        yield f"  … and {rest} more of {check}; --html and --json show more"


def _part(heading: str, groups: Iterable[Mapping[str, Any]], mark: str) -> Iterator[str]:
    listed = list(groups)
    if not listed:
        return
    yield ""
    yield click.style(heading, bold=True)
    for group in listed:
        yield from told(group["check"], group["rows"], mark)
        if group["count"] > len(group["rows"]):
            yield f"  … and {group['count'] - len(group['rows'])} more of {group['check']}"


def _one(check: str, one: Alike, mark: str) -> Iterator[str]:
    alone = len(one.places) == 1
    where = one.places[0] if alone else f"{len(one.places)} times"
    yield f"  {click.style(mark, fg='red' if mark == '✗' else 'yellow')} {check}: {one_line(where)}"
    yield f"      expected  {one_line(one.expected)}"
    yield f"      found     {one_line(one.found)}"
    if not alone:
        for number, place in enumerate(one.places[:_SHOWN]):
            yield f"      {'' if number else 'in':<8}  {one_line(place)}"
        if len(one.places) > _SHOWN:
            yield f"                … and {len(one.places) - _SHOWN} more places"
    if one.hint:
        yield f"      → {one_line(one.hint)}"
