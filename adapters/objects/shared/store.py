"""The content store over a shared place: the local store is a write-through cache in front of it.

What is put is on the local disk first, then in the shared place, and known to be there, before
``put`` returns: the append that follows may only name bytes that every machine can get. A crash in
between leaves a local object that no entry names.
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import BinaryIO, Self

from oneseek.adapters.objects.reading import OnBytes
from oneseek.adapters.objects.shared.checking import check_shared
from oneseek.adapters.objects.shared.place import Place
from oneseek.adapters.objects.store import FileObjectStore
from oneseek.domain.digest import Digest
from oneseek.domain.errors import NotFound
from oneseek.domain.findings import Finding

OnTransfer = Callable[[str, int], None]
"""Told what is about to be moved ("uploading", "fetching") and its size in bytes."""


class SharedObjectStore:
    """Objects in the place that ``open_place`` gives, cached in ``local``.

    The place is opened when it is first needed: what lies in the cache can be read without it.
    Beside what the local store raises, every method raises ServiceFailed, in one sentence, when
    the place cannot be used.
    """

    def __init__(
        self,
        local: FileObjectStore,
        open_place: Callable[[], Place],
        on_transfer: OnTransfer | None = None,
    ) -> None:
        self._local = local
        self._open_place = open_place
        self._on_transfer = on_transfer
        self._listing: dict[Digest, int] | None = None

    @cached_property
    def shared(self) -> Place:
        """The shared place."""
        return self._open_place()

    @property
    def local(self) -> FileObjectStore:
        """The cache."""
        return self._local

    def put(self, data: bytes) -> Digest:
        """Keep ``data`` here and there and return its digest."""
        digest = self._local.put(data)
        self.share(digest)  # crash before: a local object that nothing names
        return digest

    def put_file(self, path: Path, *, on_bytes: OnBytes | None = None) -> tuple[Digest, int]:
        """Keep the bytes of the file ``path`` here and there; return their digest and number.

        ``on_bytes`` is told of reading the file. Raises as the local store.
        """
        digest, size = self._local.put_file(path, on_bytes=on_bytes)
        self.share(digest)
        return digest, size

    @contextmanager
    def together(self) -> Iterator[Self]:
        """Give this store: every object is uploaded, and is safe at once."""
        yield self

    def share(self, digest: Digest, on_bytes: OnBytes | None = None) -> bool:
        """Upload an object of the cache unless the place has it; say whether it was uploaded.

        Raises:
            FoundDamage: the bytes here are others; nothing was uploaded.
        """
        size = self._local.size(digest)
        # One of another length is damaged for certain, and is replaced.
        if self.shared.size(digest) == size:
            return False
        self._tell("uploading", size)
        self.shared.upload(self._local.path(digest), digest, on_bytes)
        return True

    def fetch(self, digest: Digest, on_bytes: OnBytes | None = None) -> bool:
        """Bring an object into the cache unless it is there; say whether it was fetched.

        Raises:
            NotFound: it is in neither.
            FoundDamage: the bytes there are others; nothing was kept.
        """
        if self._local.has(digest):
            return False
        size = self.shared.size(digest)
        if size is None:
            raise self._absent(digest)
        self._tell("fetching", size)
        self._local.take_in(digest, lambda fd: self.shared.download(digest, fd, on_bytes))
        return True

    def read(self, digest: Digest) -> bytes:
        """Return the bytes of an object, checked against its digest; fetched if need be."""
        self.fetch(digest)
        return self._local.read(digest)

    def open(self, digest: Digest) -> BinaryIO:
        """Open an object for reading; the caller closes it. It is checked when it is fetched."""
        self.fetch(digest)
        return self._local.open(digest)

    def path(self, digest: Digest) -> Path:
        """Return where the object lies in the cache, after fetching it. Only for reading."""
        self.fetch(digest)
        return self._local.path(digest)

    def size(self, digest: Digest) -> int:
        """Return the length of an object in the shared place; NotFound if it is not there."""
        size = self._size(digest)
        if size is None:
            raise self._absent(digest)
        return size

    def has(self, digest: Digest) -> bool:
        """Say whether the shared place has the object: the cache alone is no safe place."""
        return self._size(digest) is not None

    def digests(self) -> Iterator[tuple[Digest, int]]:
        """Yield every object of the shared place with its length, in order of the digests."""
        for lying in self.shared.listing():
            if lying.digest is not None:
                yield lying.digest, lying.size

    def listed(self) -> Self:
        """Return this store with ``has`` and ``size`` answered from one listing: for audits.

        An audit asks for every object, and every question would be a request.
        """
        other = type(self)(self._local, lambda: self.shared, self._on_transfer)
        other._listing = dict(self.digests())
        return other

    def place(self, digest: Digest, target: Path) -> None:
        """Give ``target`` the bytes of an object, as the local store does; fetched if need be."""
        self.fetch(digest)
        self._local.place(digest, target)

    def check(
        self, digests: Iterable[Digest] | None = None, on_bytes: OnBytes | None = None
    ) -> Iterator[Finding]:
        """Read the named objects again, there and here; everything and strangers if None.

        A finding's ``where`` is a URL for the shared place and a path for the cache. ``on_bytes``
        is told of what is read there.
        """
        yield from check_shared(self._local, self.shared, digests, on_bytes)

    def remove(self, digest: Digest) -> bool:
        """Remove an object there and here; say whether it was there or here."""
        there = self.shared.remove(digest)
        return self._local.remove(digest) or there

    def sweep_staging(self) -> int:
        """Remove what killed writers left in the local staging; return how many."""
        return self._local.sweep_staging()

    def _size(self, digest: Digest) -> int | None:
        if self._listing is not None:
            return self._listing.get(digest)
        return self.shared.size(digest)

    def _tell(self, what: str, size: int) -> None:
        if self._on_transfer is not None:
            self._on_transfer(what, size)

    def _absent(self, digest: Digest) -> NotFound:
        return NotFound(
            f"object {digest} is not in {self.shared.url}",
            hint="run on a machine that has it: oneseek objects push; or restore a backup",
        )
