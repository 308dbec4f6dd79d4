"""Many small objects kept together: the disk syncs hundreds of files at a time, not one by one.

Bytes wait in staging under partial names. When many wait, all of them are synced side by side, and
only then does each get its name: what has a name is whole, as everywhere in the store. The names
themselves are synced once, when the batch is closed: nothing may rely on its objects before that.
"""

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Self

from oneseek.adapters.objects.disk import disk_errors
from oneseek.adapters.objects.durable import fsync_dir, make_folders, write_all
from oneseek.adapters.objects.layout import OBJECT_MODE, object_path
from oneseek.adapters.objects.partial import Partial, partial_file
from oneseek.adapters.objects.reading import OnBytes, open_regular
from oneseek.adapters.objects.taking import take
from oneseek.domain.digest import Digest, sha256

MOST_FILES = 256
"""Wait at a time: each keeps a descriptor open, and a process may have 1,024 of them."""
MOST_BYTES = 64 << 20
_THREADS = 8

Holds = Callable[[Digest, int], bool]


class Batch:
    """Objects for the store at ``root``; use it as a context manager, in one thread.

    ``holds`` says whether the store has an object of a digest and a length. On an error nothing of
    what still waits is kept; what was named before stays, as after a crash.
    """

    def __init__(self, root: Path, staging: Path, holds: Holds) -> None:
        self._root = root
        self._staging = staging
        self._holds = holds
        self._partials = ExitStack()
        self._waiting: dict[Digest, Partial] = {}
        self._bytes = 0
        self._folders: set[Path] = set()

    def __enter__(self) -> Self:
        with disk_errors("store objects in", self._root):
            make_folders(self._staging)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        with self._partials, disk_errors("store objects in", self._root):
            if error is None:
                self._name()
                for folder in sorted(self._folders):
                    fsync_dir(folder)
                fsync_dir(self._root)

    def put(self, data: bytes) -> Digest:
        """Keep ``data`` and return its digest; durable when the batch is closed."""
        digest = sha256(data)
        with disk_errors("store an object in", self._root):
            if not self._known(digest, len(data)):
                with ExitStack() as own:
                    partial = own.enter_context(partial_file(self._staging))
                    write_all(partial.fd, data)  # crash here: a partial file remains in staging
                    self._wait(partial, digest, len(data), own)
        return digest

    def put_file(self, path: Path, *, on_bytes: OnBytes | None = None) -> tuple[Digest, int]:
        """Keep the bytes of the file ``path``, read once; durable when the batch is closed.

        Raises: as the store.
        """
        with (
            disk_errors(f"store {path} in", self._root),
            open_regular(path) as source,
            ExitStack() as own,
        ):
            partial = own.enter_context(partial_file(self._staging))
            digest, size = take(source, partial.fd, path, on_bytes)
            if not self._known(digest, size):
                self._wait(partial, digest, size, own)
        return digest, size

    def take_in(self, digest: Digest, fill: Callable[[int], None]) -> int:
        """Keep an object whose bytes ``fill`` writes to a file descriptor; return their number.

        ``fill`` raises where they are not the bytes of ``digest``: then nothing of it is kept, and
        the batch goes on.
        """
        with disk_errors("store an object in", self._root), ExitStack() as own:
            partial = own.enter_context(partial_file(self._staging))
            fill(partial.fd)
            size = os.fstat(partial.fd).st_size
            if not self._known(digest, size):
                self._wait(partial, digest, size, own)
        return size

    def _known(self, digest: Digest, size: int) -> bool:
        if digest in self._waiting:
            return True
        # Another process may have named it a moment ago and die before it syncs the name.
        self._folders.add(object_path(self._root, digest).parent)
        return self._holds(digest, size)

    def _wait(self, partial: Partial, digest: Digest, size: int, own: ExitStack) -> None:
        """Let a complete partial file wait; ``own``, which would remove it, is taken over."""
        os.fchmod(partial.fd, OBJECT_MODE)
        self._partials.enter_context(own.pop_all())
        self._waiting[digest] = partial
        self._bytes += size
        if len(self._waiting) >= MOST_FILES or self._bytes >= MOST_BYTES:
            self._name()

    def _name(self) -> None:
        """Give everything that waits its name, after its bytes are on the disk."""
        sync_files([partial.fd for partial in self._waiting.values()])
        for digest, partial in self._waiting.items():
            target = object_path(self._root, digest)
            make_folders(target.parent)
            partial.path.replace(target)
        # crash here: objects are whole, but a loss of power may still take their names away
        self._waiting.clear()
        self._bytes = 0
        self._partials.close()


def sync_files(fds: list[int]) -> None:
    """Make bytes and modes of open files survive a loss of power, many at once. OSErrors pass."""
    if hasattr(os, "posix_fadvise"):
        for fd in fds:
            # Linux begins to write what it is told will not be needed: the disk gets all of it at
            # once, and the syncs below find most of their work done.
            os.posix_fadvise(fd, 0, 0, os.POSIX_FADV_DONTNEED)
    if len(fds) > 1:
        with ThreadPoolExecutor(_THREADS, "syncing") as pool:
            list(pool.map(os.fsync, fds))  # the file system joins syncs that come side by side
    elif fds:
        os.fsync(fds[0])
