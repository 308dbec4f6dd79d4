r"""Paths of a source: as bytes, as text, and opened so that nothing leads out of the source.

A name on disk is bytes. As text it is its UTF-8; a byte that is none stands as ``\xNN``, and a
backslash as two, so that no two names look alike and :func:`raw_path` finds the bytes again.
"""

import base64
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from stat import S_ISREG

from oneseek.domain.errors import InvalidInput

MAX_PATH_BYTES = 2048
"""Below the source. No program of the old system could have made a longer one; a hostile tree can
nest folders without an end."""

_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
# A pipe that takes the place of a file in the last moment must not make anybody wait.
_FILE = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
_QUIET = getattr(os, "O_NOATIME", 0)
_ESCAPED = re.compile(rb"\\\\|\\x([0-9a-f]{2})")


class ChangedSinceHashed(OSError):
    """A file is no longer the one that was hashed."""


def shown_path(raw: bytes) -> str:
    """Return the text for the bytes of a path."""
    return link_text(raw.replace(b"\\", b"\\\\"))


def link_text(target: bytes) -> str:
    """Return where a link leads as it is written in it: on Windows that has backslashes."""
    return target.decode(errors="backslashreplace")


def raw_path(shown: str) -> bytes:
    """Return the bytes of a path that :func:`shown_path` made a text of."""
    return _ESCAPED.sub(
        lambda match: bytes([int(match[1], 16)]) if match[1] else b"\\", shown.encode()
    )


def encoded_path(raw: bytes) -> str:
    """Return ``raw`` as base64 where its text is another than its bytes, else an empty text."""
    return "" if shown_path(raw).encode() == raw else base64.b64encode(raw).decode()


def open_folder(name: Path | bytes, dir_fd: int | None = None) -> int:
    """Open a folder for listing; where permitted, its access time stays.

    Raises:
        OSError: it is absent, a link, no folder, or must not be read.
    """
    return _open(name, _FOLDER, dir_fd)


def open_file(name: Path | bytes, dir_fd: int | None = None) -> int:
    """Open a regular file for reading; where permitted, its access time stays.

    Raises:
        OSError: it is absent, a link, a folder or a device, or must not be read.
    """
    descriptor = _open(name, _FILE, dir_fd)
    if not S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise OSError("it is no regular file")
    return descriptor


def open_below(source: Path, raw: bytes) -> int:
    """Open the file with the path ``raw`` below ``source``, following no link on the way.

    Where ``source`` is a file itself, ``raw`` is its name.

    Raises:
        InvalidInput: ``raw`` is no path below a source.
        OSError: the file is gone, or something on the way is not what it was.
    """
    if b"/" not in raw and not source.is_dir():
        return open_file(source)
    with folder_of(source, raw) as folder:
        return open_file(raw.rpartition(b"/")[2], folder)


def link_below(source: Path, raw: bytes) -> bytes:
    """Return where the link with the path ``raw`` below the folder ``source`` leads.

    Raises:
        InvalidInput: ``raw`` is no path below a source.
        OSError: there is no such link.
    """
    with folder_of(source, raw) as folder:
        return os.readlink(raw.rpartition(b"/")[2], dir_fd=folder)


@contextmanager
def folder_of(source: Path, raw: bytes) -> Iterator[int]:
    """Keep the folder that ``raw`` below ``source`` lies in open, following no link on the way."""
    parts = raw.split(b"/")
    if any(part in (b"", b".", b"..") for part in parts):
        raise InvalidInput(f"not a path below a source: {shown_path(raw)!r}")
    here = open_folder(source)
    try:
        for part in parts[:-1]:
            inner = open_folder(part, here)
            os.close(here)
            here = inner
        yield here
    finally:
        os.close(here)


def _open(name: Path | bytes, flags: int, dir_fd: int | None) -> int:
    try:
        return os.open(name, flags | _QUIET, dir_fd=dir_fd)
    except PermissionError:  # only an owner may read without leaving an access time
        return os.open(name, flags, dir_fd=dir_fd)
