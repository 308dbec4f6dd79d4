"""A bundle is entries behind their lengths, and nothing else is one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oneseek.domain.errors import InvalidInput
from oneseek.domain.merkle.bundles import format_bundle, largest_bundle, parse_bundle

ENTRIES = st.lists(st.binary(max_size=300), min_size=1, max_size=256)


def test_the_length_comes_first_its_larger_byte_first() -> None:
    assert format_bundle([b"ab", b"", b"x" * 258]) == b"\0\2ab\0\0\1\2" + b"x" * 258


@given(ENTRIES)
def test_a_bundle_reads_back_as_what_was_written(entries: list[bytes]) -> None:
    assert parse_bundle(format_bundle(entries), len(entries)) == entries


@given(ENTRIES, st.data())
def test_a_bundle_that_was_cut_off_is_refused(entries: list[bytes], data: st.DataObject) -> None:
    whole = format_bundle(entries)
    cut = data.draw(st.integers(0, len(whole) - 1))
    with pytest.raises(InvalidInput, match="ends within entry"):
        parse_bundle(whole[:cut], len(entries))


def test_bytes_or_an_entry_behind_the_last_are_refused() -> None:
    with pytest.raises(InvalidInput, match="goes on for 3 bytes behind 1 entries"):
        parse_bundle(format_bundle([b"a", b"b"]), 1)


def test_an_entry_longer_than_allowed_is_refused() -> None:
    assert parse_bundle(format_bundle([b"abc"]), 1, 3) == [b"abc"]
    with pytest.raises(InvalidInput, match="entry 0 of the bundle has 3 bytes, more than 2"):
        parse_bundle(format_bundle([b"abc"]), 1, 2)


def test_an_entry_that_two_bytes_cannot_announce_is_not_written() -> None:
    assert len(format_bundle([bytes(65535)])) == 65537
    with pytest.raises(InvalidInput, match="65536 bytes"):
        format_bundle([bytes(65536)])


@pytest.mark.parametrize("count", [0, 257])
def test_a_bundle_holds_1_to_256_entries(count: int) -> None:
    with pytest.raises(InvalidInput, match="1 to 256"):
        format_bundle([b""] * count)
    with pytest.raises(InvalidInput, match="1 to 256"):
        parse_bundle(b"\0\0" * count, count)


def test_the_largest_bundle_has_256_of_the_largest_entries() -> None:
    assert largest_bundle(10) == len(format_bundle([bytes(10)] * 256))


@given(st.binary(max_size=600), st.integers(1, 256))
def test_any_bytes_are_a_bundle_or_a_named_error(data: bytes, width: int) -> None:
    try:
        entries = parse_bundle(data, width)
    except InvalidInput:
        return
    assert format_bundle(entries) == data
