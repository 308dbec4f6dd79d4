"""What a place for shared objects must be able to do.

An object lies at ``URL/9f/86d081…`` (2 and 62 digits), as in the local store, so either can be
copied to the other by any tool. It gets its name only when it is complete.
"""

import hashlib
import re
from abc import ABC, abstractmethod
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from oneseek.adapters.objects.durable import write_all
from oneseek.adapters.objects.reading import OnBytes
from oneseek.domain.digest import Digest, parse_digest
from oneseek.domain.errors import FoundDamage

_NAME = re.compile(r"[0-9a-f]{2}/[0-9a-f]{62}")


@dataclass(frozen=True, slots=True)
class Lying:
    """Something that lies in a place. ``digest`` is None where it is not named as an object."""

    where: str
    size: int
    digest: Digest | None


class Place(Protocol):
    """A shared place. Every method raises ServiceFailed, in one sentence, when it cannot be used.

    What takes a digest raises InvalidInput for text that is none.
    """

    @property
    def url(self) -> str:
        """Its URL, without secrets."""
        ...

    def size(self, digest: Digest) -> int | None:
        """Return the length of an object in bytes, None if it is not there."""
        ...

    def upload(self, source: Path, digest: Digest, on_bytes: OnBytes | None = None) -> None:
        """Give the object its bytes; when it returns they are known to be there.

        Raises:
            FoundDamage: ``source`` is damaged; nothing was uploaded under the object's name.
        """
        ...

    def download(self, digest: Digest, target: int, on_bytes: OnBytes | None = None) -> None:
        """Write the bytes of an object to the descriptor ``target``, comparing them on the way.

        Raises:
            NotFound: it is not there.
            FoundDamage: the bytes are others.
        """
        ...

    def found_digest(self, digest: Digest, on_bytes: OnBytes | None = None) -> Digest:
        """Return the digest that the bytes under this name have; NotFound if there are none."""
        ...

    def listing(self) -> Iterator[Lying]:
        """Yield everything that lies there but half-uploaded files, in order of the names."""
        ...

    def remove(self, digest: Digest) -> bool:
        """Remove an object; say whether it was there."""
        ...


class ReadPlace(ABC):
    """Comparing what is read, for any place that can give the bytes of an object in pieces."""

    _url: str

    @property
    def url(self) -> str:
        return self._url

    @abstractmethod
    def _pieces(self, digest: Digest) -> Iterator[bytes | memoryview]:
        """Yield the bytes of an object; a piece is valid until the next one is asked for.

        Errors of the place are raised in here, so that those of whoever writes the pieces (a full
        disk of this machine) are not taken for them.
        """

    def download(self, digest: Digest, target: int, on_bytes: OnBytes | None = None) -> None:
        found = self._hash(digest, target, on_bytes)
        if found != digest:
            raise damaged_there(self._url, digest, found)

    def found_digest(self, digest: Digest, on_bytes: OnBytes | None = None) -> Digest:
        return self._hash(digest, None, on_bytes)

    def _hash(self, digest: Digest, target: int | None, on_bytes: OnBytes | None) -> Digest:
        hasher = hashlib.sha256()
        for piece in self._pieces(digest):
            hasher.update(piece)
            if target is not None:
                write_all(target, piece)
            if on_bytes is not None:
                on_bytes(len(piece))
        return hasher.hexdigest()


def object_url(url: str, digest: Digest) -> str:
    """Return the full name of an object in the place ``url``."""
    parse_digest(digest)
    return f"{url}/{digest[:2]}/{digest[2:]}"


def named_digest(name: str) -> Digest | None:
    """Return the digest of the object that lies at ``name`` below the URL; None if none does."""
    return name.replace("/", "") if _NAME.fullmatch(name) else None


def damaged_there(url: str, digest: Digest, found: Digest) -> FoundDamage:
    """Return the error for an object whose shared bytes are others."""
    return FoundDamage(
        f"object {digest} is damaged: {object_url(url, digest)} has SHA-256 {found}",
        hint="delete it there, then run on a machine that has it: oneseek objects push",
    )


def damaged_here(source: Path, digest: Digest, found: Digest) -> FoundDamage:
    """Return the error for an object whose local bytes are others, before it is uploaded."""
    return FoundDamage(
        f"object {digest} is damaged and was not uploaded: {source} has SHA-256 {found}",
        hint="restore it from a backup",
    )
