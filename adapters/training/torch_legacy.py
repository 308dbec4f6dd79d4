"""The older file of torch, before it wrote zip archives: pickles in a row, then raw numbers.

In order: a magic number, a protocol version, facts about the machine, the object, and the keys of
its storages, each a pickle; then for every key eight bytes with a count of numbers (little-endian)
and the numbers. Source: ``torch/serialization.py``, ``_legacy_save``.
"""

from pathlib import Path
from typing import BinaryIO, Final, cast

from oneseek.adapters.training.pickle_machine import read_pickle
from oneseek.adapters.training.pickle_names import BYTES
from oneseek.adapters.training.pickle_values import Refused, Storage

MAGIC: Final = 0x1950A86A20F9469CFC6C
MAX_PICKLE: Final = 64 * 1024 * 1024


class _Window:
    """A file that gives no more than it has: a pickle may announce a text of any length."""

    def __init__(self, stream: BinaryIO, limit: int) -> None:
        self._stream, self._left = stream, limit

    def read(self, count: int = -1) -> bytes:
        data = self._stream.read(self._left if count < 0 else min(count, self._left))
        self._left -= len(data)
        return data

    def readline(self) -> bytes:
        data = self._stream.readline(self._left)
        self._left -= len(data)
        return data

    def tell(self) -> int:
        return self._stream.tell()


def read_torch_legacy(file: Path) -> tuple[object, dict[str, Storage]]:
    """Return the object in ``file``, and its storages by key; every number of them is there.

    Raises:
        Refused: it wants more than tensors and plain values, is damaged, or is no file of torch.
        OSError: the disk refused.
    """
    with file.open("rb") as stream:
        size = stream.seek(0, 2)
        stream.seek(0)
        window = cast(BinaryIO, _Window(stream, min(size, MAX_PICKLE)))
        # type(…), because a list could be equal to whatever it likes only in Python.
        magic = read_pickle(window)
        if type(magic) is not int or magic != MAGIC:
            raise Refused("it is a pickle, but torch did not write it")
        version, _ = read_pickle(window), read_pickle(window)
        if type(version) is not int or version != 1001:
            raise Refused("it is a torch file of an unknown version")
        storages: dict[str, Storage] = {}
        root = read_pickle(window, storages)
        keys = read_pickle(window)
        _check_storages(stream, keys, storages, size)
    return root, storages


def _check_storages(
    stream: BinaryIO, keys: object, storages: dict[str, Storage], size: int
) -> None:
    if type(keys) is not list or not all(type(key) is str for key in keys):
        raise Refused("its list of storages is damaged")
    if sorted(keys) != sorted(storages):
        raise Refused("its pickle describes other storages than it lists")
    position = stream.tell()
    for key in keys:
        stream.seek(position)
        count = int.from_bytes(stream.read(8), "little")
        if count != storages[key].count:
            raise Refused("a storage has another length than its pickle says")
        position += 8 + count * BYTES[storages[key].dtype]
        if position > size:
            raise Refused("it is cut short: numbers of its storages are missing")
