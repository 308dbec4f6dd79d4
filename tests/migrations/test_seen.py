"""The set that counts: whatever came before is known, and nothing else."""

import sys

from oneseek.migrations.seen import Seen


def test_every_value_is_new_once() -> None:
    seen = Seen()
    values = [("check", number, "wo") for number in range(5000)]
    assert all(seen.add(value) for value in values)
    assert not any(seen.add(value) for value in values)
    assert seen.add(("check", 5000, "wo"))


def test_hashes_that_are_zero_or_meet_in_one_slot_are_told_apart() -> None:
    seen = Seen()
    numbers = [0, 1024, 2048, -1, sys.hash_info.modulus - 1]
    assert [seen.add(number) for number in numbers] == [True] * 5
    assert [seen.add(number) for number in numbers] == [False] * 5
