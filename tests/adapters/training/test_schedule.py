import pytest

from oneseek.adapters.training.schedule import rate_factor


def test_the_rate_rises_in_equal_parts_and_never_starts_at_zero() -> None:
    rates = [rate_factor(step, 10, 4, cosine=False) for step in range(6)]
    assert rates == [0.25, 0.5, 0.75, 1.0, 1.0, 1.0]


def test_the_cosine_falls_from_the_peak_towards_the_floor() -> None:
    rates = [rate_factor(step, 102, 2, cosine=True, floor=0.1) for step in range(2, 103)]
    assert rates[0] == 1.0
    assert rates == sorted(rates, reverse=True)
    assert rates[50] == pytest.approx(0.55)
    assert rates[-1] == pytest.approx(0.1)


def test_a_schedule_that_is_all_warm_up_works() -> None:
    assert [rate_factor(step, 2, 2, cosine=True) for step in range(2)] == [0.5, 1.0]
