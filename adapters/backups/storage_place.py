"""Backups in Firebase Storage, or any other bucket of Google Cloud Storage.

Nobody overwrites anything: every object is made with ``ifGenerationMatch=0`` and removed by its
generation. What arrived is confirmed by the checksums that the service computed.
"""

import hashlib
import os
from collections.abc import Iterator
from pathlib import Path

from google.api_core import exceptions as api

from oneseek.adapters.backups.checksums import Checksums, checksums, of_bytes
from oneseek.adapters.backups.resumable import PIECE_BYTES, Resumable
from oneseek.adapters.backups.shelf import (
    OBJECTS,
    absent,
    check_length,
    is_shelf_name,
    other_bytes,
    shelf_name,
    taken,
)
from oneseek.adapters.backups.storage_bucket import Stat, StorageBucket, stat_of
from oneseek.adapters.backups.storage_trouble import storage_errors
from oneseek.adapters.backups.upload_sessions import upload_session
from oneseek.adapters.objects.disk import disk_errors
from oneseek.adapters.objects.durable import write_all
from oneseek.adapters.objects.reading import open_regular
from oneseek.adapters.objects.shared.place import (
    damaged_here,
    damaged_there,
    named_digest,
    object_url,
)
from oneseek.domain.backup_place import OnBytes, Sent
from oneseek.domain.digest import Digest
from oneseek.domain.errors import NotFound, ServiceFailed

_ATTEMPTS = 2


