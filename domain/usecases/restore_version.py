"""Bringing back a version: what of it is gone here, where copies are, and the record of it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from oneseek.domain.backup_place import BackupPlace
from oneseek.domain.decisions import Decision, registry
from oneseek.domain.decisions.lookup import find_version
from oneseek.domain.digest import Digest
from oneseek.domain.errors import FoundDamage, NotFound
from oneseek.domain.events import BackupRestored
from oneseek.domain.listings import OnShelf, shelf_prefix
from oneseek.domain.manifest import Manifest
from oneseek.domain.ports import ObjectStore, Ports, View
from oneseek.domain.state.documents import Backup, Signature, Version
from oneseek.domain.usecases.record import record


@dataclass(frozen=True, slots=True)
class Fetched:
    """What came from one place."""

    place: BackupPlace
    objects: int
    size: int


def backups_of(view: View, version: Version) -> list[Backup]:
    """Return the backups of a version that the ledger knows: sound ones first, newest first."""
    found = [backup for _, backup in view.scan(Backup) if backup.manifest == version.manifest]
    return sorted(found, key=lambda backup: (backup.damaged is not None, -backup.confirmed))


def version_objects(view: View, version: Version, objects: ObjectStore) -> Iterator[Digest]:
    """Yield every object of a version, the manifest first: it is read when it has been taken.

    Raises:
        NotFound, FoundDamage: the manifest was not brought back after it was named.
    """
    yield version.manifest
    for file in Manifest.from_bytes(objects.read(version.manifest)).files:
        yield file.digest
    signature = view.get(Signature, version.manifest)
    if signature is not None:
        yield signature.signature


def is_whole(objects: ObjectStore, digest: Digest) -> bool:
    """Say whether an object is here with the bytes of its name: they are read."""
    return objects.has(digest) and not any(True for _ in objects.check([digest]))


def record_version(ports: Ports, version: Version, fetched: Mapping[str, Fetched]) -> int | None:
    """Record what was fetched, and that the version stands again if a reset had removed it.

    Returns the index of the version-restored entry, None where it stood all the time.
    """
    named = {url: _named(ports, version, item.place) for url, item in fetched.items()}
    events = tuple(
        BackupRestored(
            target=url,
            name=found[0],
            listing=found[1],
            manifest=version.manifest,
            dna=version.dna,
            objects=item.objects,
            size=item.size,
        )
        for url, item in fetched.items()
        if (found := named[url]) is not None
    )

    def on(view: View) -> Decision:
        decision = registry.restore(view, find_version(view, version.dna))
        return Decision((*events, *decision.events), decision.reads)

    receipt = record(ports, on)
    if receipt is None:
        return None
    last = receipt.indices[-1]
    stands_again = len(receipt.indices) > len(events)
    return last if stands_again else None


def _named(ports: Ports, version: Version, place: BackupPlace) -> tuple[str, Digest] | None:
    """Return name and listing of the backup of a version at ``place``.

    None where there is none, and the objects came from backups of others that share them.
    """
    with ports.ledger.view() as view:
        for backup in backups_of(view, version):
            if backup.target == place.url:
                return backup.name, backup.listing
    for name in sorted(place.names(shelf_prefix(version.dna))):
        try:
            return name, OnShelf.from_bytes(place.read(name)).listing
        except (NotFound, FoundDamage):
            continue
    return None
