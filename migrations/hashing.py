"""Digests of files that are open, before anybody looks into them.

Small files are read at once, and their bytes are what the formats see. Large ones are hashed side
by side by a few threads: hashlib lets go of the interpreter lock while it works.
"""

import hashlib
import os
from collections.abc import Callable
from concurrent.futures import CancelledError, Future, ThreadPoolExecutor
from dataclasses import dataclass
from threading import Event, Lock
from types import TracebackType
from typing import Self

from oneseek.domain.digest import Digest
from oneseek.migrations.source import reason_of

CHUNK_BYTES = 1 << 20
SMALL_BYTES = 1 << 20
"""No larger files are kept in memory between hashing and reading."""
HOLLOW_BYTES = 16 << 30
MAX_WORKERS = 4

Stamp = tuple[int, int, int, int, int]
"""Device, number, length, and the times of the last change of content and of attributes."""
NO_STAMP: Stamp = (0, 0, 0, 0, 0)
OnBytes = Callable[[int], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Hashed:
    """A file's digest, or why there is none."""

    size: int
    stamp: Stamp
    digest: Digest | None = None
    data: bytes | None = None
    """All its bytes, where they are few."""
    changed: bool = False
    reason: str = ""


def stamp_of(fd: int) -> Stamp:
    """Return what tells whether an open file is the same and was not written to."""
    status = os.fstat(fd)
    return status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns, status.st_ctime_ns


class Hasher:
    """Hashes files that it is given open, and closes them. Use it as a context manager."""

    def __init__(self, on_bytes: OnBytes | None = None) -> None:
        self._on_bytes = on_bytes
        self._lock = Lock()
        self._stop = Event()
        self.workers = min(os.cpu_count() or 1, MAX_WORKERS)
        self._pool = ThreadPoolExecutor(self.workers, "hashing")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stop.set()  # nobody waits for the end of a large file that is no longer wanted
        self._pool.shutdown()

    def start(self, fd: int) -> "Hashed | Future[Hashed]":
        """Hash a small file now, and a large one in the background."""
        if os.fstat(fd).st_size > SMALL_BYTES:
            return self._pool.submit(self._hash, fd)
        return self._hash(fd)

    def _hash(self, fd: int) -> Hashed:
        try:
            return self._read(fd)
        finally:
            os.close(fd)

    def _read(self, fd: int) -> Hashed:
        before = stamp_of(fd)
        size = before[2]
        if size > HOLLOW_BYTES and os.fstat(fd).st_blocks * 512 < size // 100:
            reason = f"it says that it has {size} bytes, and nearly none of them is on the disk"
            return Hashed(size=size, stamp=before, reason=reason)
        digest, kept, length = hashlib.sha256(), b"", 0
        buffer = memoryview(bytearray(min(CHUNK_BYTES, size + 1)))
        # One byte more than it had tells that it grew; a file that grows for ever has no end.
        while length <= size:
            try:
                count = os.readv(fd, [buffer])
            except OSError as error:
                return Hashed(size=size, stamp=before, reason=reason_of(error))
            if not count:
                break
            digest.update(buffer[:count])
            length += count
            if size <= SMALL_BYTES:
                kept += buffer[:count]
            self._tell(count)
        if length != size or stamp_of(fd) != before:
            return Hashed(size=size, stamp=before, changed=True, reason="changed while it was read")
        data = kept if size <= SMALL_BYTES else None
        return Hashed(size=size, stamp=before, digest=digest.hexdigest(), data=data)

    def _tell(self, count: int) -> None:
        if self._stop.is_set():
            raise CancelledError
        if self._on_bytes is not None:
            with self._lock:
                self._on_bytes(count)
