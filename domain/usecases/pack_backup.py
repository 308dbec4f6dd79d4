"""What goes into a backup of a version: its objects as far as they are kept, proof and bundle."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from oneseek.domain.backup_contents import Wanted, certified_contents, imported_contents
from oneseek.domain.backup_place import BackupPlace
from oneseek.domain.digest import Digest, sha256
from oneseek.domain.dossier import Dossier, gather
from oneseek.domain.errors import FoundDamage, LedgerBroken, NotFound
from oneseek.domain.events import VersionImported
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


@dataclass(frozen=True, slots=True)
class Gathered:
    """All that is known of a version, and which of its objects are kept."""

    version: Version
    head: Head
    dossier: Dossier | None
    base: BaseNamed | None
    listed: tuple[Listed, ...]
    absent: tuple[Absent, ...]


@dataclass(frozen=True, slots=True)
class Packed:
    """A listing, and where the bytes of what it lists are."""

    listing: VersionListing
    paths: Mapping[Digest, Path]
    """Of the objects that the content store does not hold."""


def gather_version(ports: Ports, version: Version) -> Gathered:
    """Return what is known of ``version`` now.

    Raises:
        NotFound: an object without which it cannot be restored is not kept here.
        LedgerBroken: its records do not belong together.
    """
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
    return Gathered(version, head, dossier, named, listed, absent)


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


def pack(ports: Ports, gathered: Gathered, make: Maker) -> Packed:
    """Make what no object holds yet, and the listing of it all."""
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
    return Packed(listing, {file.digest: file.path for file in made.values()})


def unrecorded(
    ports: Ports, place: BackupPlace, gathered: Gathered, read: ReadThere
) -> Packed | None:
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
                return Packed(listing, {})
        except (FoundDamage, NotFound):
            continue  # verify tells of it
    return None


def _is_whole(
    ports: Ports, place: BackupPlace, gathered: Gathered, listing: VersionListing
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
