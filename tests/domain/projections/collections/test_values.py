"""Values of fields: moments, marks, and numbers that were measured or were not."""

from datetime import UTC, datetime

import pytest

import builders as make
from oneseek.domain.projections.collections.values import (
    mark_fields,
    measured,
    metric_fields,
    moment,
)


def test_a_time_is_an_aware_moment_with_microseconds() -> None:
    expected = datetime(2026, 11, 20, 18, 25, 38, 187329, tzinfo=UTC)
    assert moment(make.TIME) == expected
    assert mark_fields((make.TIME, 7)) == {"timestamp": expected, "ledgerIndex": 7}
    assert moment(None) is None
    assert mark_fields(None) is None


@pytest.mark.parametrize(
    ("text", "value"), [("1.25", 1.25), ("2e-05", 2e-05), (None, None), ("1e+999", None)]
)
def test_a_number_is_what_was_measured_or_null(text: str | None, value: float | None) -> None:
    assert measured(text) == value


def test_nobody_makes_up_fairness_bias_or_consensus() -> None:
    unknown = {"fairness": None, "bias": None, "consensus": None}
    assert metric_fields(None) == unknown | {"accuracy": None}
    fields = metric_fields(make.METRICS)
    assert unknown.items() <= fields.items()
    assert (fields["accuracy"], fields["tokenAccuracy"]) == (0.75, 0.75)
    assert (fields["loss"], fields["perplexity"], fields["exactMatch"]) == (1.25, 3.49, None)
    assert (fields["rows"], fields["tokens"]) == (5, 80)
