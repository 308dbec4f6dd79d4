"""Segments: the exact bytes come back, and nothing else is taken for one."""

import zlib

import pytest

from oneseek.domain.errors import FoundDamage, InvalidInput
from oneseek.domain.ledger_backup.segment import Segment

SEGMENT = Segment(4096, [b'{"kind":"a"}', "åäö".encode()], [(4097, b"log\n4097\n"), (4098, b"x")])


def test_entries_and_checkpoints_come_back_byte_for_byte() -> None:
    found = Segment.unpack(SEGMENT.pack())

    assert found == SEGMENT
    assert found.stop == 4098


def test_the_same_entries_give_the_same_bytes() -> None:
    assert SEGMENT.pack() == Segment(4096, list(SEGMENT.entries), SEGMENT.checkpoints).pack()


def test_an_entry_of_two_lines_is_not_packed() -> None:
    with pytest.raises(InvalidInput, match="two lines"):
        Segment(0, [b"one\ntwo"], []).pack()


HEAD = b"oneseek-ledger-segment/v1 0 1 0\n"


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"no zlib", "unpacked"),
        (SEGMENT.pack()[:-3], "cut off"),
        (SEGMENT.pack() + b"more", "cut off"),
        (zlib.compress(b"another format 0 0 0\n"), "read"),
        (zlib.compress(HEAD), "first line"),
        (zlib.compress(HEAD + b"entry\nsurplus\n"), "first line"),
        (zlib.compress(HEAD + b"entry without an end"), "first line"),
        (zlib.compress(b"oneseek-ledger-segment/v1 0 3 -2\na\n"), "first line"),
        (zlib.compress(b"oneseek-ledger-segment/v1 0 0 1\nno json\n"), "read"),
        (zlib.compress(b"oneseek-ledger-segment/v1 0 zero 0\n"), "read"),
    ],
)
def test_what_is_no_segment_is_refused(data: bytes, words: str) -> None:
    with pytest.raises(FoundDamage, match=words):
        Segment.unpack(data)
