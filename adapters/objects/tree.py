"""What a folder really holds: every name below it, with kind, mode and digest."""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from stat import S_IMODE, S_ISDIR, S_ISLNK, S_ISREG
from typing import Literal

from oneseek.adapters.objects.disk import disk_errors
from oneseek.adapters.objects.hashing_many import hash_files
from oneseek.adapters.objects.reading import OnBytes
from oneseek.domain.digest import Digest
from oneseek.domain.errors import InvalidInput, NotFound


@dataclass(frozen=True, slots=True)
class TreeEntry:
    """One name in a folder."""

    kind: Literal["file", "link", "dir", "other"]
    """``other`` is a pipe, socket or device: it is never opened."""
    size: int
    """Length in bytes of a file, 0 for anything else."""
    digest: Digest | None
    """SHA-256 of a file, None for anything else."""
    target: str | None
    """Where a link points, as it is written in the link; None for anything else."""
    mode: int
    """Permission bits."""


def hash_tree(
    root: Path, *, on_bytes: OnBytes | None = None, workers: int | None = None
) -> dict[str, TreeEntry]:
    """Return everything below the folder ``root`` by its path, in byte order of the paths.

    Links are listed and never followed. A path that is not UTF-8 is written with ``\\xff`` for each
    byte that does not fit, and a backslash in any name as two, so that no two names look alike.

    Args:
        root: a folder; not a link to one.
        on_bytes: called with the length of each piece read, from one thread at a time.
        workers: threads to hash with; None takes one per processor, 8 at most.

    Raises:
        NotFound, InvalidInput: ``root`` is absent or no folder, or a file changed into something
            else in the meantime.
        ServiceFailed: the disk refuses to read something.
    """
    if root.is_symlink() or not root.is_dir():
        if not os.path.lexists(root):
            raise NotFound(f"there is no folder {root}")
        raise InvalidInput(f"{root} is not a folder, or is a link to one")
    listed = dict(_walk(root))
    files = {name: status.st_size for name, status in listed.items() if S_ISREG(status.st_mode)}
    hashed = hash_files(root, files, on_bytes, workers)
    return {
        _printable(name): _entry(root, name, listed[name], hashed.get(name))
        for name in sorted(listed, key=os.fsencode)
    }


def _walk(root: Path) -> Iterator[tuple[str, os.stat_result]]:
    folders = [""]
    while folders:
        prefix = folders.pop()
        with disk_errors("read", root / prefix), os.scandir(root / prefix) as entries:
            for entry in entries:
                yield prefix + entry.name, entry.stat(follow_symlinks=False)
                if entry.is_dir(follow_symlinks=False):
                    folders.append(f"{prefix}{entry.name}/")


def _entry(
    root: Path, name: str, status: os.stat_result, hashed: tuple[Digest, int] | None
) -> TreeEntry:
    mode = S_IMODE(status.st_mode)
    if hashed is not None:
        digest, size = hashed
        return TreeEntry("file", size, digest, None, mode)
    if S_ISLNK(status.st_mode):
        with disk_errors("read", root / name):
            # pathlib's readlink would tidy the text ("./a//b" → "a/b"): an audit wants it as it is.
            target = _printable(os.readlink(root / name))  # noqa: PTH115
        return TreeEntry("link", 0, None, target, mode)
    return TreeEntry("dir" if S_ISDIR(status.st_mode) else "other", 0, None, None, mode)


def _printable(name: str) -> str:
    if name.isascii() and "\\" not in name:
        return name
    return os.fsencode(name).replace(b"\\", b"\\\\").decode(errors="backslashreplace")
