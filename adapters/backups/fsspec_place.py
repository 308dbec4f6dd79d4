"""Backups where fsspec has a driver: ``s3://``, ``abfs://``, ``sftp://`` and many more."""

import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from oneseek.adapters.backups.shelf import (
    OBJECTS,
    absent,
    check_length,
    is_shelf_name,
    other_bytes,
    shelf_name,
    taken,
)
from oneseek.adapters.objects.shared.address import SharedAddress
from oneseek.adapters.objects.shared.fsspec_place import FsspecPlace, open_fsspec
from oneseek.adapters.objects.shared.place import object_url
from oneseek.adapters.objects.shared.trouble import place_errors
from oneseek.domain.backup_place import OnBytes, Sent
from oneseek.domain.digest import Digest
from oneseek.domain.errors import NotFound


class FsspecBackups:
    """The folder that ``place`` is, with the objects in a folder of it."""

    cloud = True

    def __init__(self, place: FsspecPlace) -> None:
        self.url = place.url
        self._place = place
        self._files = place.files
        self._objects = place.below(OBJECTS)

    def size(self, digest: Digest) -> int | None:
        return self._objects.size(digest)

    def upload(self, source: Path, digest: Digest, on_bytes: OnBytes | None = None) -> Sent:
        if self.size(digest) is None:
            confirmed = self._objects.send(source, digest, on_bytes)
            return Sent(source.stat().st_size, confirmed)
        if self._objects.vouches(source, digest, source.stat().st_size):
            return Sent(0, "checksum")
        if (there := self._objects.found_digest(digest)) != digest:
            raise other_bytes(object_url(self._objects.url, digest), f"it has SHA-256 {there}")
        return Sent(0, "read-back")

    def download(self, digest: Digest, target: int, on_bytes: OnBytes | None = None) -> None:
        self._objects.download(digest, target, on_bytes)

    def check(self, digest: Digest, size: int, on_bytes: OnBytes | None = None) -> Digest | None:
        try:
            return self._objects.found_digest(digest, on_bytes)
        except NotFound:
            return None

    def objects(self) -> Iterator[tuple[Digest, int]]:
        for lying in self._objects.listing():
            if lying.digest is not None:
                yield lying.digest, lying.size

    def remove(self, digest: Digest) -> bool:
        return self._objects.remove(digest)

    def names(self, prefix: str) -> Iterator[str]:
        with place_errors("list", self.url):
            self._files.invalidate_cache()
            found = self._files.find(self._place.root)
        every = (path.removeprefix(f"{self._place.root}/") for path in found)
        yield from sorted(name for name in every if name.startswith(prefix) and is_shelf_name(name))

    def read(self, name: str) -> bytes:
        path = self._path(name)
        with place_errors("read from", self.url):
            try:
                check_length(self.url, name, self._files.size(path) or 0)
                found: bytes = self._files.cat_file(path)
            except FileNotFoundError:
                raise absent(self.url, name) from None
        return found

    def write(self, name: str, data: bytes) -> None:
        path = self._path(name)
        with suppress(NotFound):
            return self._same(name, data)
        with place_errors("write to", self.url):
            if self._place.buckets:
                self._files.pipe_file(path, data)
            else:
                self._publish(path, data)
        return self._same(name, data)  # of two at once the later one is there: the other is told

    def discard(self, name: str) -> bool:
        path = self._path(name)
        with place_errors("remove from", self.url):
            self._files.invalidate_cache()
            if not self._files.exists(path):
                return False
            self._files.rm_file(path)
        return True

    def _publish(self, path: str, data: bytes) -> None:
        folder = path.rpartition("/")[0]
        self._files.makedirs(folder, exist_ok=True)
        partial = f"{folder}/.oneseek-{os.urandom(8).hex()}.partial"
        try:
            self._files.pipe_file(partial, data)
            self._files.mv(partial, path)
        except BaseException:
            with suppress(Exception):
                self._files.rm_file(partial)
            raise

    def _same(self, name: str, data: bytes) -> None:
        if self.read(name) != data:
            raise taken(self.url, name)

    def _path(self, name: str) -> str:
        return f"{self._place.root}/{shelf_name(name)}"


def open_fsspec_backups(address: SharedAddress) -> FsspecBackups:
    """Return the place at ``address`` after a first contact with it.

    Raises:
        InvalidInput: fsspec knows no such scheme.
        ServiceFailed: the driver is not installed, or the place cannot be used.
    """
    return FsspecBackups(open_fsspec(address))
