import math
from datetime import UTC, datetime, timedelta, timezone

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from builders import METRICS, RECIPE
from oneseek.domain.errors import InvalidInput
from oneseek.domain.values import (
    Number,
    Time,
    format_time,
    maybe_number,
    number,
    parse_time,
    require_finite,
)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.00002, "2e-05"),
        (0.0001, "0.0001"),
        (1.0, "1.0"),
        (3, "3.0"),
        (-0.0, "-0.0"),
        (1e16, "1e+16"),
        (0.1 + 0.2, "0.30000000000000004"),
        (5e-324, "5e-324"),
        (1.7976931348623157e308, "1.7976931348623157e+308"),
    ],
)
def test_a_number_is_written_as_repr_writes_it(value: float, text: str) -> None:
    assert number(value) == text
    assert maybe_number(value) == text


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_every_finite_number_is_read_back_exactly(value: float) -> None:
    text = msgspec.convert(number(value), Number)
    assert math.copysign(1, float(text)) == math.copysign(1, value)
    assert float(text) == value


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf, 10**400])
def test_what_is_no_finite_number_is_refused(value: float) -> None:
    with pytest.raises(InvalidInput, match="not a number"):
        number(value)
    with pytest.raises(InvalidInput):
        maybe_number(value)


def test_what_was_not_measured_stays_none() -> None:
    assert maybe_number(None) is None


@given(st.datetimes(timezones=st.timezones()))
def test_every_moment_is_written_in_utc_and_read_back(moment: datetime) -> None:
    try:
        text = format_time(moment)
    except InvalidInput:
        assert moment.year in (1, 9999)  # in UTC it is in the year before, or after
        return
    assert msgspec.convert(text, Time) == text
    assert len(text) == len("2026-11-20T18:25:38.187329Z")
    assert parse_time(text) == moment.astimezone(UTC)


@given(st.datetimes(timezones=st.just(UTC)), st.datetimes(timezones=st.just(UTC)))
def test_times_sort_as_their_texts_do(one: datetime, other: datetime) -> None:
    assert (one < other) == (format_time(one) < format_time(other))


def test_a_time_is_converted_to_utc() -> None:
    stockholm = timezone(timedelta(hours=1))
    moment = datetime(2026, 11, 20, 19, 25, 38, 187329, stockholm)
    assert format_time(moment) == "2026-11-20T18:25:38.187329Z"
    assert format_time(moment.replace(microsecond=0)) == "2026-11-20T18:25:38.000000Z"


@pytest.mark.parametrize(
    "moment",
    [
        pytest.param(datetime(2026, 11, 20), id="without a zone"),
        pytest.param(datetime(1, 1, 1, tzinfo=timezone(timedelta(hours=1))), id="before year 1"),
        pytest.param(
            datetime(9999, 12, 31, 23, 59, tzinfo=timezone(-timedelta(hours=1))), id="after 9999"
        ),
    ],
)
def test_a_moment_that_has_no_text_is_refused(moment: datetime) -> None:
    with pytest.raises(InvalidInput):
        format_time(moment)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "2026-11-20",
        "2026-11-20T18:25:38Z",
        "2026-11-20T18:25:38.187Z",
        "2026-11-20T18:25:38.187329",
        "2026-11-20T18:25:38.187329+00:00",
        "2026-11-20t18:25:38.187329z",
        "2026-11-20 18:25:38.187329Z",
        "2026-11-20T18:25:38.187329Z\n",
        "2026-02-30T18:25:38.187329Z",
        "2026-13-01T18:25:38.187329Z",
        "2026-11-20T24:00:00.000000Z",
        "2026-11-20T23:59:60.000000Z",
        "0000-11-20T18:25:38.187329Z",
        "٢٠٢٦-11-20T18:25:38.187329Z",
    ],
)
def test_every_other_time_is_refused(text: str) -> None:
    with pytest.raises(InvalidInput, match="not a UTC time"):
        parse_time(text)


@pytest.mark.parametrize("text", ["1e+999", "-1e+400", "1" + "0" * 20 + "e+300"])
def test_a_number_beyond_every_float_has_the_form_and_is_refused_before_it_is_recorded(
    text: str,
) -> None:
    # Form and reading are released: such a text stays readable, and reads as infinite.
    assert msgspec.convert(text, Number) == text
    assert math.isinf(float(text))
    require_finite(RECIPE)
    require_finite(METRICS)
    with pytest.raises(InvalidInput, match=r"learning_rate .* is not a finite number"):
        require_finite(msgspec.structs.replace(RECIPE, learning_rate=text))
    with pytest.raises(InvalidInput, match="auto_stop_threshold"):
        require_finite(msgspec.structs.replace(RECIPE, auto_stop_threshold=text))
    with pytest.raises(InvalidInput, match="perplexity"):
        require_finite(msgspec.structs.replace(METRICS, perplexity=text))
