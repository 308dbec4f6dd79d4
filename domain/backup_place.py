"""Where backups lie: objects by digest, shared by all backups there, and a shelf of small files.

A backup is complete when its file is on the shelf: it is written last, names the listing object,
and is never changed. What lies there without being named by a file on the shelf is swept by the
next pruning.

    URL/objects/9f/86d081…          objects, as in a content store
    URL/versions/NAME.json          one file per backup of a version
    URL/ledger/NAME.json            one per backup of the ledger
    URL/vault/NAME                  backups of the vault, encrypted
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, Protocol

from oneseek.domain.digest import Digest

OnBytes = Callable[[int], None]

Confirmed = Literal["checksum", "read-back"]
"""How it is known that the bytes are there: the service's own checksum, or all of them read."""


@dataclass(frozen=True, slots=True)
class Sent:
    """What an upload did."""

    size: int
    """Bytes that were sent; 0 where the object lay there already."""
    confirmed: Confirmed


class BackupPlace(Protocol):
    """A place for backups. Every method raises ServiceFailed, in one sentence, if it can't be used.

    ``url`` holds no secret and is the name that events give the place; ``local`` for the folder of
    the workspace itself.
    """

    @property
    def url(self) -> str: ...

    @property
    def cloud(self) -> bool:
        """Whether the policy for the cloud counts here, and not the one for local copies."""
        ...

    def size(self, digest: Digest) -> int | None:
        """Return the length of an object in bytes, None if it is not there."""
        ...

    def upload(self, source: Path, digest: Digest, on_bytes: OnBytes | None = None) -> Sent:
        """Give the object its bytes unless it has them; when it returns they are confirmed there.

        An upload that was cut off is continued where the service can; nobody ever sees half an
        object under its name.

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

    def check(self, digest: Digest, size: int, on_bytes: OnBytes | None = None) -> Digest | None:
        """Read the whole object; return the digest of its bytes, None if it is not there.

        Raises:
            FoundDamage: what has its name is a link, or no file at all.
        """
        ...

    def objects(self) -> Iterator[tuple[Digest, int]]:
        """Yield every object with its length, in order of the digests."""
        ...

    def remove(self, digest: Digest) -> bool:
        """Remove an object; say whether it was there."""
        ...

    def names(self, prefix: str) -> Iterator[str]:
        """Yield the names on the shelf that begin with ``prefix``, sorted: ``versions/x.json``."""
        ...

    def read(self, name: str) -> bytes:
        """Return a file of the shelf.

        Raises:
            NotFound: there is none of this name.
            FoundDamage: it is larger than any that is written, a link, or no file at all.
        """
        ...

    def write(self, name: str, data: bytes) -> None:
        """Put a new file on the shelf, whole or not at all; the same bytes again do no harm.

        Raises:
            Conflict: other bytes have this name; they stay.
        """
        ...

    def discard(self, name: str) -> bool:
        """Take a file off the shelf; say whether it was there."""
        ...
