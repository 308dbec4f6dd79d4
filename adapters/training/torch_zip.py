"""The zip archive in which torch keeps a pickle and the numbers of its tensors.

``torch.save`` writes one folder with ``data.pkl``, a member ``data/<key>`` for every storage, and a
few small members about the format; nothing is ever compressed
(https://docs.pytorch.org/docs/stable/notes/serialization.html). An archive that is not like that is
refused before anything in it is read: torch's own reader believes what it is told.
"""

import re
import struct
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final

from oneseek.adapters.training.pickle_values import Refused, shown

MAX_DIRECTORY: Final = 16 * 1024 * 1024
"""Bytes of the archive's list of members; 1,000 tensors take 80 kB. Each byte costs ten in memory.
"""
MAX_PICKLE: Final = 64 * 1024 * 1024
MAX_COMPRESSED: Final = 1024 * 1024
"""What compressed members may grow to, together: torch compresses none."""

_RECORDS = frozenset({"data.pkl", "version", "byteorder", ".format_version", ".storage_alignment"})
_STORAGE = re.compile(r"data/[0-9]+")
_HEADER = 30
"""Bytes before the name in front of a member."""
_END = struct.Struct("<4s4H2LH")
_END64 = struct.Struct("<4sQ2H2L4Q")
_DAMAGE = (zipfile.BadZipFile, ValueError, NotImplementedError, EOFError, struct.error, zlib.error)
_LOCATOR = struct.Struct("<4sLQL")


@dataclass(frozen=True, slots=True)
class TorchZip:
    """What an archive holds that passed the checks."""

    pickle: bytes
    storages: dict[str, int]
    """Length in bytes by key."""
    stored: bool
    """Nothing in it is compressed, so that it can be mapped into memory."""


def read_torch_zip(file: Path) -> TorchZip:
    """Return the pickle and the lengths of the storages in ``file``.

    Raises:
        Refused: it is not as torch writes it, or damaged.
        OSError: the disk refused.
    """
    with file.open("rb") as stream:
        size = _check_directory(stream)
        try:
            with zipfile.ZipFile(stream) as archive:
                return _read(archive, size)
        except _DAMAGE:
            raise Refused("its zip archive is cut short or damaged") from None


def _check_directory(stream: BinaryIO) -> int:
    """Check the length of the list of members, which is read as a whole; return the file's size."""
    size = stream.seek(0, 2)
    stream.seek(max(0, size - _END.size - _LOCATOR.size))
    tail = stream.read()
    end = tail[-_END.size :]
    if len(tail) < _END.size or not end.startswith(b"PK\5\6") or end[-2:] != b"\0\0":
        raise Refused("its zip archive is cut short, or something follows it")
    length = _END.unpack(end)[5]
    locator = tail[: -_END.size]
    if locator.startswith(b"PK\6\7") and len(locator) == _LOCATOR.size:
        stream.seek(min(_LOCATOR.unpack(locator)[2], size))
        end64 = stream.read(_END64.size)
        if len(end64) < _END64.size or not end64.startswith(b"PK\6\6"):
            raise Refused("its zip archive is damaged")
        length = max(_END64.unpack(end64)[8], 0 if length == 0xFFFFFFFF else length)
    if length > MAX_DIRECTORY:
        raise Refused(f"its zip archive lists members in {length} bytes")
    return size


def _read(archive: zipfile.ZipFile, size: int) -> TorchZip:
    members = archive.infolist()
    _check_layout(members, size)
    names = [member.filename for member in members]
    if len(set(names)) != len(names):
        raise Refused("its zip archive holds two members of one name")
    folders = {name.partition("/")[0] for name in names}
    if len(folders) != 1:
        raise Refused("its zip archive is not the one folder that torch writes")
    prefix = f"{folders.pop()}/"
    found = {name.removeprefix(prefix): member for name, member in zip(names, members, strict=True)}
    for name in found:
        if name not in _RECORDS and name != ".data/serialization_id" and not _is_storage(name):
            raise Refused(f"its zip archive holds {shown(name)}, which torch does not write")
    if "data.pkl" not in found:
        raise Refused("its zip archive holds no data.pkl")
    if found["data.pkl"].file_size > MAX_PICKLE:
        raise Refused(f"its pickle of {found['data.pkl'].file_size} bytes is too large to be real")
    return TorchZip(
        pickle=archive.read(found["data.pkl"]),
        storages={
            name.removeprefix("data/"): member.file_size
            for name, member in found.items()
            if _is_storage(name)
        },
        stored=all(member.compress_type == zipfile.ZIP_STORED for member in members),
    )


def _is_storage(name: str) -> bool:
    return _STORAGE.fullmatch(name) is not None


def _check_layout(members: list[zipfile.ZipInfo], size: int) -> None:
    """Check that members lie one after the other, and that none grows beyond what is there."""
    compressed, position = 0, 0
    for member in sorted(members, key=lambda each: each.header_offset):
        if member.flag_bits & 0x1:
            raise Refused("its zip archive is encrypted")
        if member.header_offset < position or (position == 0 and member.header_offset != 0):
            raise Refused("members of its zip archive overlap, or something stands before them")
        position = member.header_offset + _HEADER + member.compress_size
        if member.compress_type == zipfile.ZIP_STORED:
            if member.file_size != member.compress_size:
                raise Refused("its zip archive lies about the size of a member")
        else:
            compressed += member.file_size
    if position > size:
        raise Refused("its zip archive is cut short")
    if compressed > MAX_COMPRESSED:
        raise Refused(
            f"its zip archive holds compressed members that grow to {compressed} bytes; "
            "torch compresses nothing"
        )
