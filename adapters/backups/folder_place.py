"""Backups in a folder: that of the workspace, a disk, or what several machines mount."""

import os
from collections.abc import Iterator
from pathlib import Path

from oneseek.adapters.backups.folder_shelf import FolderShelf, no_link
from oneseek.adapters.backups.shelf import OBJECTS, other_bytes
from oneseek.adapters.objects.disk import disk_errors
from oneseek.adapters.objects.durable import make_folders
from oneseek.adapters.objects.layout import object_path
from oneseek.adapters.objects.partial import sweep_partials
from oneseek.adapters.objects.reading import open_regular
from oneseek.adapters.objects.shared.folder_place import FolderPlace
from oneseek.adapters.objects.shared.place import object_url
from oneseek.domain.backup_place import OnBytes, Sent
from oneseek.domain.digest import Digest, parse_digest
from oneseek.domain.errors import NotFound, ServiceFailed


class FolderBackups:
    """The folder ``root``.

    With ``own``, it is the workspace's and is made when something is written; any other must be
    there: a disk that is not mounted must not be mistaken for one without backups.
    """

    cloud = False

    def __init__(self, url: str, root: Path, *, own: bool) -> None:
        self.url = url
        self._root = root
        self._own = own
        self._shelf = FolderShelf(url, root)
        self._require()

    def size(self, digest: Digest) -> int | None:
        place = self._objects(digest)
        return place.size(digest) if place else None

    def upload(self, source: Path, digest: Digest, on_bytes: OnBytes | None = None) -> Sent:
        there = self.check(digest, 0)
        if there is not None:
            if there != digest:
                raise other_bytes(self._where(digest), f"it has SHA-256 {there}")
            return Sent(0, "read-back")
        place = self._made()
        path = object_path(self._root / OBJECTS, digest)
        sweep_partials(path.parent)  # what a killed upload of it left
        place.upload(source, digest, on_bytes)
        _forget(path)
        if (found := place.found_digest(digest)) != digest:
            place.remove(digest)
            raise ServiceFailed(
                f"{self._where(digest)} was read back with SHA-256 {found} and was removed",
                hint="check the disk before anything else is written to it",
            )
        return Sent(path.stat().st_size, "read-back")

    def download(self, digest: Digest, target: int, on_bytes: OnBytes | None = None) -> None:
        place = self._objects(digest)
        if place is None:
            raise NotFound(f"object {digest} is not in {self.url}")
        place.download(digest, target, on_bytes)

    def check(self, digest: Digest, size: int, on_bytes: OnBytes | None = None) -> Digest | None:
        place = self._objects(digest)
        try:
            return place.found_digest(digest, on_bytes) if place else None
        except NotFound:
            return None

    def objects(self) -> Iterator[tuple[Digest, int]]:
        place = self._objects()
        for lying in place.listing() if place else ():
            if lying.digest is not None:
                yield lying.digest, lying.size

    def remove(self, digest: Digest) -> bool:
        place = self._objects(digest)
        return place is not None and place.remove(digest)

    def names(self, prefix: str) -> Iterator[str]:
        self._require()
        yield from self._shelf.names(prefix)

    def read(self, name: str) -> bytes:
        self._require()
        return self._shelf.read(name)

    def write(self, name: str, data: bytes) -> None:
        self._require()
        self._shelf.write(name, data)

    def discard(self, name: str) -> bool:
        self._require()
        return self._shelf.discard(name)

    def _objects(self, digest: Digest | None = None) -> FolderPlace | None:
        """Return the place of the objects, None if none was ever written."""
        folder = self._root / OBJECTS
        if digest is not None:
            parse_digest(digest)
        self._require()
        no_link(folder if digest is None else object_path(folder, digest).parent, self._root)
        return FolderPlace(f"{self.url}/{OBJECTS}", folder) if folder.is_dir() else None

    def _made(self) -> FolderPlace:
        folder = self._root / OBJECTS
        with disk_errors("make", folder):
            make_folders(folder)
        return FolderPlace(f"{self.url}/{OBJECTS}", folder)

    def _require(self) -> None:
        if not self._own and not self._root.is_dir():
            raise ServiceFailed(
                f"there is no folder {self._root} for backups",
                hint="mount it; where it is to be new, make it first",
            )

    def _where(self, digest: Digest) -> str:
        return object_url(f"{self.url}/{OBJECTS}", digest)


def _forget(path: Path) -> None:
    """Ask the kernel to forget what it keeps of a synced file: the disk shall be read, not it."""
    with disk_errors("read", path), open_regular(path) as fd:
        os.posix_fadvise(fd, 0, 0, os.POSIX_FADV_DONTNEED)
