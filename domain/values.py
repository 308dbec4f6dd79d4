"""Small value types that entries are made of: numbers as text, counts, times.

An entry never holds a JSON float (writers disagree on their spelling) and never an integer that
a double cannot hold. A measured decimal is the text that Python's ``repr`` gives (``"2e-05"``).
"""

import math
import re
from datetime import UTC, datetime, timedelta
from typing import Annotated

from msgspec import Meta, Struct, structs

from oneseek.domain.errors import InvalidInput

# ``\Z``, not ``$``: msgspec searches, and ``$`` also stands before a line end.
Number = Annotated[
    str,
    Meta(pattern=r"^-?(0|[1-9][0-9]*)(\.[0-9]+)?(e[+-][0-9]{2,3})?\Z", max_length=32),
]
"""A finite decimal as the text that ``repr(float)`` writes."""

MAX_COUNT = 2**53
Count = Annotated[int, Meta(ge=0, le=MAX_COUNT)]
"""A non-negative integer that survives every JSON reader."""

Time = Annotated[
    str,
    Meta(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{6}Z\Z"),
]
"""A UTC time with microseconds, ``2026-11-20T18:25:38.187329Z``."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z", re.ASCII)


def number(value: float) -> Number:
    """Return ``value`` as the text that entries carry.

    Raises:
        InvalidInput: ``value`` is NaN or infinite; such a number was not measured, so it is absent.
    """
    try:
        finite = float(value)
    except OverflowError:  # an integer larger than every float
        finite = math.inf
    if not math.isfinite(finite):
        raise InvalidInput(f"{value!r} is not a number that can be recorded")
    return repr(finite)


def require_finite(values: Struct) -> None:
    """Refuse a struct with a :data:`Number` that no float can hold, such as ``1e+999``.

    The text has the right form, so a ledger that holds one stays readable: whoever reads it as a
    float gets infinity, and ``null`` in rendered JSON. It must not get into a ledger.

    Raises:
        InvalidInput: it names the field.
    """
    for field in structs.fields(values):
        value = getattr(values, field.name)
        if field.type in (Number, Number | None) and value is not None:
            try:
                number(float(value))
            except (InvalidInput, ValueError):
                raise InvalidInput(f"{field.name} {value} is not a finite number") from None


def maybe_number(value: float | None) -> Number | None:
    """Return :func:`number` of a measured value, or None for one that was not measured."""
    return None if value is None else number(value)


def format_time(moment: datetime) -> Time:
    """Return an aware ``moment`` as UTC text with microseconds.

    Raises:
        InvalidInput: ``moment`` has no time zone, or is outside the years 1 to 9999 in UTC.
    """
    if moment.tzinfo is None:
        raise InvalidInput("a time without a zone cannot be recorded")
    try:
        # Not strftime: it writes the year 999 with three digits.
        return moment.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="microseconds") + "Z"
    except OverflowError:
        raise InvalidInput(f"{moment.isoformat()} is out of range in UTC") from None


def parse_time(text: str) -> datetime:
    """Return the moment that :data:`Time` text names; the one accepted spelling, strictly.

    Raises:
        InvalidInput: other spelling, or no such date.
    """
    try:
        if _TIME.fullmatch(text) is None:
            raise ValueError
        # Much faster than strptime, and every entry of every replay passes here.
        return datetime.fromisoformat(text)
    except ValueError:
        raise InvalidInput(f"not a UTC time like 2026-11-20T18:25:38.187329Z: {text!r}") from None


def microseconds(moment: datetime) -> int:
    """Return an aware moment as whole microseconds since 1970, exactly."""
    return (moment - _EPOCH) // timedelta(microseconds=1)


def from_microseconds(micros: int) -> datetime:
    """Return the moment that :func:`microseconds` was given."""
    return _EPOCH + timedelta(microseconds=micros)
