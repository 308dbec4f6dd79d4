"""The report of an import as one HTML file: no script, nothing from outside, the same bytes always.

It is read by a city auditor and by an operator: what must be decided comes first, then what came
out and why. Every value is escaped: see :mod:`~oneseek.adapters.reports.templates`.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from oneseek.adapters.reports import migration_words as words
from oneseek.adapters.reports.migration_findings import alike, parted
from oneseek.adapters.reports.templates import environment, style, visible

_LEFT, _WIDTH, _ROW = 190, 760, 34
_SEEN = 5
"""Pixels that a single one of a million still gets."""
_MOST_OPEN = 12
"""Findings of one check that are shown without a click."""
_MOST_PRINTED = 40
"""Folded lists of no more are unfolded on paper; of longer ones, what the reader has opened."""


@dataclass(frozen=True, slots=True)
class Segment:
    """A part of a bar: everything with one verdict."""

    verdict: str
    x: float
    width: float
    count: int


@dataclass(frozen=True, slots=True)
class Bar:
    """What came of one kind of thing."""

    of: str
    count: int
    y: int
    segments: tuple[Segment, ...]


def render(sources: Sequence[Mapping[str, Any]], made: Mapping[str, Any]) -> bytes:
    """Return the page for reports of sources (format ``oneseek-migration-report/v1``).

    Each may have a member ``recorded`` with ``entry``, ``time`` and ``actor``: without it, it is a
    plan. ``moved_to`` says where the source lies since a cleanup.
    ``made`` has ``by`` (software), ``at`` (time) and ``origin`` (of the ledger, or None).
    """
    shown = [{"recorded": None, "moved_to": None, **visible(source)} for source in sources]
    page = (
        environment()
        .get_template("migration.html")
        .render(
            sources=[(source, words.headline(source), list(bars(source))) for source in shown],
            made=visible(made),
            style=style("audit", "migration"),
            words=words,
            alike=alike,
            parted=parted,
            most_open=_MOST_OPEN,
            most_printed=_MOST_PRINTED,
            picture={"left": _LEFT, "width": _LEFT + _WIDTH, "row": _ROW},
        )
    )
    return page.encode("utf-8", "backslashreplace")


def bars(source: Mapping[str, Any]) -> Iterator[Bar]:
    """Yield a bar for each kind of thing that there is; all are as long."""
    y = 0
    for total in source["totals"]:
        if count := sum(total["counts"].values()):
            yield Bar(total["of"], count, y, tuple(_segments(total["counts"], count)))
            y += _ROW


def _segments(counts: Mapping[str, int], count: int) -> Iterator[Segment]:
    present = [(verdict, number) for verdict, number in counts.items() if number]
    room = _WIDTH - _SEEN * len(present)
    x = float(_LEFT)
    for verdict, number in present:
        width = round(_SEEN + room * number / count, 1)
        yield Segment(verdict, round(x, 1), width, number)
        x += width
