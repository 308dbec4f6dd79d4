"""Scratch space: staging folders of living processes, and a place for displaced files.

A staging folder is locked (flock) by the process that made it. The kernel drops the lock of a
process that dies, so :meth:`Scratch.sweep` tells debris from work in progress.
"""

import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from glob import escape
from pathlib import Path

from oneseek.adapters.objects.disk import disk_errors
from oneseek.adapters.objects.durable import fsync_dir, fsync_file, make_folders
from oneseek.adapters.objects.partial import sweep_partials

_SUFFIX = ".work"


class Scratch:
    """Staging below ``staging``; files that are in the way move below ``displaced``."""

    def __init__(self, staging: Path, displaced: Path) -> None:
        self._staging = staging
        self._displaced = displaced
        self._held: list[tuple[Path, int]] = []

    def folder(self, label: str = "") -> Path:
        """Make a new empty staging folder; ``label`` is kept as the beginning of its name."""
        with disk_errors("make a staging folder in", self._staging):
            self._staging.mkdir(parents=True, exist_ok=True)
            while True:
                path = self._staging / f"{label}{os.urandom(8).hex()}{_SUFFIX}"
                path.mkdir()
                lock = _open_folder(path)
                # A sweeper may have come between mkdir and the lock, and taken it for debris.
                if lock is not None and _acquire(lock, wait=True) and path.is_dir():
                    self._held.append((path, lock))
                    return path
                if lock is not None:
                    os.close(lock)

    def release(self, folder: Path) -> None:
        """Remove and release one staging folder of this process."""
        for item in self._held:
            if item[0] == folder:
                self._held.remove(item)
                _let_go(*item)
                return

    def displace(self, path: Path, name: str) -> Path:
        """Move what stands at ``path`` away, keeping its name; return where it is now."""
        target = self._displaced / name
        number = 1
        while os.path.lexists(target):
            target = self._displaced / f"{name}.{number}"
            number += 1
        make_folders(target.parent)
        # Not Path.rename: displaced may lie on another file system than the target.
        shutil.move(path, target)
        if target.is_file():
            fsync_file(target)  # there may be no other copy of it
        fsync_dir(target.parent)
        return target

    def dead(self, label: str) -> list[Path]:
        """Return the staging folders with this label that no living process holds."""
        found: list[Path] = []
        for path in self._folders(label):
            with _unheld(path) as dead:
                if dead:
                    found.append(path)
        return found

    def is_held(self, label: str) -> bool:
        """Return whether a living process holds a staging folder with this label."""
        return len(self._folders(label)) > len(self.dead(label))

    def sweep(self) -> int:
        """Remove what dead processes left in staging; return the number of things removed."""
        removed = 0
        with disk_errors("sweep", self._staging):
            for path in self._folders(""):
                # Held while it is removed: nobody can mistake it for a folder to work in.
                with _unheld(path) as dead:
                    if dead:
                        shutil.rmtree(path, ignore_errors=True)
                        removed += 1
        return removed + sweep_partials(self._staging)

    def _folders(self, label: str) -> list[Path]:
        if not self._staging.is_dir():
            return []
        return sorted(
            path for path in self._staging.glob(f"{escape(label)}*{_SUFFIX}") if path.is_dir()
        )

    def close(self) -> None:
        """Remove and release every staging folder of this process that was not moved into place."""
        while self._held:
            _let_go(*self._held.pop())


def _let_go(path: Path, lock: int) -> None:
    # A folder that was renamed into place no longer has this name.
    shutil.rmtree(path, ignore_errors=True)
    os.close(lock)


@contextmanager
def _unheld(path: Path) -> Iterator[bool]:
    """Give True, and hold the folder for the length of the block, when no process holds it."""
    lock = _open_folder(path)
    if lock is None:
        yield False
        return
    try:
        yield _acquire(lock, wait=False)
    finally:
        os.close(lock)


def _open_folder(path: Path) -> int | None:
    try:
        return os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    except FileNotFoundError:
        return None


def _acquire(lock: int, *, wait: bool) -> bool:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX if wait else fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
