"""Locks between processes: flock on a file, dropped by the kernel when the holder dies."""

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from oneseek.adapters.objects.disk import disk_errors
from oneseek.domain.errors import Conflict

WAIT_SECONDS = 60.0
_PAUSE_SECONDS = 0.02


@contextmanager
def locked(path: Path, wait: float = WAIT_SECONDS, *, shared: bool = False) -> Iterator[None]:
    """Hold the lock file ``path`` for the length of the block; many may hold it ``shared``.

    Raises:
        Conflict: another process held it for longer than ``wait`` seconds.
    """
    with disk_errors("lock", path):
        path.parent.mkdir(parents=True, exist_ok=True)
        lock = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    try:
        how = fcntl.LOCK_SH if shared else fcntl.LOCK_EX
        _acquire(lock, how, path, time.monotonic() + wait)
        yield
    finally:
        os.close(lock)


def _acquire(lock: int, how: int, path: Path, deadline: float) -> None:
    while True:
        try:
            fcntl.flock(lock, how | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() >= deadline:
                raise Conflict(
                    f"another process holds {path}", hint="wait until it has finished, then repeat"
                ) from None
            time.sleep(_PAUSE_SECONDS)
        else:
            return
