"""Two entries differ in named fields."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oneseek.domain.audit.entry_difference import changed_fields, describe_bytes


@pytest.mark.parametrize(
    ("expected", "found", "fields"),
    [
        (b'{"a":1,"b":{"c":"x"}}', b'{"a":2,"b":{"c":"y"}}', [("a", "1", "2"), ("b.c", "x", "y")]),
        (b'{"a":1}', b'{"a":1,"b":null}', [("b", "absent", "null")]),
        (b'{"a":{}}', b'{}', [("a", "{}", "absent")]),
        (b'{"a":[1,2]}', b'{"a":[1,3]}', [("a", "[1,2]", "[1,3]")]),
    ],
)  # fmt: skip
def test_each_differing_field_is_named_by_its_path(
    expected: bytes, found: bytes, fields: list[tuple[str, str, str]]
) -> None:
    assert list(changed_fields(expected, found)) == fields


@pytest.mark.parametrize("found", [b'{"a": 1}', b"", b"[1]", b"\xff", b"{"])
def test_what_cannot_be_compared_by_field_is_compared_as_bytes(found: bytes) -> None:
    assert changed_fields(b'{"a":1}', found) == (
        ("bytes", describe_bytes(b'{"a":1}'), describe_bytes(found)),
    )


@given(st.binary(), st.binary())
def test_any_two_different_bytes_have_a_difference(one: bytes, other: bytes) -> None:
    assert changed_fields(one, other)
    assert changed_fields(b'{"a":1}', other)


def test_long_values_are_cut() -> None:
    ((_, expected, _),) = changed_fields(b'{"a":"' + b"x" * 999 + b'"}', b'{"a":""}')
    assert len(expected) == 201
