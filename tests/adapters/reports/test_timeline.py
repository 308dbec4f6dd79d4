"""Where bars and dates stand."""

from typing import Any

import pytest

from oneseek.adapters.reports.timeline import MOST_LANES, NOTHING, OTHERS, timeline


def period(start: str, until: str | None, active: str | None) -> dict[str, Any]:
    return {"from": f"{start}.000000Z", "until": until and f"{until}.000000Z", "active": active}


def test_bars_touch_and_are_as_long_as_their_periods() -> None:
    found = timeline(
        [
            period("2026-01-01T00:00:00", "2026-01-02T00:00:00", None),
            period("2026-01-02T00:00:00", "2026-01-04T00:00:00", "a"),
            period("2026-01-04T00:00:00", None, "b"),
        ],
        [{"time": "2026-01-04T00:00:00.000000Z", "what": "withdrawal"}],
        "2026-01-05T00:00:00.000000Z",
    )
    assert found is not None
    assert found.lanes == (NOTHING, "a", "b")
    assert [bar.lane for bar in found.bars] == [0, 1, 2]
    assert [bar.active for bar in found.bars] == [False, True, True]
    first, second, third = found.bars
    assert first.x + first.width == pytest.approx(second.x)
    assert second.width == pytest.approx(2 * first.width, abs=0.2)
    assert third.x + third.width == pytest.approx(found.width - 10, abs=0.2)
    assert [mark.label for mark in found.dates] == ["2026-01-02", "2026-01-03", "2026-01-04"]
    assert [(mark.x, mark.label) for mark in found.events] == [
        (third.x, "withdrawal, 2026-01-04T00:00:00.000000Z")
    ]


def test_many_versions_share_the_last_lane() -> None:
    periods = [
        period(f"2026-01-01T00:{n:02d}:00", f"2026-01-01T00:{n + 1:02d}:00", f"v{n}")
        for n in range(30)
    ]
    found = timeline(periods, [], "2026-01-01T00:30:00.000000Z")
    assert found is not None
    assert (len(found.lanes), found.lanes[-1]) == (MOST_LANES, OTHERS)
    assert found.bars[-1].lane == MOST_LANES - 1


@pytest.mark.parametrize("length", ["00:00:00", "00:00:03", "00:59:00", "23:00:00"])
def test_no_history_is_too_short_and_dates_stay_few(length: str) -> None:
    start = "2026-01-01T00:00:00"
    found = timeline([period(start, None, "a")], [], f"2026-01-01T{length}.000000Z")
    assert found is not None
    assert 0 <= len(found.dates) <= 8
    assert found.bars[0].width >= 2


def test_decades_have_few_dates_too() -> None:
    found = timeline([period("2026-01-01T00:00:00", None, "a")], [], "2066-01-01T00:00:00.000000Z")
    assert found is not None
    assert len(found.dates) <= 8


@pytest.mark.parametrize("end", [None, "never"])
def test_what_is_no_time_cannot_be_drawn(end: str | None) -> None:
    assert timeline([period("2026-01-01T00:00:00", None, "a")], [], end) is None
    assert timeline([], [], "2026-01-01T00:00:00.000000Z") is None


@pytest.mark.parametrize("start", ["2026-01-01", "9985-01-01", "9999-12-31"])
def test_times_at_the_end_of_the_calendar_are_drawn(start: str) -> None:
    periods = [period(f"{start}T00:00:00", None, "a")]
    end = "9999-12-31T23:59:59.999999Z"
    found = timeline(periods, [{"time": end, "what": "reset"}], end)
    assert found is not None
    assert len(found.bars) == len(found.events) == 1
