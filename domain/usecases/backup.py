"""Taking a backup of a version: objects first, then its file on the shelf, then the entry.

Killed before the shelf, nothing can be seen there, and what was sent need not be sent again. Killed
before the entry, the backup is whole, and the next run records it instead of making another one.
"""

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from oneseek.domain.backup_contents import Wanted, certified_contents, imported_contents
from oneseek.domain.backup_place import BackupPlace, Confirmed, OnBytes
from oneseek.domain.decisions import backups
from oneseek.domain.digest import Digest, sha256
from oneseek.domain.dossier import Dossier, gather
from oneseek.domain.errors import FoundDamage, LedgerBroken, NotFound, ServiceFailed
from oneseek.domain.events import BackupTaken, VersionImported
from oneseek.domain.listings import (
    Absent,
    BaseNamed,
    Listed,
    OnShelf,
    TreeHead,
    VersionListing,
    shelf_name,
    shelf_prefix,
)
from oneseek.domain.manifest import PROOF_FILE, Manifest
from oneseek.domain.note.checkpoint import Checkpoint
from oneseek.domain.note.signed_note import parse_note
from oneseek.domain.ports import Ports
from oneseek.domain.registry import REGISTRY
from oneseek.domain.state.documents import Signature, Version
from oneseek.domain.state.versions import version_base
from oneseek.domain.stored import Head
from oneseek.domain.usecases.backups_there import ReadThere, recorded_names
from oneseek.domain.usecases.prove_entry import prove_entry
from oneseek.domain.usecases.record import record

BUNDLE = "bundle.zip"
NO_BUNDLE = "the version was imported: how it came to be is not recorded, so no bundle proves it"


@dataclass(frozen=True, slots=True)
class Made:
    """A file that is not in the content store."""

    path: Path
    digest: Digest
    size: int


class Maker(Protocol):
    """Makes the files of a backup that no object holds; they last as long as the maker."""

    def bundle(self, dossier: Dossier, head: Head) -> Made:
        """Write and verify what ``oneseek bundle export`` writes."""
        ...

    def file(self, data: bytes) -> Made:
        """Write ``data``."""
        ...


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


@dataclass(frozen=True, slots=True)
class _Gathered:
    """All that is known of a version, and which of its objects are kept."""

    version: Version
    head: Head
    dossier: Dossier | None
    base: BaseNamed | None
    listed: tuple[Listed, ...]
    absent: tuple[Absent, ...]


@dataclass(frozen=True, slots=True)
class _Packed:
    """A listing, and where the bytes of what it lists are."""

    listing: VersionListing
    paths: Mapping[Digest, Path]
    """Of the objects that the content store does not hold."""


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
    gathered = _gather(ports, version)
    packed = _unrecorded(ports, place, gathered, read) or _pack(ports, gathered, make)
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
    listed = _gather(ports, version).listed
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
        if self._mend:
            found = self._place.check(item.digest, item.size)
            if found is not None and found != item.digest:
                self._place.remove(item.digest)
        path = source or self._ports.objects.path(item.digest)
        done = self._place.upload(path, item.digest, self._on_bytes)
        if not done.size:
            self._on_bytes(item.size)
        self._checksum |= done.confirmed == "checksum"
        self.sent += done.size
        return done.size


def _gather(ports: Ports, version: Version) -> _Gathered:
    with ports.ledger.view() as view:
        head = view.head
        base = version_base(view, version)
        signature = view.get(Signature, version.manifest)
        dossier = None
        if version.imported is None:
            dossier = gather(ports.ledger, view, ports.objects.read, version)
    if dossier is not None:
        wanted = certified_contents(dossier, ports.objects.read)
    else:
        manifest = Manifest.from_bytes(ports.objects.read(version.manifest))
        wanted = imported_contents(version, manifest, _imported(ports, version), signature)
    listed, absent = _kept(ports, version, wanted)
    named = BaseNamed(base.name, base.manifest) if base is not None else None
    return _Gathered(version, head, dossier, named, listed, absent)


def _imported(ports: Ports, version: Version) -> VersionImported:
    row = next(ports.ledger.records(version.index, version.index + 1), None)
    event = REGISTRY.read(row.raw).body if row is not None else None
    if not isinstance(event, VersionImported):
        raise LedgerBroken(f"entry {version.index} should be {VersionImported.kind}, and is not")
    return event


def _kept(
    ports: Ports, version: Version, wanted: Sequence[Wanted]
) -> tuple[tuple[Listed, ...], tuple[Absent, ...]]:
    listed: list[Listed] = []
    absent: list[Absent] = []
    lost: list[Wanted] = []
    for item in wanted:
        try:
            listed.append(Listed(item.digest, ports.objects.size(item.digest), item.what))
        except NotFound:
            absent.append(Absent(item.digest, item.what))
            lost += [item] if item.vital else []
    if lost:
        raise NotFound(
            f"{version.dna} cannot be backed up: {len(lost)} of its objects are not kept here, "
            f"the first is {lost[0].digest} ({lost[0].what})",
            hint=f"bring them back from another backup: oneseek restore {version.dna}",
        )
    return tuple(listed), tuple(absent)


def _pack(ports: Ports, gathered: _Gathered, make: Maker) -> _Packed:
    version, head = gathered.version, gathered.head
    made = {PROOF_FILE: make.file(prove_entry(ports.ledger, version.index).format())}
    if gathered.dossier is not None:
        made[BUNDLE] = make.bundle(gathered.dossier, head)
    listing = VersionListing(
        origin=_origin(head),
        dna=version.dna,
        manifest=version.manifest,
        index=version.index,
        tree=TreeHead(head.size, head.root.hex(), head.checkpoint.decode()),
        bundle=made[BUNDLE].digest if BUNDLE in made else None,
        without_bundle=None if BUNDLE in made else NO_BUNDLE,
        base=gathered.base,
        absent=gathered.absent,
        objects=(
            *gathered.listed,
            *(Listed(file.digest, file.size, what) for what, file in made.items()),
        ),
    )
    return _Packed(listing, {file.digest: file.path for file in made.values()})


def _unrecorded(
    ports: Ports, place: BackupPlace, gathered: _Gathered, read: ReadThere
) -> _Packed | None:
    """Return a whole backup of this version that stands there and that no entry knows."""
    version = gathered.version
    names = list(place.names(shelf_prefix(version.dna)))
    known = recorded_names(ports.ledger, place.url) if names else {}
    for name in names:
        if name in known:
            continue
        try:
            listing = VersionListing.from_bytes(read(OnShelf.from_bytes(place.read(name)).listing))
            if name == shelf_name(version.dna, sha256(listing.to_bytes())) and _is_whole(
                ports, place, gathered, listing
            ):
                return _Packed(listing, {})
        except (FoundDamage, NotFound):
            continue  # verify tells of it
    return None


def _is_whole(
    ports: Ports, place: BackupPlace, gathered: _Gathered, listing: VersionListing
) -> bool:
    """Say whether ``listing`` is of this version, and lacks nothing that is not kept here."""
    ours = (_origin(gathered.head), gathered.version.manifest)
    needed = {item.digest for item in gathered.listed}
    has = {item.digest for item in listing.objects}
    if (listing.origin, listing.manifest) != ours or not needed <= has:
        return False
    return all(
        ports.objects.has(item.digest) or place.check(item.digest, item.size) == item.digest
        for item in listing.objects
    )


def _origin(head: Head) -> str:
    return Checkpoint.parse(parse_note(head.checkpoint).text).origin
