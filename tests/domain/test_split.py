import math
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oneseek.domain.errors import InvalidInput
from oneseek.domain.rows import Row
from oneseek.domain.split import split_rows

SHARES = st.floats(0, 1, exclude_max=True)


def rows(count: int) -> list[Row]:
    return [Row(number, f"question {number}", "", "answer") for number in range(1, count + 1)]


@given(st.integers(2, 60), SHARES, st.integers(0, 2**32))
def test_every_row_is_on_one_side_in_file_order(count: int, share: float, seed: int) -> None:
    trained, held_out = split_rows(rows(count), share, seed)
    assert sorted((*trained, *held_out), key=lambda row: row.number) == rows(count)
    for side in (trained, held_out):
        assert list(side) == sorted(side, key=lambda row: row.number)


@given(st.integers(2, 60), SHARES.filter(bool), st.integers(0, 2**32))
def test_a_share_holds_out_about_so_many_but_never_none_or_all(
    count: int, share: float, seed: int
) -> None:
    trained, held_out = split_rows(rows(count), share, seed)
    assert trained
    assert held_out
    wanted = min(max(1.0, count * share), count - 1.0)
    assert abs(len(held_out) - wanted) <= 0.5


@given(st.integers(2, 40), st.floats(0.01, 0.9), st.integers(0, 2**32), st.randoms())
def test_the_same_rows_are_held_out_in_whatever_order_they_come(
    count: int, share: float, seed: int, random: Random
) -> None:
    shuffled = rows(count)
    random.shuffle(shuffled)
    assert set(split_rows(shuffled, share, seed)[1]) == set(split_rows(rows(count), share, seed)[1])


@given(st.integers(2, 40), st.floats(0.01, 0.9), st.floats(0.01, 0.9), st.integers(0, 2**32))
def test_a_larger_share_holds_out_the_same_rows_and_more(
    count: int, one: float, other: float, seed: int
) -> None:
    smaller, larger = sorted((one, other))
    held_out = set(split_rows(rows(count), smaller, seed)[1])
    assert held_out <= set(split_rows(rows(count), larger, seed)[1])


def test_the_split_of_a_seed_never_changes() -> None:
    """It is part of a recipe: the same rows must be held out by every later version."""
    held_out = [row.number for row in split_rows(rows(50), 0.1, 42)[1]]
    assert held_out == [1, 13, 29, 41, 45]
    assert [row.number for row in split_rows(rows(50), 0.1, 43)[1]] != held_out


@given(
    st.lists(st.sampled_from(["a", "b", "c", "d"]), min_size=2, max_size=20),
    SHARES.filter(bool),
    st.integers(0, 2**32),
)
def test_no_text_is_both_trained_on_and_held_out(texts: list[str], share: float, seed: int) -> None:
    repeated = [Row(number, text, "", "answer") for number, text in enumerate(texts, 1)]
    if len(set(texts)) < 2:
        with pytest.raises(InvalidInput):
            split_rows(repeated, share, seed)
        return
    trained, held_out = split_rows(repeated, share, seed)
    assert len(trained) + len(held_out) == len(texts)
    assert {row.instruction for row in trained}.isdisjoint(row.instruction for row in held_out)
    assert trained
    assert held_out


def test_no_share_holds_out_nothing() -> None:
    assert split_rows(rows(1), 0, 1) == (tuple(rows(1)), ())
    assert split_rows([], 0, 1) == ((), ())


@pytest.mark.parametrize("share", [-0.1, 1, 1.5, math.nan, math.inf])
def test_a_share_out_of_range_is_refused(share: float) -> None:
    with pytest.raises(InvalidInput, match="share"):
        split_rows(rows(10), share, 1)


@pytest.mark.parametrize("count", [0, 1])
def test_less_than_two_rows_cannot_be_shared(count: int) -> None:
    with pytest.raises(InvalidInput, match="cannot be split"):
        split_rows(rows(count), 0.5, 1)
