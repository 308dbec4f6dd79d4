"""The one spelling of a bundle's zip (PKWARE's APPNOTE.TXT, sections 4.3.7, 4.3.12 and 4.3.16).

Every field is fixed or follows from name, size and CRC: members stored, in byte order of their
names, dated 1980-01-01, regular files of mode 0644, no extra fields, no comments, no zip64. They
are not compressed: deflate writes other bytes with another version of zlib, most of a bundle is
hashes, and what is not compressed can be no bomb.
"""

import struct
from typing import NamedTuple

MAX_SIZE = 2**32 - 2**20
"""Bytes: beyond 4 GiB a zip needs extensions."""

MAX_MEMBERS = 65_534
MAX_NAME = 1200

END_SIZE = 22
END_MARK = b"PK\x05\x06"
_LOCAL = struct.Struct("<4s5H3I2H")
_CENTRAL = struct.Struct("<4s6H3I5H2I")
_END = struct.Struct("<4s4H2IH")
_NEEDED, _FLAGS, _STORED, _TIME, _DATE = 20, 0x0800, 0, 0, 0x0021
_MADE_BY = 3 << 8 | _NEEDED
_MODE = 0o100644 << 16


class Member(NamedTuple):
    """One file: its name, CRC-32, length, and where its local header begins."""

    name: str
    crc: int
    size: int
    offset: int

    @property
    def start(self) -> int:
        """Where its bytes begin."""
        return self.offset + _LOCAL.size + len(self.name.encode())


def local_header(member: Member) -> bytes:
    """Return what stands before the bytes of a member."""
    name, crc, size = member.name.encode(), member.crc, member.size
    fixed = (b"PK\x03\x04", _NEEDED, _FLAGS, _STORED, _TIME, _DATE, crc, size, size)
    return _LOCAL.pack(*fixed, len(name), 0) + name


def central_header(member: Member) -> bytes:
    """Return what the directory at the end says of a member."""
    name, crc, size = member.name.encode(), member.crc, member.size
    fixed = (b"PK\x01\x02", _MADE_BY, _NEEDED, _FLAGS, _STORED, _TIME, _DATE, crc, size, size)
    return _CENTRAL.pack(*fixed, len(name), 0, 0, 0, 0, _MODE, member.offset) + name


def end_record(count: int, size: int, offset: int) -> bytes:
    """Return the last bytes of the file."""
    return _END.pack(END_MARK, 0, 0, count, count, size, offset, 0)


def read_end(raw: bytes) -> tuple[int, int, int] | None:
    """Return count, size and offset of the directory from the last bytes; None: other spelling."""
    found = _END.unpack(raw)
    count, size, offset = found[4], found[5], found[6]
    return (count, size, offset) if end_record(count, size, offset) == raw else None


def read_central(raw: bytes, at: int) -> Member | None:
    """Return the member whose central header begins at ``at``; None: it has another spelling."""
    if at + _CENTRAL.size > len(raw):
        return None
    fields = _CENTRAL.unpack_from(raw, at)
    start, length = at + _CENTRAL.size, fields[10]
    try:
        name = raw[start : start + length].decode()
    except UnicodeDecodeError:
        return None
    member = Member(name, fields[7], fields[9], fields[16])
    wanted = central_header(member)
    return member if raw[at : at + len(wanted)] == wanted else None
