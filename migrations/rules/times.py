"""Times of old records: UTC, with an offset, local without a zone, and local with a false ``Z``.

The Python programs wrote local time without a zone. Two places put a ``Z`` behind it that is not
true: ``trainingDuration`` in the metadata of a certified model and ``createdAt`` in the ledger
proof beside the models. Everything else with a ``Z`` came from a clock in UTC.
"""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone

UTC_ZONE, OFFSET_ZONE, LOCAL_ZONE, FALSE_Z_ZONE = "utc", "offset", "local", "false-z"

FALSE_Z_FIELDS = frozenset(
    ("trainingDuration.startTime", "trainingDuration.endTime", "ledger_proof.createdAt")
)
"""Fields whose ``Z`` stands behind the local time of a machine in an unknown zone."""

_ISO = re.compile(
    r"(\d{4})-(\d\d)-(\d\d)[T ](\d\d):(\d\d)(?::(\d\d)(?:[.,](\d{1,9}))?)?"
    r"(Z|z|[+-]\d\d:?\d\d(?::\d\d)?)?",
    re.ASCII,
)
_DATE = re.compile(r"(\d{4})-(\d\d)-(\d\d)", re.ASCII)


@dataclass(frozen=True, slots=True)
class LegacyTime:
    """A time as a record gives it, and how far it can be trusted."""

    text: str
    zone: str | None
    """``utc``, ``offset``, ``local`` or ``false-z``; None where the text is no time."""
    moment: datetime | None
    """The moment in UTC; None where the zone is not known."""
    clock: datetime | None
    """What the clock of the writer showed, without a zone; None where the text is no time."""
    remark: str
    """One sentence."""


def read_time(text: str, *, field: str) -> LegacyTime:
    """Read a time. ``field`` is its name in the record, with the record's where it matters.

    Raises nothing: a text that is no time has no zone and says so.
    """
    if (date := _DATE.fullmatch(text)) is not None and (day := _clock(date.groups())) is not None:
        return LegacyTime(text, LOCAL_ZONE, None, day, "a date without a time of day or a zone")
    found = _ISO.fullmatch(text)
    clock = _clock(found.groups()[:7]) if found else None
    if found is None or clock is None:
        return LegacyTime(text, None, None, None, "this is no time that can be read")
    mark = found[8]
    if mark is None:
        return LegacyTime(text, LOCAL_ZONE, None, clock, "local time; the zone is not known")
    if mark in "Zz" and field in FALSE_Z_FIELDS:
        remark = f"local time: the old program put a false Z behind {field}; the zone is not known"
        return LegacyTime(text, FALSE_Z_ZONE, None, clock, remark)
    if mark in "Zz":
        return LegacyTime(text, UTC_ZONE, clock.replace(tzinfo=UTC), clock, "UTC")
    return _with_offset(text, clock, mark)


def _with_offset(text: str, clock: datetime, mark: str) -> LegacyTime:
    digits = mark[1:].replace(":", "").ljust(6, "0")
    offset = timedelta(
        hours=int(digits[:2]), minutes=int(digits[2:4]), seconds=int(digits[4:6])
    ) * (-1 if mark[0] == "-" else 1)
    try:
        moment = clock.replace(tzinfo=timezone(offset)).astimezone(UTC)
    except (ValueError, OverflowError):
        return LegacyTime(text, None, None, None, f"{mark} is no offset of a time zone")
    if not offset:
        return LegacyTime(text, UTC_ZONE, moment, clock, "UTC, written as an offset of zero")
    return LegacyTime(text, OFFSET_ZONE, moment, clock, f"local time with its offset, {mark}")


def _clock(parts: tuple[str | None, ...]) -> datetime | None:
    year, month, day, hour, minute, second, fraction = (*parts, *[None] * 7)[:7]
    micro = int((fraction or "").ljust(6, "0")[:6])
    try:
        return datetime(
            int(year or 0),
            int(month or 0),
            int(day or 0),
            int(hour or 0),
            int(minute or 0),
            int(second or 0),
            micro,
        )
    except ValueError:
        return None