class StorageBackups:
    """The prefix ``prefix`` (empty, or ending with a slash) of a bucket."""

    cloud = True

    def __init__(self, url: str, bucket: StorageBucket, prefix: str, sessions: Path) -> None:
        self.url = url
        self._bucket = bucket
        self._prefix = prefix
        self._sessions = sessions

    def require(self) -> None:
        """Make the first contact: listing is a right that every use needs."""
        with storage_errors("list", self.url):
            self._bucket.require(self._prefix)

    def size(self, digest: Digest) -> int | None:
        stat = self._stat(self._object(digest))
        return stat.size if stat else None

    def upload(self, source: Path, digest: Digest, on_bytes: OnBytes | None = None) -> Sent:
        name = self._object(digest)
        sums = checksums(source)
        if sums.digest != digest:
            raise damaged_here(source, digest, sums.digest)
        sent = 0
        for _ in range(_ATTEMPTS):
            if (there := self._stat(name)) is not None:
                if not there.has(sums):
                    raise other_bytes(self._where(digest), "its checksum is another")
                return Sent(sent, "checksum")
            with storage_errors("write to", self.url):
                try:
                    made, size = self._send(source, name, sums, on_bytes)
                except (api.PreconditionFailed, api.BadRequest):
                    continue  # somebody was first, our answer was lost; or refused: other bytes
            sent += size
            if made.has(sums):
                return Sent(sent, "checksum")
            self._take_back(made)
        raise ServiceFailed(
            f"{self._where(digest)} arrived with another checksum twice; it is not there",
            hint="check the network and the memory of this machine, then repeat",
        )

    def download(self, digest: Digest, target: int, on_bytes: OnBytes | None = None) -> None:
        found = self._read(digest, target, on_bytes)
        if found != digest:
            raise damaged_there(f"{self.url}/{OBJECTS}", digest, found)

    def check(self, digest: Digest, size: int, on_bytes: OnBytes | None = None) -> Digest | None:
        try:
            return self._read(digest, None, on_bytes)
        except NotFound:
            return None

    def objects(self) -> Iterator[tuple[Digest, int]]:
        prefix = f"{self._prefix}{OBJECTS}/"
        with storage_errors("list", self.url):
            for name, size in self._bucket.listing(prefix):
                if digest := named_digest(name.removeprefix(prefix)):
                    yield digest, size

    def remove(self, digest: Digest) -> bool:
        return self._delete(self._object(digest))

    def names(self, prefix: str) -> Iterator[str]:
        with storage_errors("list", self.url):
            for found, _ in self._bucket.listing(self._prefix + prefix):
                if is_shelf_name(name := found.removeprefix(self._prefix)):
                    yield name

    def read(self, name: str) -> bytes:
        stat = self._stat(self._prefix + shelf_name(name))
        if stat is None:
            raise absent(self.url, name)
        check_length(self.url, name, stat.size)
        with storage_errors("read from", self.url):
            return self._bucket.content(stat)

    def write(self, name: str, data: bytes) -> None:
        full, sums = self._prefix + shelf_name(name), of_bytes(data)
        with storage_errors("write to", self.url):
            try:
                made: Stat | None = self._bucket.insert(full, data)
            except api.PreconditionFailed:
                made = None
        if made is None:
            if self.read(name) != data:
                raise taken(self.url, name)
        elif not made.has(sums):
            self._take_back(made)
            raise ServiceFailed(
                f"{self.url}/{name} arrived with another checksum, and was removed", hint="repeat"
            )

    def discard(self, name: str) -> bool:
        return self._delete(self._prefix + shelf_name(name))

    def _send(
        self, source: Path, name: str, sums: Checksums, on_bytes: OnBytes | None
    ) -> tuple[Stat, int]:
        with open_regular(source) as fd:

            def read(start: int, length: int) -> bytes:
                with disk_errors("read", source):
                    return os.pread(fd, length, start)

            if sums.size <= PIECE_BYTES:
                made = self._bucket.insert(name, read(0, PIECE_BYTES))
                if on_bytes is not None:
                    on_bytes(sums.size)
                return made, sums.size
            with upload_session(
                self._sessions, f"{self.url}\n{name}", self._bucket.endpoint
            ) as session:
                upload = Resumable(
                    read,
                    sums,
                    session,
                    lambda: self._bucket.begin(name, sums.size),
                    self._bucket.patience,
                    on_bytes,
                )
                return stat_of(upload.run()), upload.sent

    def _read(self, digest: Digest, target: int | None, on_bytes: OnBytes | None) -> Digest:
        stat = self._stat(self._object(digest))
        if stat is None:
            raise NotFound(f"object {digest} is not in {self.url}")
        sink = _Sink(target, on_bytes)
        try:
            with storage_errors("read from", self.url):
                self._bucket.stream(stat, sink)
        except Exception:
            if sink.failed is not None:  # this machine's disk, or whoever watches
                raise sink.failed from None
            raise
        return sink.hasher.hexdigest()

    def _stat(self, name: str) -> Stat | None:
        with storage_errors("look into", self.url):
            return self._bucket.stat(name)

    def _delete(self, name: str) -> bool:
        stat = self._stat(name)
        with storage_errors("remove from", self.url):
            return stat is not None and self._bucket.delete(name, stat.generation)

    def _take_back(self, made: Stat) -> None:
        with storage_errors("remove from", self.url):
            self._bucket.delete(made.name, made.generation)

    def _object(self, digest: Digest) -> str:
        return object_url(f"{self._prefix}{OBJECTS}", digest)

    def _where(self, digest: Digest) -> str:
        return object_url(f"{self.url}/{OBJECTS}", digest)


class _Sink:
    """A file for the library that hashes what it is given and remembers whose fault an error is."""

    def __init__(self, target: int | None, on_bytes: OnBytes | None) -> None:
        self.hasher = hashlib.sha256()
        self.size = 0
        self.failed: BaseException | None = None
        self._target = target
        self._on_bytes = on_bytes

    def write(self, piece: bytes) -> int:
        try:
            if self._target is not None:
                write_all(self._target, piece)
            self.hasher.update(piece)
            self.size += len(piece)
            if self._on_bytes is not None:
                self._on_bytes(len(piece))
        except BaseException as error:
            self.failed = error
            raise
        return len(piece)
