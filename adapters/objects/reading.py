"""Opening and reading files that were named by somebody else, each byte once."""

import errno
import hashlib
import os
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from oneseek.adapters.objects.durable import write_all
from oneseek.domain.digest import Digest
from oneseek.domain.errors import InvalidInput, NotFound

CHUNK_BYTES = 1 << 20
"""Large enough that hashlib works without the interpreter lock, small enough for the cache."""

_SMALLEST_BUFFER = 4096

OnBytes = Callable[[int], None]
"""Told how many further bytes were read, for progress; it may raise to stop the work."""


def open_file(path: str | Path) -> int:
    """Open a regular file for reading and return its descriptor, which the caller closes.

    A symbolic link is refused on purpose: the bytes would be those of another file than the one
    that was named. Whoever wants them names that file (``Path.resolve``). Pipes and devices are
    refused without waiting for them. Other OSErrors pass.

    Raises:
        NotFound: there is no such file.
        InvalidInput: it is a link, a folder, a pipe or a device.
    """
    flags = os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK
    try:
        fd = os.open(path, flags)
    except (FileNotFoundError, NotADirectoryError):
        raise NotFound(f"there is no file {path}") from None
    except ValueError:
        raise InvalidInput(f"not a path: {str(path)!r}") from None
    except OSError as error:
        if error.errno == errno.ELOOP:
            hint = "name the file that it points to"
            raise InvalidInput(f"{path} is a symbolic link", hint=hint) from None
        if error.errno == errno.ENXIO:  # a socket
            raise InvalidInput(f"{path} is not a regular file") from None
        raise
    if not stat.S_ISREG(os.fstat(fd).st_mode):
        os.close(fd)
        raise InvalidInput(f"{path} is not a regular file")
    return fd


@contextmanager
def open_regular(path: Path) -> Iterator[int]:
    """Open a regular file for reading while the block lasts; see :func:`open_file`."""
    fd = open_file(path)
    try:
        yield fd
    finally:
        os.close(fd)


def chunks(
    fd: int, limit: int | None = None, buffer: memoryview | None = None
) -> Iterator[memoryview]:
    """Yield the next ``limit`` bytes of a file (all that are left if None) in pieces.

    A piece is valid only until the next one is asked for: they share one buffer, which whoever
    reads many files may give. Fewer bytes come where the file ends first.
    """
    rest = CHUNK_BYTES if limit is None else limit
    if buffer is None:
        # A small file gets a small one: clearing a large one takes longer than hashing the file.
        room = max(_SMALLEST_BUFFER, os.fstat(fd).st_size + 1) if limit is None else limit
        buffer = memoryview(bytearray(min(CHUNK_BYTES, room)))
    while length := os.readv(fd, [buffer[:rest]]):
        yield buffer[:length]
        if limit is not None:
            rest -= length


def hash_fd(
    fd: int,
    *,
    limit: int | None = None,
    copy_to: int | None = None,
    on_bytes: OnBytes | None = None,
    buffer: memoryview | None = None,
) -> tuple[Digest, int]:
    """Return digest and length of the next ``limit`` bytes of a file (None: of all that are left).

    They are written to the descriptor ``copy_to`` on the way, if one is given. ``buffer`` saves
    making one. OSErrors pass.
    """
    hasher, size = hashlib.sha256(), 0
    for piece in chunks(fd, limit, buffer):
        hasher.update(piece)
        if copy_to is not None:
            write_all(copy_to, piece)
        size += len(piece)
        if on_bytes is not None:
            on_bytes(len(piece))
    return hasher.hexdigest(), size
