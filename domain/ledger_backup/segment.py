"""Segments: the entries of a ledger in pieces of 4,096, with the checkpoints that end in them.

A segment is compressed with zlib (RFC 1950). Unpacked it is lines, each ended by one newline::

    oneseek-ledger-segment/v1 4096 8192 3
    {"kind":"query-answered/v1",…}         one line for each entry, its exact bytes
    [4097,"example.org/log\\n4097\\n…"]      one line for each checkpoint: size and note, as JSON

The first line has the first index, the one behind the last, and the number of checkpoints. A
checkpoint of size N lies in the segment that holds entry N - 1. Canonical entries have no raw
newline, so no byte of them has to be changed. A full segment never changes: the next backup sends
only what is new.
"""

import zlib
from collections.abc import Sequence
from dataclasses import dataclass

import msgspec

from oneseek.domain.entry import MAX_ENTRY_BYTES
from oneseek.domain.errors import FoundDamage, InvalidInput

SEGMENT_ENTRIES = 4096
"""Entries in a full segment. Its first index is a multiple of it."""

_TAG = b"oneseek-ledger-segment/v1"
_NOTE_BYTES = 4096
"""A checkpoint of ours has some 300 bytes."""
_MOST_BYTES = SEGMENT_ENTRIES * (MAX_ENTRY_BYTES + _NOTE_BYTES)
"""Unpacked: a bomb must not fill the memory."""


@dataclass(frozen=True, slots=True)
class Segment:
    """Entries from index ``start`` on, and the size and note of each checkpoint among them."""

    start: int
    entries: Sequence[bytes]
    checkpoints: Sequence[tuple[int, bytes]]

    @property
    def stop(self) -> int:
        """The index behind the last entry."""
        return self.start + len(self.entries)

    def pack(self) -> bytes:
        """Return the compressed bytes.

        Raises:
            InvalidInput: an entry has a newline: it is none of ours.
        """
        if any(b"\n" in raw for raw in self.entries):
            raise InvalidInput(f"an entry between {self.start} and {self.stop} has two lines")
        head = b"%s %d %d %d" % (_TAG, self.start, self.stop, len(self.checkpoints))
        notes = [
            msgspec.json.encode((size, note.decode("utf-8"))) for size, note in self.checkpoints
        ]
        return zlib.compress(b"".join(line + b"\n" for line in (head, *self.entries, *notes)), 6)

    @classmethod
    def unpack(cls, data: bytes) -> "Segment":
        """Return the segment that ``data`` holds. Nothing of it is verified but its form.

        Raises:
            FoundDamage: it is not a segment.
        """
        try:
            unpacker = zlib.decompressobj()
            text = unpacker.decompress(data, _MOST_BYTES)
        except zlib.error as error:
            raise FoundDamage(f"a segment of a ledger cannot be unpacked: {error}") from None
        if not unpacker.eof or unpacker.unused_data:
            raise FoundDamage("a segment of a ledger is cut off, or goes on too long")
        head, *lines = text.split(b"\n")
        try:
            tag, *numbers = head.split(b" ")
            start, stop, notes = map(int, numbers)
            if tag != _TAG or lines.pop() or len(lines) != stop - start + notes or notes < 0:
                raise ValueError("its first line does not fit the others")
            found = [msgspec.json.decode(line, type=tuple[int, str])
                     for line in lines[stop - start :]]  # fmt: skip
        except (ValueError, msgspec.MsgspecError) as error:
            raise FoundDamage(f"a segment of a ledger cannot be read: {error}") from None
        checkpoints = [(size, note.encode()) for size, note in found]
        return cls(start, lines[: stop - start], checkpoints)
