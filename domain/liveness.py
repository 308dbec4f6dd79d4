"""What keeps an object alive: every object is named by some entry, or nobody needs it.

Alive are, for ever, what entries name as evidence, datasets, manifests, and what an import took in.
The bulk is what may go: the files of a version that a reset removed, longer ago than the grace
period, and of which a whole backup is known; the states of dropped checkpoints; the listings of
pruned backups of the ledger; and what no entry
names (files of failed trainings, names that were taken first, killed imports).

A version that is held, that stands in the certified tree, or from which a living one or an open
training goes on, keeps its files. A withdrawn version stands in the tree until a reset: its folder
must be there to be verified, so its files stay as long.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from oneseek.domain import events as e
from oneseek.domain.audit.named_objects import (
    evidence_of,
    imported_objects,
    ledger_listing,
    manifest_files,
)
from oneseek.domain.copies import Copies
from oneseek.domain.decisions.checkpoints import resumable
from oneseek.domain.digest import Digest
from oneseek.domain.manifest import Manifest
from oneseek.domain.ports import Ledger, ObjectStore, View
from oneseek.domain.registry import REGISTRY
from oneseek.domain.reset_inventory import found_in_tree
from oneseek.domain.state import documents as doc
from oneseek.domain.state.registry import registry_state
from oneseek.domain.values import parse_time

NOBODY = "no entry names it"


def _anywhere(_: doc.Backup) -> bool:
    return True


@dataclass(frozen=True, slots=True)
class Terms:
    """On which terms something may go."""

    now: datetime
    grace: timedelta
    without_backup: bool = False
    """Whether a version may go of which no whole backup is known."""
    there: Callable[[doc.Backup], bool] = _anywhere
    """Says whether a backup still lies where it was taken to: somebody may have removed it there
    without telling the ledger. Asked about versions whose files are here."""


@dataclass(frozen=True, slots=True)
class Named:
    """Why an object may go."""

    what: str
    entry: int | None
    why: str


@dataclass(slots=True)
class Liveness:
    """What keeps objects, and what named those that nothing keeps."""

    kept: dict[Digest, str] = field(default_factory=dict)
    """Why each living object stays, in a sentence."""
    given_up: dict[Digest, Named] = field(default_factory=dict)
    """What entries name and nothing keeps."""
    streams: set[str] = field(default_factory=set)
    """The streams that must not move on before this is acted on."""

    def explain(self, digest: Digest) -> tuple[bool, str]:
        """Return whether an object stays, and why."""
        if digest in self.kept:
            return True, self.kept[digest]
        named = self.given_up.get(digest)
        return False, f"{named.what}: {named.why}" if named else NOBODY


def find_alive(view: View, ledger: Ledger, objects: ObjectStore, terms: Terms) -> Liveness:
    """Say of every object that an entry names whether something keeps it.

    Raises:
        LedgerBroken: an entry cannot be read.
        NotFound, FoundDamage: a manifest or an inventory cannot: nobody knows what it names.
    """
    found = Liveness(streams={"registry", "objects"})
    resets: list[tuple[int, datetime]] = []
    taken: list[tuple[int, e.CheckpointKept]] = []
    stood: dict[Digest, str] = {}
    for record in ledger.records(0, view.head.size):
        entry = REGISTRY.read(record.raw)
        event = entry.body
        if isinstance(event, e.RegistryReset):
            resets.append((record.index, parse_time(entry.time)))
            stood.update(found_in_tree(event, record.index, objects))
        elif isinstance(event, e.CheckpointKept):
            taken.append((record.index, event))
        for digest, what in _for_ever(event, objects):
            found.kept.setdefault(digest, f"{what}, entry {record.index}")
        for digest, what in ledger_listing(event):
            named = Named(what, record.index, "the backup was pruned")
            found.given_up.setdefault(digest, named)
    _open_trainings(view, objects, found)
    _versions(view, objects, terms, resets, found)
    _checkpoints(view, taken, found)
    for _, backup in view.scan(doc.Backup):
        found.kept.setdefault(backup.listing, f"listing of backup {backup.name}, which stands")
    for digest in found.kept.keys() & found.given_up.keys():
        del found.given_up[digest]
    for digest in stood.keys() - found.given_up.keys():
        found.kept.setdefault(digest, stood[digest])
    return found


def _for_ever(event: e.Event, objects: ObjectStore) -> Iterator[tuple[Digest, str]]:
    yield from evidence_of(event)
    match event:
        case e.BaseModelRegistered():
            objects.read(event.manifest)  # one that is damaged names nothing: that must not pass
            yield from manifest_files(event.manifest, f"of base model {event.name}", objects)
        case e.DatasetRegistered():
            yield event.dataset, f"dataset {event.name}"
        case e.VersionCertified() | e.VersionImported():
            yield event.manifest, f"manifest of version {event.dna}"
        case e.SourceScanned():
            objects.read(event.inventory)  # nor must this pass
            yield from imported_objects(event, objects)


def _open_trainings(view: View, objects: ObjectStore, found: Liveness) -> None:
    for name, _ in view.scan(doc.OpenTraining):
        training = view.get(doc.Training, name)
        if training is not None and training.produced is not None:
            for digest, path in _files(training.produced, objects):
                found.kept.setdefault(digest, f"{path} of training {name}, which is not certified")


def _versions(
    view: View,
    objects: ObjectStore,
    terms: Terms,
    resets: list[tuple[int, datetime]],
    found: Liveness,
) -> None:
    versions = {version.manifest: version for _, version in view.scan(doc.Version)}
    reasons: dict[Digest, str] = {}
    for version in versions.values():
        if (reason := _reason(view, version, terms, resets)) is not None:
            reasons[version.manifest] = reason
    _ancestors(view, versions, reasons)
    _keep(versions, reasons, objects, found)
    copies = Copies(
        view, objects, found.kept, (lambda _: True) if terms.without_backup else terms.there
    )
    if not terms.without_backup:
        for version in versions.values():
            if version.manifest not in reasons and copies.of(version) is None:
                reasons[version.manifest] = copies.lacking(version)
        _ancestors(view, versions, reasons)
        _keep(versions, reasons, objects, found)
    for version in sorted(versions.values(), key=lambda version: version.index):
        if version.manifest not in reasons:
            why = _gone(version, resets, copies)
            for digest, path in _files(version.manifest, objects):
                what = f"{path} of version {version.dna}"
                found.given_up.setdefault(digest, Named(what, version.index, why))
            found.streams.add(f"version:{version.manifest}")


def _keep(
    versions: dict[Digest, doc.Version],
    reasons: dict[Digest, str],
    objects: ObjectStore,
    found: Liveness,
) -> None:
    for version in sorted(versions.values(), key=lambda version: version.index):
        if (kept := reasons.get(version.manifest)) is not None:
            for digest, path in _files(version.manifest, objects):
                found.kept.setdefault(digest, f"{path} of version {version.dna}: {kept}")


def _reason(
    view: View, version: doc.Version, terms: Terms, resets: list[tuple[int, datetime]]
) -> str | None:
    """Return what keeps the files of a version by itself, wherever copies of them are."""
    if doc.stands(version, registry_state(view)):
        return "it stands in the certified tree"
    if hold := view.get(doc.Hold, version.manifest):
        return f"it is held by entry {hold.index}: {hold.reason}"
    index, time = _removal(version, resets)
    if terms.now - time < terms.grace:
        return f"the reset of entry {index} was less than {terms.grace.days} days ago"
    return None


def _gone(version: doc.Version, resets: list[tuple[int, datetime]], copies: Copies) -> str:
    removed = f"removed by the reset of entry {_removal(version, resets)[0]}"
    backup = copies.of(version)
    if backup is None:
        return f"{removed}, without a backup"
    return f"{removed}, kept as {backup.name} in {backup.target}"


def _removal(version: doc.Version, resets: list[tuple[int, datetime]]) -> tuple[int, datetime]:
    return next(reset for reset in resets if reset[0] > version.standing)


def _ancestors(view: View, versions: dict[Digest, doc.Version], reasons: dict[Digest, str]) -> None:
    """Keep what living versions and open trainings go on from, to the first of the chain."""
    waiting = [(versions[manifest].parent, versions[manifest].dna) for manifest in reasons]
    for training in _going_on(view):
        waiting.append((training.parent, f"training {training.training}"))
    while waiting:
        parent, child = waiting.pop()
        version = versions.get(parent) if parent is not None else None
        if version is not None and version.manifest not in reasons:
            reasons[version.manifest] = f"{child} goes on from it"
            waiting.append((version.parent, version.dna))


def _going_on(view: View) -> Iterator[doc.Training]:
    """Yield the trainings that are open, and those that can be resumed."""
    names = (name for name, _ in view.scan(doc.OpenTraining))
    yield from filter(None, (view.get(doc.Training, name) for name in names))
    yield from (item.training for item in resumable(view))


def _checkpoints(view: View, taken: list[tuple[int, e.CheckpointKept]], found: Liveness) -> None:
    for _, kept in view.scan(doc.KeptCheckpoint):
        what = f"checkpoint {kept.name} of training {kept.training}, entry {kept.index}"
        found.kept.setdefault(kept.state, what)
    for index, event in taken:
        what = f"checkpoint {event.name} of training {event.training}"
        found.given_up.setdefault(event.state, Named(what, index, "it was dropped"))


def _files(manifest: Digest, objects: ObjectStore) -> Iterator[tuple[Digest, str]]:
    for file in Manifest.from_bytes(objects.read(manifest)).files:
        yield file.digest, file.path
