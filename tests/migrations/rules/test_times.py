from datetime import UTC, datetime

import pytest

from oneseek.migrations.rules.times import read_time


@pytest.mark.parametrize(
    ("field", "text", "zone", "moment"),
    [
        ("createdAt", "2026-11-20T18:25:38.187329Z", "utc", "2026-11-20T18:25:38.187329"),
        ("createdAt", "2025-11-22T00:13:11.127Z", "utc", "2025-11-22T00:13:11.127"),
        ("created_at", "2025-11-20T12:00:00Z", "utc", "2025-11-20T12:00:00"),
        ("timestamp", "2026-11-20T18:30:33.818173+00:00", "utc", "2026-11-20T18:30:33.818173"),
        ("timestamp", "2026-11-20T18:30:33+01:00", "offset", "2026-11-20T17:30:33"),
        ("timestamp", "2026-11-20T18:30:33-0230", "offset", "2026-11-20T21:00:33"),
        ("timestamp", "2026-11-20T18:24:54.881317", "local", None),
        ("timestamp", "2026-11-20 18:24", "local", None),
        ("date", "2026-11-20", "local", None),
        ("trainingDuration.startTime", "2026-11-20T18:24:54.881431Z", "false-z", None),
        ("trainingDuration.endTime", "2026-11-20T18:25:38.176687Z", "false-z", None),
        ("ledger_proof.createdAt", "2026-11-20T18:24:29.850219Z", "false-z", None),
        # A program that is not one of the two that lie keeps its trust.
        ("ledger_proof.createdAt", "2026-11-20T18:24:29+00:00", "utc", "2026-11-20T18:24:29"),
        ("timestamp", "2026-11-20T18:24:54.123456789Z", "utc", "2026-11-20T18:24:54.123456"),
    ],
)
def test_a_zone_is_what_the_field_and_the_text_say(
    field: str, text: str, zone: str, moment: str | None
) -> None:
    read = read_time(text, field=field)
    assert (read.text, read.zone) == (text, zone)
    expected = datetime.fromisoformat(moment).replace(tzinfo=UTC) if moment else None
    assert read.moment == expected


def test_the_clock_is_read_where_the_zone_is_not_known() -> None:
    read = read_time("2026-11-20T18:24:54.881431Z", field="trainingDuration.startTime")
    assert read.clock == datetime(2026, 11, 20, 18, 24, 54, 881431)
    assert "false Z" in read.remark


@pytest.mark.parametrize(
    "text",
    ["", "yesterday", "2026-13-01T00:00:00Z", "2026-11-20T25:00:00", "0000-00-00T00:00:00Z",
     "2026-11-20T18:24:54+99:99", "0001-01-01T00:00:00+23:00", "9999-12-31T23:59:59-23:00",
     "٢٠٢٦-11-20T18:24:54Z", "2026-11-20T18:24:54Z\n", "2026-02-30"],
)  # fmt: skip
def test_what_is_no_time_has_no_zone(text: str) -> None:
    read = read_time(text, field="createdAt")
    assert (read.zone, read.moment, read.clock) == (None, None, None)
    assert read.remark
