"""A place for backups in memory: as much of the port as tests of ledger backups need."""

import os
from collections.abc import Iterator
from pathlib import Path

from oneseek.domain.backup_place import Confirmed, OnBytes, Sent
from oneseek.domain.digest import Digest, sha256
from oneseek.domain.errors import Conflict, FoundDamage, NotFound


class SmallPlace:
    """Objects and shelf in two dictionaries, which a test may change."""

    cloud = False

    def __init__(self, url: str = "memory://here", confirmed: Confirmed = "read-back") -> None:
        self.url = url
        self.confirmed: Confirmed = confirmed
        self.store: dict[Digest, bytes] = {}
        self.shelf: dict[str, bytes] = {}

    def send(self, data: bytes) -> Sent:
        """Upload what is only in memory."""
        new = sha256(data) not in self.store
        self.store[sha256(data)] = data
        return Sent(len(data) if new else 0, self.confirmed)

    def size(self, digest: Digest) -> int | None:
        return len(self.store[digest]) if digest in self.store else None

    def upload(self, source: Path, digest: Digest, on_bytes: OnBytes | None = None) -> Sent:
        return self.send(source.read_bytes())

    def download(self, digest: Digest, target: int, on_bytes: OnBytes | None = None) -> None:
        if digest not in self.store:
            raise NotFound(f"object {digest} is not in {self.url}")
        os.write(target, self.store[digest])
        if sha256(self.store[digest]) != digest:
            raise FoundDamage(f"object {digest} in {self.url} is damaged")

    def check(self, digest: Digest, size: int, on_bytes: OnBytes | None = None) -> Digest | None:
        return sha256(self.store[digest]) if digest in self.store else None

    def objects(self) -> Iterator[tuple[Digest, int]]:
        yield from sorted((digest, len(data)) for digest, data in self.store.items())

    def remove(self, digest: Digest) -> bool:
        return self.store.pop(digest, None) is not None

    def names(self, prefix: str) -> Iterator[str]:
        yield from sorted(name for name in self.shelf if name.startswith(prefix))

    def read(self, name: str) -> bytes:
        if name not in self.shelf:
            raise NotFound(f"{name} is not on the shelf of {self.url}")
        return self.shelf[name]

    def write(self, name: str, data: bytes) -> None:
        if self.shelf.setdefault(name, data) != data:
            raise Conflict(f"{name} has other bytes at {self.url}")

    def discard(self, name: str) -> bool:
        return self.shelf.pop(name, None) is not None
