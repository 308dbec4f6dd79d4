"""Where an upload can be continued after this process died: a small file per upload.

It holds the address of the service's session, which is as good as a password for that one object:
nobody else may read it.
"""

import contextlib
import fcntl
import hashlib
import os
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import msgspec

from oneseek.adapters.objects.disk import disk_errors
from oneseek.adapters.objects.durable import write_all

_LONGEST = 64 << 10
_SECONDS = 6 * 24 * 3600
"""A session lives for a week; an older note is not tried any more."""


class _Note(msgspec.Struct):
    session: str
    begun: float
    """Seconds since 1970."""


@dataclass(slots=True)
class UploadSession:
    """The note of one upload, held by this process; without a file nothing is remembered."""

    path: Path
    url: str | None = None
    _fd: int | None = None

    def begin(self, url: str) -> None:
        """Remember a new session, durably: before its first byte is sent."""
        self.url = url
        self._write(msgspec.json.encode(_Note(url, int(time.time()))))

    def forget(self) -> None:
        """Forget it: it is complete, or gone."""
        self.url = None
        self._write(b"")

    def _write(self, data: bytes) -> None:
        if self._fd is None:
            return
        with disk_errors("write", self.path):
            os.ftruncate(self._fd, 0)  # crash from here on: an unreadable note, a new session
            os.lseek(self._fd, 0, os.SEEK_SET)
            write_all(self._fd, data)
            os.fsync(self._fd)


@contextlib.contextmanager
def upload_session(folder: Path, object_url: str, trusted: str) -> Iterator[UploadSession]:
    """Hold the note of the upload to ``object_url`` while the block lasts; remove it when done.

    Of two processes that upload the same, the second works without a note. A session elsewhere than
    below the address ``trusted`` is not followed: the file may be somebody else's.
    """
    path = folder / f"{hashlib.sha256(object_url.encode()).hexdigest()[:32]}.json"
    with disk_errors("write", path):
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        flags = os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW
        fd = os.open(path, flags, 0o600)
    try:
        if not _locked(fd, path):
            yield UploadSession(path)
            return
        session = UploadSession(path, _read(fd, trusted), fd)
        try:
            yield session
        finally:
            if session.url is None:
                path.unlink(missing_ok=True)
    finally:
        os.close(fd)


def _locked(fd: int, path: Path) -> bool:
    try:
        fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    # Whoever held it before may have removed the name meanwhile.
    return path.exists() and os.fstat(fd).st_ino == path.stat().st_ino


def _read(fd: int, trusted: str) -> str | None:
    try:
        note = msgspec.json.decode(os.read(fd, _LONGEST), type=_Note)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None
    young = 0 <= time.time() - note.begun < _SECONDS
    return note.session if young and note.session.startswith(f"{trusted}/") else None
