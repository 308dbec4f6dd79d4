"""All checksums of a file from one reading: ours, and the two that Google Cloud Storage states."""

import base64
import hashlib
import os
from dataclasses import dataclass
from pathlib import Path

import google_crc32c

from oneseek.adapters.objects.disk import disk_errors
from oneseek.adapters.objects.reading import chunks, open_regular
from oneseek.domain.digest import Digest


@dataclass(frozen=True, slots=True)
class Checksums:
    """Those of some bytes; ``crc32c`` and ``md5`` in base64, as the service writes them.

    https://cloud.google.com/storage/docs/data-validation
    """

    digest: Digest
    size: int
    crc32c: str
    md5: str


def checksums(path: Path) -> Checksums:
    """Return the checksums of a regular file.

    Raises:
        NotFound, InvalidInput: it is absent, or is a link, a folder, a pipe or a device.
        ServiceFailed: the disk refuses to read it.
    """
    ours, crc, md5 = hashlib.sha256(), google_crc32c.Checksum(), _md5()
    with disk_errors("read", path), open_regular(path) as fd:
        size = 0
        for piece in chunks(fd, os.fstat(fd).st_size):
            ours.update(piece)
            crc.update(bytes(piece))
            md5.update(piece)
            size += len(piece)
    return Checksums(ours.hexdigest(), size, _base64(crc.digest()), _base64(md5.digest()))


def of_bytes(data: bytes) -> Checksums:
    """Return the checksums of ``data``."""
    crc, md5 = google_crc32c.Checksum(data), _md5(data)
    ours = hashlib.sha256(data).hexdigest()
    return Checksums(ours, len(data), _base64(crc.digest()), _base64(md5.digest()))


def _md5(data: bytes = b"") -> "hashlib._Hash":
    return hashlib.md5(data, usedforsecurity=False)


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode()
