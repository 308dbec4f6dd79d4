"""Where the bars and dates of the timeline stand: one lane for each version that was active."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from oneseek.adapters.reports.lineage import short_name
from oneseek.domain.errors import InvalidInput
from oneseek.domain.values import parse_time

MOST_LANES = 16
NOTHING = "nothing active"
OTHERS = "other versions"

_LEFT = 190
_WIDTH = 860
_LANE = 26
_TOP = 30
_MOST_TICKS = 7
_MINUTE, _HOUR, _DAY = 60, 3600, 86400
_STEPS = tuple(
    timedelta(seconds=count * unit)
    for unit, counts in (
        (1, (1, 5, 15)),
        (_MINUTE, (1, 5, 15)),
        (_HOUR, (1, 3, 6, 12)),
        (_DAY, (1, 2, 7, 14, 30, 90, 180, 365, 1825, 3650)),
    )
    for count in counts
)

_LATEST = datetime.max.replace(tzinfo=UTC) - _STEPS[-1]
"""What claims to be later is drawn here: one step further is still a date."""

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Bar:
    """One period: ``lane`` counts from the top."""

    x: float
    width: float
    lane: int
    active: bool
    hover: str


@dataclass(frozen=True, slots=True)
class Mark:
    """A date on the axis, or something that happened: ``label`` is what it says."""

    x: float
    label: str
    kind: str = "date"


@dataclass(frozen=True, slots=True)
class Timeline:
    """One drawing."""

    width: int
    height: int
    left: int
    lanes: tuple[str, ...]
    bars: tuple[Bar, ...]
    dates: tuple[Mark, ...]
    events: tuple[Mark, ...]
    lane_height: int = _LANE
    top: int = _TOP


def timeline(periods: Sequence[Row], events: Sequence[Row], end: str | None) -> Timeline | None:
    """Return the drawing of ``periods``, None where there is nothing to draw.

    ``events`` are resets and the like; the last period goes on until ``end``, the newest entry.
    """
    try:
        begins = [_moment(row["from"]) for row in periods]
        last = _moment(end)
        happened = [(_moment(row["time"]), row) for row in events]
    except InvalidInput:
        return None  # a damaged ledger may hold anything
    if not periods:
        return None
    first = begins[0]
    last = max(last, *begins, first + timedelta(seconds=1))
    lanes = _lanes(periods)

    def at(moment: datetime) -> float:
        share = (min(max(moment, first), last) - first) / (last - first)
        return round(_LEFT + share * (_WIDTH - _LEFT - 10), 1)

    ends = [*begins[1:], last]
    bars = tuple(
        Bar(
            at(begin),
            round(max(at(until) - at(begin), 2.0), 1),
            lanes.get(_name(row), len(lanes) - 1),
            row["active"] is not None,
            f"{row['active'] or 'nothing'}\n{row['from']} – {row['until'] or 'now'}",
        )
        for row, begin, until in zip(periods, begins, ends, strict=True)
    )
    marks = tuple(
        Mark(at(moment), f"{row['what']}, {row['time']}", str(row["what"]))
        for moment, row in happened
    )
    height = _TOP + len(lanes) * _LANE + 34
    return Timeline(
        _WIDTH, height, _LEFT, tuple(lanes), bars, tuple(_dates(first, last, at)), marks
    )


def _moment(text: object) -> datetime:
    return min(parse_time(str(text)), _LATEST)


def _name(row: Row) -> str:
    return short_name(row["active"]) if row["active"] else NOTHING


def _lanes(periods: Sequence[Row]) -> dict[str, int]:
    """Return the lanes by name: nothing first, versions by their first activity, then the rest."""
    names = dict.fromkeys((NOTHING, *(_name(row) for row in periods)))
    shown = list(names)
    if len(shown) > MOST_LANES:
        shown = [*shown[: MOST_LANES - 1], OTHERS]
    return {name: number for number, name in enumerate(shown)}


def _dates(first: datetime, last: datetime, at: Any) -> Iterator[Mark]:
    step = next((s for s in _STEPS if (last - first) / s <= _MOST_TICKS), _STEPS[-1])
    form = "%Y-%m-%d" if step >= timedelta(days=1) else "%d %b %H:%M"
    if step < timedelta(minutes=1):
        form = "%H:%M:%S"
    epoch = datetime(2000, 1, 1, tzinfo=UTC)
    moment = epoch + ((first - epoch) // step + 1) * step
    while moment < last:
        yield Mark(at(moment), moment.strftime(form))
        moment += step
