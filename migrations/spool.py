"""A list on disk: what a source of a hundred thousand files gives need not fit into memory.

The file has no name, so that nothing is left behind whatever ends the process.
"""

import tempfile
from collections.abc import Iterator
from typing import Generic, TypeVar

import msgspec

T = TypeVar("T")
_LENGTH = 8


class Spool(Generic[T]):
    """Values of one type in the order in which they were added; each can be found again."""

    def __init__(self, kind: type[T]) -> None:
        self._file = tempfile.TemporaryFile()  # noqa: SIM115 - it lives as long as this object
        self._encoder = msgspec.msgpack.Encoder()
        self._decoder = msgspec.msgpack.Decoder(kind)
        self._end = 0
        self._count = 0

    def add(self, value: T) -> int:
        """Keep ``value``; return the place to find it again at."""
        raw = self._encoder.encode(value)
        place = self._end
        self._file.seek(place)
        self._file.write(len(raw).to_bytes(_LENGTH, "little") + raw)
        self._end += _LENGTH + len(raw)
        self._count += 1
        return place

    def at(self, place: int) -> T:
        """Return the value that :meth:`add` gave ``place`` for."""
        return self._read(place)[0]

    def __iter__(self) -> Iterator[T]:
        place = 0
        while place < self._end:
            value, place = self._read(place)
            yield value

    def __len__(self) -> int:
        return self._count

    def _read(self, place: int) -> tuple[T, int]:
        self._file.seek(place)
        size = int.from_bytes(self._file.read(_LENGTH), "little")
        return self._decoder.decode(self._file.read(size)), place + _LENGTH + size
