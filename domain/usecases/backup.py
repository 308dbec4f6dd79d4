"""Taking a backup of a version: objects first, then its file on the shelf, then the entry.

Killed before the shelf, nothing can be seen there, and what was sent need not be sent again. Killed
before the entry, the backup is whole, and the next run records it instead of making another one.
"""

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass
from pathlib import Path

from oneseek.domain.backup_place import BackupPlace, Confirmed, OnBytes
from oneseek.domain.decisions import backups
from oneseek.domain.digest import Digest, sha256
from oneseek.domain.errors import FoundDamage, ServiceFailed
from oneseek.domain.events import BackupTaken
from oneseek.domain.listings import (
    Listed,
    OnShelf,
    VersionListing,
    shelf_name,
)
from oneseek.domain.ports import Ports
from oneseek.domain.state.documents import Version
from oneseek.domain.usecases.backups_there import ReadThere
from oneseek.domain.usecases.pack_backup import Maker, gather_version, pack, unrecorded
from oneseek.domain.usecases.record import record

Bar = Callable[[str, int], AbstractContextManager[OnBytes]]
"""Shows bytes: what of, and how many in all."""


@dataclass(frozen=True, slots=True)
class Taken:
    """A backup that was taken, or found there whole and recorded."""

    event: BackupTaken
    sent: int
    """Bytes that were sent; the rest lay there already."""
    absent: int
    """Objects of the version that were not kept here any more."""
    entry: int


def back_up(
    ports: Ports, place: BackupPlace, version: Version, make: Maker, read: ReadThere, bar: Bar
) -> Taken | None:
    """Copy ``version`` to ``place``; None when a whole backup of it lies there already.

    Raises:
        NotFound: an object without which it cannot be restored is not kept here.
        FoundDamage: an object here is damaged; nothing stands on the shelf.
        ServiceFailed: the place cannot be used; nothing was recorded.
    """
    with ports.ledger.view() as view:
        if backups.current_backup(view, place.url, version) is not None:
            return None
        damaged = backups.damaged_backups(view, place.url, version)
    gathered = gather_version(ports, version)
    packed = unrecorded(ports, place, gathered, read) or pack(ports, gathered, make)
    total = packed.listing.size + len(packed.listing.to_bytes())
    with bar(version.dna, total) as on_bytes:
        sender = _Sender(ports, place, packed.paths, on_bytes, mend=bool(damaged))
        name = _copy(ports, place, packed.listing, sender)
    event = BackupTaken(
        target=place.url,
        what="version",
        name=name,
        manifest=version.manifest,
        dna=version.dna,
        tree_size=None,
        root=None,
        listing=sha256(packed.listing.to_bytes()),
        objects=len(packed.listing.objects),
        size=packed.listing.size,
        confirmed=sender.confirmed,
    )
    receipt = record(ports, lambda view: backups.take(view, version, event))
    if receipt is None:
        return None
    with suppress(ServiceFailed):  # what stays on the shelf is taken off by the next pruning
        for backup in damaged:
            if backup.name != name:
                place.discard(backup.name)
    return Taken(event, sender.sent, len(packed.listing.absent), receipt.indices[0])


def _copy(ports: Ports, place: BackupPlace, listing: VersionListing, sender: "_Sender") -> str:
    """Send everything, put the backup on the shelf, and return its name there."""
    raw = listing.to_bytes()
    digest = ports.objects.put(raw)
    wanted = (*listing.objects, Listed(digest, len(raw), "listing"))
    there = [item for item in wanted if not sender.send(item)]
    name = shelf_name(listing.dna, digest)
    place.write(name, OnShelf.of(raw).to_bytes())
    # A pruning of another ledger may have come between: what lay there is looked at again.
    for item in there:
        if place.size(item.digest) != item.size:
            sender.send(item)
    return name


def lacking(ports: Ports, place: BackupPlace, version: Version) -> tuple[int, int]:
    """Return how many objects a backup would send, and their bytes, without bundle and proof.

    Raises: as :func:`back_up`.
    """
    listed = gather_version(ports, version).listed
    sizes = [item.size for item in listed if place.size(item.digest) != item.size]
    return len(sizes), sum(sizes)


class _Sender:
    """Gives objects to a place, and knows how it is known that they are there."""

    def __init__(
        self,
        ports: Ports,
        place: BackupPlace,
        paths: Mapping[Digest, Path],
        on_bytes: OnBytes,
        *,
        mend: bool,
    ) -> None:
        self._ports, self._place, self._paths = ports, place, paths
        self._on_bytes, self._mend = on_bytes, mend
        self._checksum = False
        self.sent = 0

    @property
    def confirmed(self) -> Confirmed:
        """``read-back`` where every object was, else ``checksum``."""
        return "checksum" if self._checksum else "read-back"

    def send(self, item: Listed) -> int:
        """Return how many bytes were sent: 0 where the object lay there already."""
        source = self._paths.get(item.digest)
        if source is None and not self._ports.objects.has(item.digest):
            return 0  # of an unrecorded backup: it was read there
        if self._mend and self._is_damaged(item):
            self._place.remove(item.digest)
        path = source or self._ports.objects.path(item.digest)
        done = self._place.upload(path, item.digest, self._on_bytes)
        if not done.size:
            self._on_bytes(item.size)
        self._checksum |= done.confirmed == "checksum"
        self.sent += done.size
        return done.size

    def _is_damaged(self, item: Listed) -> bool:
        try:
            return self._place.check(item.digest, item.size) not in (None, item.digest)
        except FoundDamage:
            return True  # a link lies there, or no file at all
