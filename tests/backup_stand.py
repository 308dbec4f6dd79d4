"""A place for backups in memory, that can go away in the middle; and what fills it."""

import os
from collections.abc import Iterator
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from pathlib import Path

from oneseek.domain.backup_place import Confirmed, OnBytes, Sent
from oneseek.domain.decisions.lookup import find_version
from oneseek.domain.digest import Digest, sha256
from oneseek.domain.dossier import Dossier
from oneseek.domain.errors import Conflict, FoundDamage, NotFound, ServiceFailed
from oneseek.domain.state.documents import Backup, Version
from oneseek.domain.stored import Head
from oneseek.domain.usecases.backup import Taken, back_up
from oneseek.domain.usecases.pack_backup import Made
from workbench import Workbench


@dataclass
class MemoryPlace:
    """Keeps the promises of a place; ``left`` calls later it is gone."""

    url: str = "memory://here"
    cloud: bool = False
    confirmed: Confirmed = "read-back"
    store: dict[Digest, bytes] = field(default_factory=dict)
    shelf: dict[str, bytes] = field(default_factory=dict)
    left: int | None = None
    read_bytes: int = 0
    calls: int = 0

    def _call(self) -> None:
        self.calls += 1
        if self.left is not None:
            if self.left == 0:
                raise ServiceFailed(f"{self.url} cannot be reached")
            self.left -= 1

    def size(self, digest: Digest) -> int | None:
        self._call()
        return len(self.store[digest]) if digest in self.store else None

    def upload(self, source: Path, digest: Digest, on_bytes: OnBytes | None = None) -> Sent:
        self._call()
        data = source.read_bytes()
        if len(self.store.get(digest, b"")) == len(data) and digest in self.store:
            return Sent(0, self.confirmed)
        if sha256(data) != digest:
            raise FoundDamage(f"object {digest} is damaged")
        self.store[digest] = data
        if on_bytes is not None:
            on_bytes(len(data))
        return Sent(len(data), self.confirmed)

    def download(self, digest: Digest, target: int, on_bytes: OnBytes | None = None) -> None:
        os.write(target, self.fetch(digest))

    def fetch(self, digest: Digest) -> bytes:
        """Return an object as ``download`` writes it."""
        self._call()
        if digest not in self.store:
            raise NotFound(f"object {digest} is not in {self.url}")
        if sha256(self.store[digest]) != digest:
            raise FoundDamage(f"object {digest} in {self.url} is damaged")
        return self.store[digest]

    def check(self, digest: Digest, size: int, on_bytes: OnBytes | None = None) -> Digest | None:
        self._call()
        if digest not in self.store:
            return None
        self.read_bytes += len(self.store[digest])
        return sha256(self.store[digest])

    def objects(self) -> Iterator[tuple[Digest, int]]:
        self._call()
        yield from sorted((digest, len(data)) for digest, data in self.store.items())

    def remove(self, digest: Digest) -> bool:
        self._call()
        return self.store.pop(digest, None) is not None

    def names(self, prefix: str) -> Iterator[str]:
        self._call()
        yield from sorted(name for name in self.shelf if name.startswith(prefix))

    def read(self, name: str) -> bytes:
        self._call()
        if name not in self.shelf:
            raise NotFound(f"{name} is not in {self.url}")
        return self.shelf[name]

    def write(self, name: str, data: bytes) -> None:
        self._call()
        if self.shelf.setdefault(name, data) != data:
            raise Conflict(f"{name} in {self.url} has other bytes")

    def discard(self, name: str) -> bool:
        self._call()
        return self.shelf.pop(name, None) is not None


@dataclass
class SmallMaker:
    """Makes files in a folder; a bundle is a line that says which ledger size it is of."""

    folder: Path

    def bundle(self, dossier: Dossier, head: Head) -> Made:
        return self.file(f"{dossier.subject.version.dna} of {head.size}".encode())

    def file(self, data: bytes) -> Made:
        digest = sha256(data)
        self.folder.mkdir(exist_ok=True)
        (self.folder / digest).write_bytes(data)
        return Made(self.folder / digest, digest, len(data))


def no_bar(title: str, total: int) -> AbstractContextManager[OnBytes]:
    """Show nothing."""
    return nullcontext(lambda count: None)


def version_of(bench: Workbench, text: str) -> Version:
    """Return the version that ``text`` names."""
    with bench.ledger.view() as view:
        return find_version(view, text)


def take(bench: Workbench, place: MemoryPlace, text: str = "1.0") -> Taken | None:
    """Take a backup of the version that ``text`` names."""
    maker = SmallMaker(bench.folder / "made")
    return back_up(bench.ports, place, version_of(bench, text), maker, place.fetch, no_bar)


def known(bench: Workbench) -> list[Backup]:
    """Return what the ledger knows of backups."""
    with bench.ledger.view() as view:
        return [backup for _, backup in view.scan(Backup)]
