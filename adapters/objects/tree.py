"""What a folder really holds: every name below it, with kind, mode and digest."""

import os
import stat
from collections.abc import Iterator
from concurrent.futures import FIRST_EXCEPTION, CancelledError, ThreadPoolExecutor, wait
from dataclasses import dataclass, replace
from pathlib import Path
from threading import Event, Lock
from typing import Literal

from oneseek.adapters.objects.disk import disk_errors
from oneseek.adapters.objects.reading import OnBytes, hash_fd, open_regular
from oneseek.domain.digest import Digest
from oneseek.domain.errors import InvalidInput, NotFound

MAX_WORKERS = 8


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
    found = {name: _describe(root, name, status) for name, status in _walk(root)}
    files = [name for name, entry in found.items() if entry.kind == "file"]
    # The largest first, so that no thread is left alone with it at the end.
    files.sort(key=lambda name: (-found[name].size, name))
    workers = min(workers or os.cpu_count() or 1, MAX_WORKERS, len(files) or 1)
    for name, (digest, size) in zip(files, _hash_all(root, files, on_bytes, workers), strict=True):
        found[name] = replace(found[name], digest=digest, size=size)
    return {_printable(name): found[name] for name in sorted(found, key=os.fsencode)}


def _walk(root: Path) -> Iterator[tuple[str, os.stat_result]]:
    folders = [""]
    while folders:
        prefix = folders.pop()
        with disk_errors("read", root / prefix), os.scandir(root / prefix) as entries:
            for entry in entries:
                yield prefix + entry.name, entry.stat(follow_symlinks=False)
                if entry.is_dir(follow_symlinks=False):
                    folders.append(f"{prefix}{entry.name}/")


def _describe(root: Path, name: str, status: os.stat_result) -> TreeEntry:
    mode = stat.S_IMODE(status.st_mode)
    if stat.S_ISLNK(status.st_mode):
        with disk_errors("read", root / name):
            # pathlib's readlink would tidy the text ("./a//b" → "a/b"): an audit wants it as it is.
            target = _printable(os.readlink(root / name))  # noqa: PTH115
        return TreeEntry("link", 0, None, target, mode)
    if stat.S_ISREG(status.st_mode):
        return TreeEntry("file", status.st_size, None, None, mode)
    return TreeEntry("dir" if stat.S_ISDIR(status.st_mode) else "other", 0, None, None, mode)


def _hash_all(
    root: Path, names: list[str], on_bytes: OnBytes | None, workers: int
) -> list[tuple[Digest, int]]:
    lock, stop = Lock(), Event()

    def watch(length: int) -> None:
        if stop.is_set():  # another file failed, or the person pressed Ctrl-C
            raise CancelledError
        if on_bytes is not None:
            with lock:
                on_bytes(length)

    def hash_one(name: str) -> tuple[Digest, int]:
        with disk_errors("read", root / name), open_regular(root / name) as fd:
            return hash_fd(fd, on_bytes=watch)

    with ThreadPoolExecutor(workers) as pool:
        futures = [pool.submit(hash_one, name) for name in names]
        try:
            wait(futures, return_when=FIRST_EXCEPTION)
        finally:
            stop.set()  # leaving the block waits for the threads: where one failed, all end now
            pool.shutdown(cancel_futures=True)
    for future in futures:
        error = None if future.cancelled() else future.exception()
        if error is not None and not isinstance(error, CancelledError):
            raise error
    return [future.result() for future in futures]


def _printable(name: str) -> str:
    return os.fsencode(name).replace(b"\\", b"\\\\").decode(errors="backslashreplace")
