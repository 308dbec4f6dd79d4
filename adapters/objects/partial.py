"""Files that are still being written, and what a crash leaves of them.

A partial file has a name that says so and is locked (flock) by its writer for as long as the writer
lives. The kernel drops the lock of a process that dies, so debris is told from work in progress
without clocks or process numbers.
"""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from oneseek.adapters.objects.disk import disk_errors

_PREFIX = ".oneseek-"
_SUFFIX = ".partial"


@dataclass(frozen=True, slots=True)
class Partial:
    """A new, empty file that is open for reading and writing."""

    path: Path
    fd: int


@contextmanager
def partial_file(folder: Path) -> Iterator[Partial]:
    """Make a partial file in ``folder`` for the length of the block.

    The block publishes it by renaming it; whatever still has the partial name afterwards is
    removed, so that an error leaves nothing. OSErrors pass: the caller knows what it was doing.
    """
    partial = _create(folder)
    try:
        yield partial
    finally:
        # By name, never by descriptor: a published file no longer has this name.
        with suppress(FileNotFoundError):
            partial.path.unlink()
        os.close(partial.fd)


def is_partial(name: str) -> bool:
    """Say whether a file of this name is a partial file, by its name alone."""
    return name.startswith(_PREFIX) and name.endswith(_SUFFIX)


def sweep_partials(folder: Path) -> int:
    """Remove the partial files that dead writers left in ``folder``; return how many.

    Safe beside living writers: their files are locked, and so are not removed.

    Raises:
        ServiceFailed: the folder cannot be read or written.
    """
    removed = 0
    with disk_errors("sweep", folder), suppress(FileNotFoundError), os.scandir(folder) as entries:
        for entry in entries:
            if is_partial(entry.name) and entry.is_file(follow_symlinks=False):
                removed += _remove_if_dead(Path(entry.path))
    return removed


def _create(folder: Path) -> Partial:
    flags = os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC | os.O_NOFOLLOW
    while True:
        path = folder / f"{_PREFIX}{os.urandom(8).hex()}{_SUFFIX}"
        fd = os.open(path, flags, 0o600)
        try:
            fcntl.flock(fd, fcntl.LOCK_EX)
            # A sweeper may have come between open and flock, and have taken it for debris.
            if os.fstat(fd).st_nlink:
                return Partial(path, fd)
        except BaseException:
            path.unlink(missing_ok=True)
            os.close(fd)
            raise
        os.close(fd)


def _remove_if_dead(path: Path) -> bool:
    try:
        # For reading only: a file that was about to be published is already read-only.
        fd = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW)
    except FileNotFoundError:
        return False
    try:
        fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        path.unlink()
    except (BlockingIOError, FileNotFoundError):  # its writer lives, or has just published it
        return False
    finally:
        os.close(fd)
    return True
