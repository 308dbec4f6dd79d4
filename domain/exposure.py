"""What would be lost if the disk of a workspace died now: what no backup elsewhere holds.

Answered from the ledger's own records of backups, so that it costs no network. A copy counts when
its target does (the caller knows which lie on the same disk) and the last look found it whole.
"""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass

from oneseek.domain.audit.named_objects import named_objects, sealed_imports
from oneseek.domain.digest import Digest
from oneseek.domain.errors import OneSeekError
from oneseek.domain.events import BackupPruned, BackupTaken, BackupVerified
from oneseek.domain.listings import needed_objects
from oneseek.domain.manifest import Manifest
from oneseek.domain.ports import Ledger, ObjectStore, View
from oneseek.domain.state.documents import Backup, Dataset, LegacyErasure, Query, Version

_OF_BACKUPS = {event.kind for event in (BackupTaken, BackupVerified, BackupPruned)}


@dataclass(frozen=True, slots=True)
class LostEntries:
    """The entries that no backup of the ledger elsewhere has."""

    start: int
    stop: int
    since: str | None
    """The time of the first of them; None where there are none."""
    kinds: tuple[tuple[str, int], ...]
    """How many there are of each kind, the most first."""

    @property
    def matter(self) -> bool:
        """Whether they say more than that backups were made: that alone is no loss."""
        return any(kind not in _OF_BACKUPS for kind, _ in self.kinds)


@dataclass(frozen=True, slots=True)
class LostObjects:
    """The objects that no backup elsewhere has, and the versions that would not be whole."""

    count: int
    size: int
    versions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class LostSecrets:
    """What only the vault here opens."""

    texts: int
    """Questions, answers, and files that were sealed as they were imported."""
    salts: int
    """Datasets whose rows could not be proved any more."""
    backup: int | None
    """Leaf index of the newest backup of the vault elsewhere."""


def counting(view: View, counts: Callable[[Backup], bool]) -> list[Backup]:
    """Return the backups that are whole, as far as is known, and count by their target."""
    return [backup for _, backup in view.scan(Backup) if backup.damaged is None and counts(backup)]


def lost_entries(ledger: Ledger, size: int, backups: Iterable[Backup]) -> LostEntries:
    """Return which of the first ``size`` entries no backup of the ledger has."""
    start = max((backup.tree_size or 0 for backup in backups), default=0)
    rows = ledger.index_rows(start, size)
    first = next(ledger.index_rows(start, min(start + 1, size)), None)
    kinds = Counter(row.kind for row in rows)
    return LostEntries(start, size, first.latest if first else None, tuple(kinds.most_common()))


def held_elsewhere(objects: ObjectStore, backups: Collection[Backup]) -> set[Digest]:
    """Return every object that one of ``backups`` holds; of the ledger, only the newest counts."""
    ledgers = [backup for backup in backups if backup.what == "ledger"]
    newest = max(ledgers, key=lambda backup: backup.index, default=None)
    held: set[Digest] = set()
    for backup in backups:
        if backup.what == "ledger" and backup is not newest:
            continue
        try:
            needed = needed_objects(objects.read(backup.listing))
        except OneSeekError:
            continue  # what it holds is not known any more
        held.update(digest for digest, _ in needed)
    return held


def lost_objects(
    view: View, ledger: Ledger, objects: ObjectStore, held: Collection[Digest]
) -> LostObjects:
    """Return which objects that are named by entries, and are here, are not in ``held``.

    Listings of backups are left out: they lie beside the backups that they list.
    """
    listings = {backup.listing for _, backup in view.scan(Backup)}
    lost: set[Digest] = set()
    size = 0
    for digest, _ in named_objects(ledger, objects):
        if digest not in held and digest not in listings and objects.has(digest):
            lost.add(digest)
            size += objects.size(digest)
    versions = tuple(
        version.dna for _, version in view.scan(Version)
        if lost and any(digest in lost for digest in _files(version, objects))
    )  # fmt: skip
    return LostObjects(len(lost), size, versions)


def lost_secrets(
    view: View, ledger: Ledger, objects: ObjectStore, backups: Iterable[Backup]
) -> LostSecrets:
    """Return what was sealed or salted after the newest backup of the vault."""
    newest = max((backup.index for backup in backups if backup.what == "vault"), default=None)
    since = -1 if newest is None else newest
    texts = sum(2 for _, query in view.scan(Query) if query.erased is None and query.index > since)
    texts += sum(
        index > since and view.get(LegacyErasure, digest) is None
        for digest, index in sealed_imports(ledger, objects).items()
    )
    salts = sum(1 for _, dataset in view.scan(Dataset) if dataset.index > since)
    return LostSecrets(texts, salts, newest)


def _files(version: Version, objects: ObjectStore) -> Iterator[Digest]:
    yield version.manifest
    try:
        files = Manifest.from_bytes(objects.read(version.manifest)).files
    except OneSeekError:
        return
    for file in files:
        yield file.digest
