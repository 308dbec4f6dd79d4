"""Writing that a crash cannot leave half done: partial file, fsync, rename, fsync of the folder."""

import os
from contextlib import suppress
from pathlib import Path

from oneseek.adapters.objects.disk import disk_errors
from oneseek.adapters.objects.partial import Partial, partial_file, sweep_partials
from oneseek.domain.errors import OneSeekError


def write_atomic(path: Path, data: bytes, mode: int = 0o644) -> None:
    """Give ``path`` exactly the bytes ``data``; a reader sees the old file or the new one.

    When it returns, the new bytes survive a loss of power. A link at ``path`` is replaced, not
    followed. The folder must exist.

    Raises:
        ServiceFailed: the disk is full, read-only or forbids it; the old file is as it was.
    """
    with disk_errors("write", path), partial_file(path.parent) as partial:
        write_all(partial.fd, data)  # crash here: a partial file remains, to be swept
        publish(partial, path, mode)


def write_output(path: Path, data: bytes) -> None:
    """Like :func:`write_atomic`, into a folder that is not ours: nobody sweeps it but who writes.

    Raises: see :func:`write_atomic`.
    """
    sweep_output(path.parent)
    write_atomic(path, data)


def sweep_output(folder: Path) -> None:
    """Remove what dead writers left in a folder of somebody's; what may not be removed stays."""
    with suppress(OneSeekError):
        sweep_partials(folder)


def publish(partial: Partial, target: Path, mode: int) -> None:
    """Give a finished partial file its name and mode, durably. OSErrors pass."""
    os.fchmod(partial.fd, mode)
    # Without this a crash after the rename could leave the name with no bytes behind it.
    os.fsync(partial.fd)
    replace(partial.path, target)


def replace(src: Path, dst: Path) -> None:
    """Rename ``src`` to ``dst`` over whatever file is there, durably. OSErrors pass."""
    src.replace(dst)  # crash here: the old or the new file is there, never neither
    fsync_dir(dst.parent)  # from here on a loss of power keeps the new one


def fsync_dir(path: Path) -> None:
    """Make the names in the folder ``path`` survive a loss of power. OSErrors pass."""
    fd = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(fd)
    finally:
        os.close(fd)


def fsync_tree(path: Path) -> None:
    """Make the folder ``path``, and all files and folders below it, survive a loss of power.

    Its own name is in the folder above, which is the caller's. OSErrors pass.
    """
    for folder, _, files in os.walk(path, topdown=False):
        for name in files:
            fsync_file(Path(folder) / name)
        fsync_dir(Path(folder))


def fsync_file(path: Path) -> None:
    """Make bytes and mode of a file survive a loss of power; a link has none. OSErrors pass."""
    if path.is_symlink():
        return
    fd = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(fd)
    finally:
        os.close(fd)


def make_folders(path: Path) -> None:
    """Make ``path`` and the folders above it where they are missing, durably. OSErrors pass."""
    if path.is_dir():
        return
    make_folders(path.parent)
    with suppress(FileExistsError):  # another process was first
        path.mkdir()
    fsync_dir(path.parent)


def write_all(fd: int, data: bytes | memoryview) -> None:
    """Write all of ``data``; one ``write`` may take only part of it. OSErrors pass."""
    rest = memoryview(data)
    while rest:
        rest = rest[os.write(fd, rest) :]
