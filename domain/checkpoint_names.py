"""The names of checkpoints of a training, and when the next one is due.

The names are those of the founding documents (``checkpoint-YYYY-MM-DD``, ``checkpoint-week-WW``),
with the year in the second as well: week 47 comes back every year. Weeks are those of ISO 8601,
which has years of its own: 30 December 2024 lies in week 1 of 2025.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from oneseek.domain.errors import InvalidInput

DAILY = "daily"
WEEKLY = "weekly"
MOST = 1_000_000_000


def daily_name(day: date) -> str:
    """Return the name of the checkpoint of ``day``; names sort as their days do."""
    return f"checkpoint-{day.year:04d}-{day.month:02d}-{day.day:02d}"


def weekly_name(day: date) -> str:
    """Return the name of the checkpoint of the ISO week that ``day`` lies in."""
    year, week, _ = day.isocalendar()
    return f"checkpoint-{year:04d}-week-{week:02d}"


@dataclass(frozen=True, slots=True)
class Often:
    """How often the state is kept: after so many optimizer steps, or so many minutes."""

    steps: int | None = None
    minutes: int | None = None

    def due(self, step: int, last: datetime, now: datetime) -> bool:
        """Say whether the state after ``step`` is to be kept; ``last`` is when it last was.

        A day that has begun since then always makes it due: each day of a long training has one.
        """
        if now.date() > last.date():
            return True
        if self.steps is not None:
            return step % self.steps == 0
        return self.minutes is not None and now - last >= timedelta(minutes=self.minutes)


def parse_often(text: str) -> Often:
    """Read ``200`` (steps) or ``30m`` (minutes).

    Raises:
        InvalidInput: it is neither, or not positive.
    """
    number, minutes = text.removesuffix("m"), text.endswith("m")
    if not (number.isascii() and number.isdigit() and 0 < int(number[:20]) <= MOST):
        raise InvalidInput(
            f"{text!r} does not say how often", hint="200 for every 200 steps, 30m for 30 minutes"
        )
    return Often(None, int(number)) if minutes else Often(int(number), None)
