import pytest
from hypothesis import given

from legacy_names import NUMBERS, parts, read, reason
from oneseek.migrations.rules.legacy_name import Broken
from oneseek.migrations.rules.name_numbers import read_numbers

TWO = {"generation": "L2", "model": "oneseek-7b-zero", "major": 1, "minor": 0, "extension": ".json"}


@pytest.mark.parametrize(
    ("text", "more", "remark"),
    [
        ("oneseek-7b-zero-v1.0..json", {}, "a dot too many"),
        (
            "oneseek-7b-zero-v1.0.141521.json",
            {"hashes": ("141521",)},
            "a hash that starts with digits was taken for a version: '141521'",
        ),
        (
            "oneseek-7b-zero-v1.0.12345678.90.json",
            {"hashes": ("12345678", "90")},
            "a hash that starts with digits was taken for a version: '12345678.90'",
        ),
        ("oneseek-7b-zero-v1.0.12345678..json", {"hashes": ("12345678",)}, "a dot too many"),
        ("oneseek-7b-zero-v1.0.007.json", {"hashes": ("007",)}, "was taken for a version: '007'"),
        ("oneseek-7b-zero-v1.0.3.json", {"patch": 3}, "may be the first digits of a hash"),
        ("oneseek-7b-zero-v1.00.json", {}, "zeros in front"),
    ],
)
def test_what_old_parsers_left_behind_a_version_is_told(
    text: str, more: dict[str, object], remark: str
) -> None:
    assert parts(text) == TWO | more
    assert remark in " ".join(read(text).remarks)


def test_a_version_of_one_number_may_have_been_cut_at_its_first_dot() -> None:
    name = read("oneseek-7b-zero-v1.json")
    assert (name.major, name.minor, name.version) == (1, None, "1")
    assert "missing or was cut off" in name.remarks[0]


def test_eight_digits_where_a_hash_belongs_are_a_hash() -> None:
    name = read("OneSeek-7B-Zero.v1.0.12345678.87654321.11112222")
    assert (name.generation, name.version) == ("D1", "1.0")
    assert name.hashes == ("12345678", "87654321", "11112222")
    assert "read as a hash" in name.remarks[0]


def test_three_numbers_in_front_of_a_dna_are_a_version_of_three_numbers() -> None:
    name = read("OneSeek-7B-Zero.v1.0.141521.sv.dsciv.79171dc2.3a95b79b")
    assert (name.version, name.hashes) == ("1.0.141521", ("79171dc2", "3a95b79b"))


def test_numbers_beyond_reason_are_refused_by_name() -> None:
    assert reason("oneseek-7b-zero-v1.1234567890.json") == (
        "the number '1234567890' has 10 digits, which no version has"
    )
    assert "more than three numbers" in reason("OneSeek-7B-Zero.v1.0.2.3.sv.dsab.79171dc2.3a95b79b")


def test_without_a_name_in_front_three_numbers_are_just_that() -> None:
    assert read_numbers("1.0.141521", named=False).patch == 141521


def test_a_text_without_a_number_is_refused() -> None:
    with pytest.raises(Broken, match="no version number stands at the start of 'x'"):
        read_numbers("x")


@given(NUMBERS, NUMBERS)
def test_two_numbers_are_read_back(major: int, minor: int) -> None:
    numbers = read_numbers(f"{major}.{minor}")
    assert (numbers.major, numbers.minor, numbers.patch) == (major, minor, None)
    assert (numbers.cut, numbers.rest, numbers.remarks) == ((), "", ())
