"""Bytes, numbers and lines have one spelling."""

from base64 import b64encode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oneseek.domain.errors import InvalidInput
from oneseek.domain.note.encoding import (
    decode_base64,
    encode_base64,
    parse_decimal,
    require_line,
    require_text,
)


@given(st.binary(max_size=100))
def test_bytes_are_standard_base64(data: bytes) -> None:
    assert encode_base64(data) == b64encode(data).decode()
    assert decode_base64(encode_base64(data), "it") == data


@given(st.text(alphabet="AQZaz09+/-_= \n", max_size=12))
def test_no_two_texts_mean_the_same_bytes(text: str) -> None:
    try:
        data = decode_base64(text, "it")
    except InvalidInput:
        return
    assert encode_base64(data) == text


@given(st.integers(0, 2**63 - 1))
def test_a_number_is_read_as_python_writes_it(number: int) -> None:
    assert parse_decimal(str(number), "it") == number


@given(st.one_of(st.text(max_size=25), st.text(alphabet="0123456789-+ _.e\u0663", max_size=25)))
def test_no_two_texts_mean_the_same_number(text: str) -> None:
    try:
        number = parse_decimal(text, "it")
    except InvalidInput:
        return
    assert str(number) == text


def test_the_largest_number_is_the_last_that_a_database_holds() -> None:
    assert parse_decimal("9223372036854775807", "it") == 2**63 - 1
    with pytest.raises(InvalidInput, match="the size is not a decimal"):
        parse_decimal("9223372036854775808", "the size")


@given(st.text(max_size=30))
def test_a_text_that_is_let_through_can_be_written(text: str) -> None:
    try:
        require_text(text, "it")
    except InvalidInput:
        return
    assert text.encode().decode() == text
    assert all(character == "\n" or character >= " " for character in text)


@pytest.mark.parametrize("text", ["\0", "a\tb", "a\rb", "\x1b[0m", "\x1f", "\ud800", "a\udfff"])
def test_a_text_that_a_note_cannot_hold_is_refused(text: str) -> None:
    with pytest.raises(InvalidInput, match="half a surrogate pair"):
        require_text(text, "it")


@pytest.mark.parametrize("text", ["", "\n", "a\n", "a\nb", "a\tb"])
def test_a_line_is_one_line_and_not_empty(text: str) -> None:
    with pytest.raises(InvalidInput):
        require_line(text, "it")


def test_a_line_may_hold_any_other_character() -> None:
    require_line("åäö \u2028 \x7f \N{EM DASH}", "it")
