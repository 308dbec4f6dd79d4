"""What the ledger says of a place, and what the place needs: shared by all verbs about backups."""

from collections.abc import Callable, Iterator, Mapping
from typing import Literal

from oneseek.domain.backup_place import BackupPlace
from oneseek.domain.digest import Digest
from oneseek.domain.errors import FoundDamage, NotFound
from oneseek.domain.events import BackupPruned, BackupTaken
from oneseek.domain.listings import OnShelf, needed_objects
from oneseek.domain.ports import Ledger, Ports
from oneseek.domain.registry import REGISTRY
from oneseek.domain.state.documents import Backup, backup_key

ReadThere = Callable[[Digest], bytes]
"""Returns the bytes of an object of the place, compared with its digest."""

LISTED = ("versions/", "ledger/")
"""What stands on the shelf under these names has a listing."""

Fact = Literal["taken", "pruned"]


def recorded_names(ledger: Ledger, target: str) -> Mapping[str, Fact]:
    """Return every name that entries gave to a backup at ``target``, and what became of it."""
    found: dict[str, Fact] = {}
    for row in ledger.of_stream(f"backup:{target}"):
        match REGISTRY.read(row.raw, where=f"entry {row.index}").body:
            case BackupTaken(name=name):
                found[name] = "taken"
            case BackupPruned(name=name):
                found[name] = "pruned"
    return found


def still_there(ports: Ports, place: BackupPlace, backup: Backup) -> bool:
    """Say whether a backup stands on its shelf with all its objects in their lengths, unread.

    Raises:
        ServiceFailed: the place cannot be used.
    """
    try:
        if OnShelf.from_bytes(place.read(backup.name)).listing != backup.listing:
            return False
        needed = needed_objects(ports.objects.read(backup.listing))
    except (NotFound, FoundDamage):
        return False
    return all(place.size(digest) == size for digest, size in needed)


def unneeded(
    ports: Ports, place: BackupPlace, read: ReadThere, gone: frozenset[str]
) -> list[tuple[Digest, int]]:
    """Return the objects that no backup needs but those whose names are ``gone``.

    Backups of other ledgers that share the place count, and those that an entry knows and whose
    file on the shelf was lost: they can be mended.

    Raises:
        FoundDamage, NotFound: it cannot be said what a backup needs: nothing may be removed.
    """
    needed = set[Digest]()
    for listing in _listings(ports, place, gone):
        needed.add(listing)
        raw = ports.objects.read(listing) if ports.objects.has(listing) else read(listing)
        needed.update(digest for digest, _ in needed_objects(raw))
    return [(digest, size) for digest, size in place.objects() if digest not in needed]


def _listings(ports: Ports, place: BackupPlace, gone: frozenset[str]) -> Iterator[Digest]:
    names = {name for prefix in LISTED for name in place.names(prefix)}
    with ports.ledger.view() as view:
        start, stop = backup_key(place.url, ""), backup_key(place.url, "\U0010ffff")
        known = {
            backup.name: backup.listing
            for _, backup in view.scan(Backup, start=start, stop=stop)
            if backup.target == place.url and backup.what != "vault"
        }
    for name in sorted((names | known.keys()) - gone):
        yield known[name] if name in known else OnShelf.from_bytes(place.read(name)).listing
