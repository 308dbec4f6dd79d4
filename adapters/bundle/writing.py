"""Writing a bundle: always the same bytes for the same files."""

import os
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import BinaryIO

from oneseek.adapters.bundle import zip_form
from oneseek.adapters.bundle.zip_form import Member
from oneseek.adapters.objects.disk import disk_errors
from oneseek.adapters.objects.durable import publish, sweep_output, write_all
from oneseek.adapters.objects.partial import partial_file
from oneseek.domain.bundle.parts import Bundle
from oneseek.domain.digest import Digest
from oneseek.domain.errors import FoundDamage, InvalidInput

_PIECE = 1024 * 1024


def write_bundle(
    path: Path,
    bundle: Bundle,
    open_object: Callable[[Digest], BinaryIO],
    check: Callable[[Path], None],
) -> int:
    """Write ``bundle`` to the file ``path``, as a whole or not at all; return its length in bytes.

    ``open_object`` gives the bytes of what the bundle only names. ``check`` is given the finished
    file before it gets its name, and raises when it must not leave the house.

    Raises:
        InvalidInput: it would be larger than 4 GiB.
        FoundDamage: an object has other bytes than its name says.
        ServiceFailed: the disk is full, or may not be written.
    """
    size = sum(map(len, bundle.files.values())) + sum(f.size for f in bundle.kept.values())
    if size > zip_form.MAX_SIZE - (1 << 28):
        raise InvalidInput(
            f"the bundle would have {size} bytes: a zip of this form holds less than 4 GiB",
            hint="leave out --with-weights and give the folder itself along",
        )
    sweep_output(path.parent)  # a bundle that was cut off may be large
    with disk_errors("write", path), partial_file(path.parent) as partial:
        for piece in _pieces(bundle, open_object):
            write_all(partial.fd, piece)
        os.fsync(partial.fd)
        check(partial.path)
        length = os.fstat(partial.fd).st_size
        publish(partial, path, 0o644)
    return length


def _pieces(bundle: Bundle, open_object: Callable[[Digest], BinaryIO]) -> Iterator[bytes]:
    offset, directory = 0, b""
    names = sorted({*bundle.files, *bundle.kept}, key=str.encode)
    for name in names:
        raw = bundle.files.get(name)
        kept = bundle.kept.get(name)
        if raw is not None:
            member = Member(name, zlib.crc32(raw), len(raw), offset)
            yield zip_form.local_header(member) + raw
        else:
            assert kept is not None
            crc = _crc(open_object, kept.digest)
            member = Member(name, crc, kept.size, offset)
            yield zip_form.local_header(member)
            yield from _object(open_object, kept.digest, kept.size)
        offset = member.start + member.size
        directory += zip_form.central_header(member)
    yield directory + zip_form.end_record(len(names), len(directory), offset)


def _crc(open_object: Callable[[Digest], BinaryIO], digest: Digest) -> int:
    crc = 0
    with open_object(digest) as file:
        while piece := file.read(_PIECE):
            crc = zlib.crc32(piece, crc)
    return crc


def _object(
    open_object: Callable[[Digest], BinaryIO], digest: Digest, size: int
) -> Iterator[bytes]:
    left = size
    with open_object(digest) as file:
        while piece := file.read(_PIECE):
            left -= len(piece)
            yield piece
    if left:
        raise FoundDamage(f"object {digest} does not have {size} bytes")
