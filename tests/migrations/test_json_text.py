"""JSON within limits: whatever the bytes are, there is a value or a sentence."""

import json
import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oneseek.migrations.json_text import MAX_DEPTH, MAX_VALUES, read_json


def test_json_is_read_with_and_without_a_byte_order_mark() -> None:
    data = '{"språk": "sv"}'.encode()
    assert read_json(data).value == {"språk": "sv"}
    marked = read_json(b"\xef\xbb\xbf" + data)
    assert (marked.value, marked.encoding) == ({"språk": "sv"}, "utf-8-sig")


def test_latin_1_is_undecodable_and_not_guessed() -> None:
    read = read_json('{"språk": "sv"}'.encode("latin-1"))
    assert read.value is None
    assert read.problem == "undecodable: byte 5 is no UTF-8"


@pytest.mark.parametrize("data", [b"", b"{", b"\0", b'{"a": 1', b"{'a': 1}", b"\xff\xfe{\0}\0"])
def test_what_is_no_json_says_why(data: bytes) -> None:
    assert read_json(data).problem


def test_repeated_keys_are_told_of_and_the_last_one_holds() -> None:
    read = read_json(b'{"a": 1, "b": {"c": 1, "c": 2, "c": 3}, "a": 2}')
    assert read.value == {"a": 2, "b": {"c": 3}}
    assert read.repeated == ("c", "a")


def test_values_that_json_does_not_have_are_told_of() -> None:
    read = read_json(b'{"loss": NaN, "more": [Infinity, -Infinity, NaN]}')
    assert isinstance(read.value, dict)
    assert math.isnan(read.value["loss"])
    assert read.no_numbers == ("NaN", "Infinity", "-Infinity")


def test_an_integer_of_ten_thousand_digits_is_a_problem_and_no_crash() -> None:
    assert "digits" in read_json(b'{"n": ' + b"9" * 10_000 + b"}").problem


def nested(levels: int) -> bytes:
    return b"[" * levels + b"]" * levels


def test_as_many_levels_as_allowed_are_read_and_no_more() -> None:
    assert read_json(nested(MAX_DEPTH)).problem == ""
    assert "nested deeper" in read_json(nested(MAX_DEPTH + 1)).problem


@pytest.mark.parametrize("opening", [b"[", b'{"a":', b'[{"a":'])
@pytest.mark.parametrize("ends", [True, False])
def test_a_hundred_thousand_levels_are_a_problem_and_no_crash(opening: bytes, ends: bool) -> None:
    closing = b"".join({b"[": b"]", b"{": b"}"}.get(bytes([c]), b"") for c in opening[::-1])
    read = read_json(opening * 100_000 + b"1" + (closing * 100_000 if ends else b""))
    assert "nested deeper" in read.problem


def test_brackets_in_texts_are_no_levels() -> None:
    read = read_json(json.dumps({"text": "[{" * 1000, "end": "]}" * 1000, "n": [1]}).encode())
    assert read.problem == ""


def test_brackets_in_texts_hide_no_levels() -> None:
    data = b'["' + b"]" * 5000 + b'", ' + nested(5000) + b"]"
    assert "nested deeper" in read_json(data).problem


def test_a_long_text_is_read_and_a_million_values_are_too_many() -> None:
    assert read_json(b'{"text": "' + b"x" * 60_000_000 + b'"}').problem == ""
    assert "values" in read_json(b"[" + b"[]," * 20_000_000 + b"0]").problem
    assert read_json(b"[" + b"1," * (MAX_VALUES - 10) + b"1]").problem == ""


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


@given(JSON)
def test_every_value_that_python_wrote_is_read_as_python_reads_it(value: Any) -> None:
    data = json.dumps(value).encode()
    assert read_json(data).value == value


@given(st.binary())
def test_no_bytes_make_it_fail(data: bytes) -> None:
    read = read_json(data)
    assert read.problem or repr(read.value) == repr(json.loads(data.decode("utf-8-sig")))
