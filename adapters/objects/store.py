"""The content store: files named by the SHA-256 of their bytes, written once, never changed.

A file gets its name only when all its bytes are on the disk, so a crash leaves whole objects and,
in the staging folder, partial files that :meth:`FileObjectStore.sweep_staging` removes. The layout
is in :mod:`~oneseek.adapters.objects.layout`.
"""

import os
import stat
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO, Self

from oneseek.adapters.objects.batch import Batch
from oneseek.adapters.objects.checking import check_objects
from oneseek.adapters.objects.clone import clone_or_copy
from oneseek.adapters.objects.disk import disk_errors
from oneseek.adapters.objects.durable import fsync_dir, make_folders, publish, write_all
from oneseek.adapters.objects.layout import OBJECT_MODE, object_path, places
from oneseek.adapters.objects.partial import Partial, partial_file, sweep_partials
from oneseek.adapters.objects.reading import OnBytes, open_regular
from oneseek.adapters.objects.taking import take
from oneseek.domain.digest import Digest, sha256
from oneseek.domain.errors import FoundDamage, InvalidInput, NotFound, ObjectAbsent
from oneseek.domain.findings import Finding
from oneseek.domain.stored import Lying


class FileObjectStore:
    """Objects below ``root``; ``staging`` must be on the same file system. Both are made on need.

    Every method that takes a digest raises InvalidInput for text that is none, and every method
    raises ServiceFailed, with the path and what to do, when the disk is full or forbids it.
    Any number of processes may use one store at once.
    """

    def __init__(self, root: Path, staging: Path) -> None:
        self._root = root
        self._staging = staging

    def put(self, data: bytes) -> Digest:
        """Keep ``data`` and return its digest. When it returns, the object survives a power cut."""
        digest = sha256(data)
        with disk_errors("store an object in", self._root):
            if self._holds(digest, len(data)):
                self._make_name_durable(digest)
                return digest
            with self._staged() as partial:
                write_all(partial.fd, data)  # crash here: a partial file remains in staging
                self._settle(partial, digest, len(data))
        return digest

    def put_file(self, path: Path, *, on_bytes: OnBytes | None = None) -> tuple[Digest, int]:
        """Keep the bytes of the file ``path``, read once; return their digest and their number.

        A symbolic link is refused: name the file that it points to.

        Raises:
            NotFound, InvalidInput: ``path`` is absent, is not a regular file, or was written to
                while it was read.
        """
        with (
            disk_errors(f"store {path} in", self._root),
            open_regular(path) as source,
            self._staged() as partial,
        ):
            digest, size = take(source, partial.fd, path, on_bytes)
            self._settle(partial, digest, size)
        return digest, size

    def together(self) -> Batch:
        """Return a context manager that keeps many objects: they are durable when it is left."""
        return Batch(self._root, self._staging, self._holds)

    def take_in(self, digest: Digest, fill: Callable[[int], None]) -> None:
        """Keep an object whose bytes ``fill`` writes to the file descriptor that it is given.

        ``fill`` raises where they are not the bytes of ``digest``: then nothing is kept.
        """
        with disk_errors("store an object in", self._root), self._staged() as partial:
            fill(partial.fd)
            self._settle(partial, digest, os.fstat(partial.fd).st_size)

    def read(self, digest: Digest) -> bytes:
        """Return the bytes of an object, checked against its digest.

        Raises:
            NotFound: it is not here.
            FoundDamage: the bytes are others; they are not given out.
        """
        with self.open(digest) as file, disk_errors("read", self.path(digest)):
            data = file.read()
        if (found := sha256(data)) != digest:
            raise FoundDamage(
                f"object {digest} is damaged: {self.path(digest)} has SHA-256 {found}",
                hint="restore it from a backup",
            )
        return data

    def open(self, digest: Digest) -> BinaryIO:
        """Open an object for reading; the caller closes it. The bytes are NOT checked.

        Raises:
            NotFound: it is not here.
            FoundDamage: something else than a regular file has its name.
        """
        path = self.path(digest)
        try:
            with disk_errors("read", path), open_regular(path) as fd:
                return os.fdopen(os.dup(fd), "rb")
        except NotFound:
            raise self._absent(digest) from None
        except InvalidInput as error:
            raise FoundDamage(f"object {digest} is damaged: {error.message}") from None

    def path(self, digest: Digest) -> Path:
        """Return where the object lies, whether it is there or not. Only for reading."""
        return object_path(self._root, digest)

    def size(self, digest: Digest) -> int:
        """Return the length of an object in bytes; NotFound if it is not here."""
        status = self._status(digest)
        if status is None:
            raise self._absent(digest)
        return status.st_size

    def has(self, digest: Digest) -> bool:
        """Say whether the object is here, without reading it."""
        return self._status(digest) is not None

    def digests(self) -> Iterator[tuple[Digest, int]]:
        """Yield every object with its length in bytes, in order of the digests, without reading."""
        with disk_errors("list", self._root):
            for place in places(self._root):
                if place.digest is not None:
                    yield place.digest, place.size

    def lying(self) -> Iterator[Lying]:
        """Yield every object with its length and when it was written, in order of the digests."""
        with disk_errors("list", self._root):
            for place in places(self._root):
                if place.digest is not None:
                    yield Lying(place.digest, place.size, _time(place.changed))

    def listed(self) -> Self:
        """Return a store that may answer from one look at everything: for audits."""
        return self

    def place(self, digest: Digest, target: Path) -> None:
        """Give ``target`` the bytes of an object, mode 0444, by a reflink where that can be.

        Whatever file or link is at ``target`` is replaced, at once or not at all. Folders are made.

        Raises:
            NotFound: the object is not here.
            FoundDamage: its bytes are others; ``target`` is as it was. (A reflink moves no bytes
                and so compares none: an audit reads ``target`` itself.)
        """
        if not self.has(digest):
            raise self._absent(digest)
        with disk_errors("make the folder", target.parent):
            make_folders(target.parent)
        clone_or_copy(self.path(digest), target, expected=digest, mode=OBJECT_MODE)

    def check(
        self, digests: Iterable[Digest] | None = None, on_bytes: OnBytes | None = None
    ) -> Iterator[Finding]:
        """Read the named objects again (everything, strangers too, if None); yield what is wrong.

        The checks are listed at :func:`~oneseek.adapters.objects.checking.check_objects`.
        """
        with disk_errors("check", self._root):
            yield from check_objects(self._root, digests, on_bytes)

    def remove(self, digest: Digest) -> bool:
        """Remove an object; say whether it was here. For collecting what no entry names."""
        path = self.path(digest)
        with disk_errors("remove", path):
            try:
                path.unlink()
            except FileNotFoundError:
                return False
            fsync_dir(path.parent)
        return True

    def sweep_staging(self) -> int:
        """Remove what killed writers left in staging; return how many. Safe beside living ones."""
        return sweep_partials(self._staging)

    @contextmanager
    def _staged(self) -> Iterator[Partial]:
        make_folders(self._staging)
        with partial_file(self._staging) as partial:
            yield partial

    def _settle(self, partial: Partial, digest: Digest, size: int) -> None:
        """Give a complete partial file its name, unless the object is here already."""
        make_folders(self.path(digest).parent)
        if not self._holds(digest, size):
            publish(partial, self.path(digest), OBJECT_MODE)
        # crash here: the object is whole, but a loss of power may still take the name away
        self._make_name_durable(digest)

    def _make_name_durable(self, digest: Digest) -> None:
        # Also for an object that was here before: another process may have named it a moment ago,
        # and may die before its own fsync, while our caller already relies on it.
        fsync_dir(self.path(digest).parent)
        fsync_dir(self._root)

    def _holds(self, digest: Digest, size: int) -> bool:
        # One of another length is damaged for certain, and is replaced.
        status = self._status(digest)
        return status is not None and status.st_size == size

    def _status(self, digest: Digest) -> os.stat_result | None:
        path = self.path(digest)
        with disk_errors("look at", path):
            try:
                status = path.lstat()
            except (FileNotFoundError, NotADirectoryError):
                return None
        return status if stat.S_ISREG(status.st_mode) else None

    def _absent(self, digest: Digest) -> NotFound:
        return ObjectAbsent(
            digest,
            f"object {digest} is not in the store {self._root}",
            hint="restore it from a backup",
        )


def _time(seconds: float) -> datetime:
    """Return a file's time. One that no calendar has is the last there is: it is never old."""
    try:
        return datetime.fromtimestamp(seconds, UTC)
    except (ValueError, OverflowError, OSError):
        return datetime.max.replace(tzinfo=UTC)
