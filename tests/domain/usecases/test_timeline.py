"""Time travel: which size of the ledger a moment means, and what was active then."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import builders as make
from oneseek.domain.errors import InvalidInput
from oneseek.domain.registry import REGISTRY
from oneseek.domain.usecases.timeline import activity_at, parse_moment
from oneseek.domain.values import format_time, parse_time
from workbench import Workbench

START = datetime(2026, 11, 20, 19, 0, tzinfo=UTC)


@pytest.fixture
def sized(bench: Workbench) -> Workbench:
    """Entries 2 to 6 at 19:00, 19:01, 19:01, 19:00:58 (a clock a little behind), 19:02."""
    for seconds in (0, 60, 60, 58, 120):
        bench.append(make.repaired(), time=format_time(START + timedelta(seconds=seconds)))
    return bench


@pytest.mark.parametrize(
    ("text", "size"),
    [
        ("0", 0),
        ("7", 7),
        ("007", 7),
        ("2026-11-20T18:00:00Z", 0),
        ("2026-11-20T18:59:59.999999Z", 2),
        ("2026-11-20T19:00:00Z", 3),
        ("2026-11-20T19:00:59Z", 3),
        ("2026-11-20T19:01:00Z", 6),
        ("2026-11-20T20:01:00+01:00", 6),
        ("2026-11-20T19:01:00", 6),
        ("2026-11-20 19:01", 6),
        ("2026-11-20T19:02:00Z", 7),
        ("2026-11-20", 0),
        ("2026-11-21", 7),
        ("9999-12-31T23:59:59.999999Z", 7),
        ("0001-01-01T00:00:00+14:00", 0),
    ],
)
def test_a_moment_means_a_size(sized: Workbench, text: str, size: int) -> None:
    assert parse_moment(sized.ledger, text) == size


@pytest.mark.parametrize(
    "text",
    ["", "8", "-1", "9" * 30, "9" * 5000, "²", "٣", "1.0", "yesterday", "2026-02-30", "\udcff"],
)
def test_what_is_no_moment_is_refused(sized: Workbench, text: str) -> None:
    with pytest.raises(InvalidInput):
        parse_moment(sized.ledger, text)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.integers(-10, 200))
def test_the_size_at_a_time_is_that_before_the_first_later_entry(
    sized: Workbench, seconds: int
) -> None:
    moment = START + timedelta(seconds=seconds)
    latest = datetime(1, 1, 1, tzinfo=UTC)
    size = 0
    for index, row in enumerate(sized.ledger.records()):
        time = parse_time(REGISTRY.decode(row.raw).time)
        latest = max(latest, time)
        if latest <= moment:
            size = index + 1
    assert sized.ledger.size_at(moment) == size


def test_what_was_active_at_a_size_is_what_was_last_changed_before_it(stocked: Workbench) -> None:
    start = stocked.ledger.head().size
    stocked.append(make.activated(1))
    stocked.append(make.repaired())
    stocked.append(make.activated(2))
    stocked.append(make.registry_reset())
    stocked.append(make.activated(3))
    with stocked.ledger.view() as view:
        found = [activity_at(view, size) for size in range(start, start + 6)]
    assert found[0] is None
    assert [activity.active if activity else None for activity in found[1:]] == [
        make.dna(1),
        make.dna(1),
        make.dna(2),
        None,
        make.dna(3),
    ]
    after_reset = found[4]
    assert after_reset is not None
    assert (after_reset.index, after_reset.cause) == (start + 3, "registry-reset/v1")
