"""Names of checkpoints, and when one is due."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oneseek.domain.checkpoint_names import Often, daily_name, parse_often, weekly_name
from oneseek.domain.errors import InvalidInput

NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


def test_a_day_has_the_historic_name() -> None:
    assert daily_name(date(2026, 11, 20)) == "checkpoint-2026-11-20"


@pytest.mark.parametrize(
    ("day", "name"),
    [
        (date(2026, 11, 20), "checkpoint-2026-week-47"),
        (date(2026, 1, 1), "checkpoint-2026-week-01"),
        (date(2024, 12, 30), "checkpoint-2025-week-01"),
        (date(2027, 1, 3), "checkpoint-2026-week-53"),
        (date(2021, 1, 1), "checkpoint-2020-week-53"),
    ],
)
def test_a_week_belongs_to_the_year_that_iso_8601_says(day: date, name: str) -> None:
    assert weekly_name(day) == name


@given(st.dates(min_value=date(1970, 1, 1)), st.dates(min_value=date(1970, 1, 1)))
def test_names_sort_as_days_do_and_are_shared_by_a_day_or_a_week_alone(a: date, b: date) -> None:
    assert (daily_name(a) < daily_name(b)) == (a < b)
    mondays = [day - timedelta(days=day.weekday()) for day in (a, b)]
    assert (weekly_name(a) == weekly_name(b)) == (mondays[0] == mondays[1])
    assert (weekly_name(a) < weekly_name(b)) == (mondays[0] < mondays[1])


def test_the_state_is_due_after_so_many_steps_or_minutes_or_when_a_day_has_begun() -> None:
    steps, minutes, seldom = Often(steps=5), Often(minutes=30), Often(minutes=None)
    assert [step for step in range(1, 12) if steps.due(step, NOON, NOON)] == [5, 10]
    assert not minutes.due(5, NOON, NOON + timedelta(minutes=29, seconds=59))
    assert minutes.due(5, NOON, NOON + timedelta(minutes=30))
    last = NOON + timedelta(hours=11, minutes=59)
    for often in (steps, minutes, seldom):
        assert not often.due(1, last, last)
        assert often.due(1, last, last + timedelta(minutes=1))


def test_how_often_is_said_in_steps_or_minutes() -> None:
    assert parse_often("200") == Often(steps=200, minutes=None)
    assert parse_often("30m") == Often(steps=None, minutes=30)


@pytest.mark.parametrize("text", ["", "0", "0m", "-3", "m", "1.5", "²", "30 m", "1h", "9" * 30])
def test_what_says_not_how_often_is_refused(text: str) -> None:
    with pytest.raises(InvalidInput, match="how often"):
        parse_often(text)
