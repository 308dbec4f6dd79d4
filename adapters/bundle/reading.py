"""Reading a bundle's zip strictly: only the one spelling of :mod:`.zip_form` is accepted.

Nothing is unpacked and no name is used as a path. Every byte of the file belongs to a header that
is written again and compared, or to a member whose CRC and SHA-256 are computed.
"""

import hashlib
import os
import stat
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from oneseek.adapters.bundle import zip_form
from oneseek.adapters.bundle.zip_form import Member
from oneseek.domain.bundle.layout import MAX_READ
from oneseek.domain.errors import InvalidInput, OneSeekError, ProofRefused, ServiceFailed
from oneseek.domain.manifest import ManifestFile, check_path

_PIECE = 1024 * 1024
_COMMENT = 65_535
"""The longest that may stand behind the end record in a zip of any kind."""


class BundleFiles:
    """The members of an open bundle, each read once and measured."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        members = _members(file)
        self._members = {member.name: member for member in members}
        self.measured: Mapping[str, ManifestFile] = {
            member.name: _measure(file, member) for member in members
        }

    def read(self, path: str) -> bytes:
        """Return the bytes of a member. Raises ProofRefused for one that is far too large."""
        member = self._members[path]
        if member.size > MAX_READ:
            raise ProofRefused(f"{path} has {member.size} bytes, more than {MAX_READ}")
        self._file.seek(member.start)
        return self._file.read(member.size)


@contextmanager
def open_bundle(path: Path) -> Iterator[BundleFiles]:
    """Open the bundle at ``path`` and check its form.

    Raises:
        InvalidInput: there is no such file, or it is no zip at all.
        ProofRefused: it is a zip, but not in the one spelling.
        ServiceFailed: it cannot be read.
    """
    try:
        with path.open("rb") as file:
            if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
                raise InvalidInput(f"{path} is no file")
            yield BundleFiles(file)
    except FileNotFoundError:
        raise InvalidInput(f"there is no file {path}") from None
    except IsADirectoryError:
        raise InvalidInput(f"{path} is a folder, not a bundle") from None
    except OSError as error:
        raise ServiceFailed(f"{path} cannot be read: {error.strerror}") from None


def _members(file: BinaryIO) -> list[Member]:
    """Return the members in order; every byte between them belongs to a header."""
    length = file.seek(0, os.SEEK_END)
    file.seek(max(length - zip_form.END_SIZE - _COMMENT, 0))
    tail = file.read()
    if zip_form.END_MARK not in tail:
        raise InvalidInput("this is no bundle: it is no zip file")
    end = zip_form.read_end(tail[-zip_form.END_SIZE :]) if length >= zip_form.END_SIZE else None
    if end is None:
        raise ProofRefused("the zip does not end with its end record, or that is no plain one")
    count, size, offset = end
    if length > zip_form.MAX_SIZE or count > zip_form.MAX_MEMBERS:
        raise ProofRefused(f"the zip has {length} bytes and {count} members: too large")
    if offset + size + zip_form.END_SIZE != length:
        raise ProofRefused("the directory of the zip is not where its end record says")
    file.seek(offset)
    directory = file.read(size)
    members: list[Member] = []
    at = expected = 0
    for _ in range(count):
        member = zip_form.read_central(directory, at)
        if member is None or member.offset != expected:
            raise ProofRefused(f"member {len(members)} of the zip is not in the one spelling")
        _check_name(members, member.name)
        at += len(zip_form.central_header(member))
        expected = member.start + member.size
        if expected > offset:
            raise ProofRefused(f"{member.name} reaches into the directory of the zip")
        members.append(member)
    if (at, expected) != (size, offset):
        raise ProofRefused("the zip has bytes that belong to no member")
    return members


def _check_name(before: list[Member], name: str) -> None:
    try:
        check_path(name)
    except OneSeekError as error:
        raise ProofRefused(
            f"a member of the zip has a name that is refused: {error.message}"
        ) from None
    if before and before[-1].name.encode() >= name.encode():
        raise ProofRefused(f"{name} stands twice in the zip, or not in order")


def _measure(file: BinaryIO, member: Member) -> ManifestFile:
    wanted = zip_form.local_header(member)
    file.seek(member.offset)
    if file.read(len(wanted)) != wanted:
        raise ProofRefused(f"{member.name}: what stands before it is not what the directory says")
    digest, crc, left = hashlib.sha256(), 0, member.size
    while left:
        piece = file.read(min(left, _PIECE))
        if not piece:
            raise ProofRefused(f"{member.name} ends too early")
        digest.update(piece)
        crc = zlib.crc32(piece, crc)
        left -= len(piece)
    if crc != member.crc:
        raise ProofRefused(f"{member.name} has another CRC-32 than the zip says")
    return ManifestFile(member.name, member.size, digest.hexdigest())
