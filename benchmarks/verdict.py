"""What the figures of a row come to: medians, noise, ratio, goal met or missed."""

import statistics
from dataclasses import dataclass

from rows import Job, Row

Figures = dict[str, float]
Found = dict[Job, list[Figures]]
"""The figures of every round, by job."""

_BYTES = 1 << 20


@dataclass(frozen=True, slots=True)
class Spread:
    """Smallest, median and largest figure of the rounds."""

    least: float
    median: float
    most: float

    @classmethod
    def of(cls, rounds: list[Figures], figure: str) -> "Spread":
        values = [figures[figure] for figures in rounds]
        return cls(min(values), statistics.median(values), max(values))


@dataclass(frozen=True, slots=True)
class Verdict:
    """One row of the table, in numbers. ``met`` is None where there is no goal."""

    row: Row
    ours: Spread
    yardstick: Spread
    ratio: float | None
    met: bool | None
    cpu: tuple[float, float]
    """Medians, ours and the yardstick's, in seconds; ``wall`` likewise."""
    wall: tuple[float, float]
    peak_mb: float


def judge(row: Row, found: Found) -> Verdict:
    """Compare the medians of ``row`` with its goal."""
    both = found[row.ours], found[row.yardstick]
    ours, yardstick = (Spread.of(rounds, row.figure) for rounds in both)
    ratio, met = _judge(row, ours.median, yardstick.median)
    cpu, wall = (tuple(Spread.of(r, name).median for r in both) for name in ("cpu", "wall"))
    return Verdict(
        row,
        ours,
        yardstick,
        ratio,
        met,
        (cpu[0], cpu[1]),
        (wall[0], wall[1]),
        Spread.of(both[0], "peak_mb").median,
    )


def _judge(row: Row, ours: float, yardstick: float) -> tuple[float | None, bool | None]:
    less = yardstick / ours if ours else None
    match row.kind:
        case "less":
            return less, less is None or less >= row.goal
        case "no more":
            return ours / yardstick, ours / yardstick <= row.goal
        case "growth":
            growth = (ours - yardstick) * _BYTES / (row.ours.size - row.yardstick.size)
            return growth, growth <= row.goal
        case "limit":
            return less, ours <= row.goal
    return less, None
