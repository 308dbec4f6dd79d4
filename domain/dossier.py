"""The dossier of a version: every entry that says how it came to be and what became of it.

Exports, bundles and reports about a version all begin here: the version itself, every version that
it continues from, their base model, datasets, trainings, signatures, activations and resets, and
what the ledger says of itself (its opening and its keys). Entries are found by look-up, which no
signature covers; that none was left out is proved with the index of streams.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Generic, TypeVar

from oneseek.domain import events as e
from oneseek.domain.digest import Digest
from oneseek.domain.entry import Entry
from oneseek.domain.errors import CannotCheck, LedgerBroken
from oneseek.domain.events import Event
from oneseek.domain.manifest import Manifest
from oneseek.domain.ports import Ledger, View
from oneseek.domain.registry import REGISTRY
from oneseek.domain.state import documents as doc
from oneseek.domain.state.versions import version_base, version_dataset, version_training
from oneseek.domain.stored import Record

E = TypeVar("E", bound=Event, covariant=True)
Read = Callable[[Digest], bytes]
"""Returns an object's bytes; see :meth:`oneseek.domain.ports.ObjectStore.read`."""


@dataclass(frozen=True, slots=True)
class Told(Generic[E]):
    """One entry of the ledger with its place; ``event`` is its body, ``raw`` its bytes."""

    index: int
    raw: bytes
    entry: Entry
    event: E

    @property
    def time(self) -> str:
        """When it is said to have happened, UTC."""
        return self.entry.time


@dataclass(frozen=True, slots=True)
class VersionRecord:
    """One version with all entries about it, in order of their indices where there are several."""

    version: doc.Version
    manifest: Manifest
    """The files of its directory."""
    certified: Told[e.VersionCertified]
    numbered: Told[e.VersionNumbered]
    started: Told[e.TrainingStarted]
    completed: Told[e.TrainingCompleted]
    measured: tuple[Told[e.MetricsMeasured], ...]
    signed: tuple[Told[e.VersionSigned], ...]
    reproduced: tuple[Told[e.ReproductionJudged], ...]
    registry: tuple[Told[Event], ...]
    """Activations, withdrawals and restorations of this version, activations that ended its
    activity, and every reset since it was certified."""
    base: Told[e.BaseModelRegistered]
    base_files: Manifest
    dataset: Told[e.DatasetRegistered]
    evaluation: Told[e.DatasetRegistered] | None
    again: tuple[Told[e.BaseModelRegistered] | Told[e.DatasetRegistered], ...] = ()
    """The same base model and datasets registered under further names, maybe with a licence."""

    def entries(self) -> Iterator[Told[Event]]:
        """Yield all entries of this record, in no particular order."""
        yield from (self.certified, self.numbered, self.started, self.completed)
        yield from (*self.measured, *self.signed, *self.reproduced, *self.registry)
        yield from (self.base, self.dataset, *self.again)
        if self.evaluation is not None:
            yield self.evaluation


@dataclass(frozen=True, slots=True)
class ImportedRecord:
    """A version that was imported: here a lineage ends, for what it was made from is not known."""

    version: doc.Version
    manifest: Manifest
    imported: Told[e.VersionImported]
    about: tuple[Told[Event], ...]
    """What else its stream tells: its base model was identified, it was signed."""

    def entries(self) -> Iterator[Told[Event]]:
        """Yield all entries of this record."""
        yield self.imported
        yield from self.about


@dataclass(frozen=True, slots=True)
class Dossier:
    """A version, the versions that it continues from (the nearest first), and the ledger's keys."""

    origin: str
    size: int
    """Entries that were looked at."""
    versions: tuple[VersionRecord, ...]
    ledger: tuple[Told[Event], ...]
    """The stream ``ledger``: its opening, and every key that was announced or retired."""
    ancestor: ImportedRecord | None = None
    """The imported version that the last of ``versions`` continues from."""

    @property
    def subject(self) -> VersionRecord:
        """The version that the dossier is about."""
        return self.versions[0]

    @property
    def parent(self) -> VersionRecord | ImportedRecord | None:
        """What the subject continues from."""
        return self.versions[1] if len(self.versions) > 1 else self.ancestor

    def entries(self) -> list[Told[Event]]:
        """Return every entry once, in order of its index."""
        found: dict[int, Told[Event]] = {told.index: told for told in self.ledger}
        for record in self.versions:
            found.update((told.index, told) for told in record.entries())
        if self.ancestor is not None:
            found.update((told.index, told) for told in self.ancestor.entries())
        return [found[index] for index in sorted(found)]


def gather(ledger: Ledger, view: View, read: Read, version: doc.Version) -> Dossier:
    """Return the dossier of ``version`` as of ``view``; ``read`` is asked for manifests alone.

    Raises:
        CannotCheck: ``version`` was imported: there is no record of how it came to be.
        LedgerBroken: the records of a version do not belong together.
        NotFound: a manifest is not kept.
    """
    if version.imported is not None:
        raise CannotCheck(
            f"{version.dna} was imported: how it came to be is not recorded, so there is nothing "
            "to make this document of",
            hint=f"see what older records claim: oneseek show {version.dna}",
        )
    reader = _Reader(ledger, view, read)
    records, current, ancestor = [], version, None
    while True:
        records.append(reader.record(current))
        if current.parent is None:
            break
        current = reader.parent_of(current, {item.version.manifest for item in records})
        if current.imported is not None:
            ancestor = reader.imported(current)
            break
    own = reader.stream("ledger")
    opened = own[0].event if own else None
    if not isinstance(opened, e.LedgerOpened):
        raise LedgerBroken("the ledger does not begin with its opening")
    return Dossier(opened.origin, view.head.size, tuple(records), own, ancestor)


class _Reader:
    """Finds entries through one view."""

    def __init__(self, ledger: Ledger, view: View, read: Read) -> None:
        self._ledger = ledger
        self._view = view
        self._read = read
        self._streams: dict[str, tuple[Told[Event], ...]] = {}

    def stream(self, name: str) -> tuple[Told[Event], ...]:
        """Return the entries of a stream; what others append meanwhile is left out.

        Each is read once: all versions of a lineage ask for the registry and for their line.
        """
        if name not in self._streams:
            size = self._view.head.size
            rows = (row for row in self._ledger.of_stream(name) if row.index < size)
            self._streams[name] = tuple(_told(row) for row in rows)
        return self._streams[name]

    def parent_of(self, version: doc.Version, seen: set[Digest]) -> doc.Version:
        name = self._view.get(doc.VersionName, version.parent or "")
        parent = self._view.get(doc.Version, name.dna) if name else None
        if parent is None or parent.manifest in seen:
            raise LedgerBroken(
                f"{version.dna} continues from {version.parent}, which is no version"
            )
        return parent

    def imported(self, version: doc.Version) -> ImportedRecord:
        told = self._at(version.index, e.VersionImported)
        own = self.stream(f"version:{version.manifest}")
        manifest = Manifest.from_bytes(self._read(version.manifest))
        return ImportedRecord(version, manifest, told, tuple(_after(own, told)))

    def record(self, version: doc.Version) -> VersionRecord:
        training = version_training(self._view, version)
        base = version_base(self._view, version)
        dataset = version_dataset(self._view, version)
        if training is None or training.ended is None or base is None or dataset is None:
            raise LedgerBroken(f"the records of {version.dna} do not belong together")
        own = self.stream(f"version:{version.manifest}")
        trained = self.stream(f"training:{version.training}")
        started = self._at(training.started, e.TrainingStarted)
        based = self._at(base.index, e.BaseModelRegistered)
        trained_on = self._at(dataset.index, e.DatasetRegistered)
        held = self._evaluation(started.event.evaluation)
        return VersionRecord(
            version=version,
            manifest=Manifest.from_bytes(self._read(version.manifest)),
            certified=self._at(version.index, e.VersionCertified),
            numbered=self._number(version),
            started=started,
            completed=self._at(training.ended, e.TrainingCompleted),
            measured=_only(trained, e.MetricsMeasured),
            signed=_only(own, e.VersionSigned),
            reproduced=_only(own, e.ReproductionJudged),
            registry=tuple(told for told in self.stream("registry") if _concerns(told, version)),
            base=based,
            base_files=Manifest.from_bytes(self._read(base.manifest)),
            dataset=trained_on,
            evaluation=held,
            again=tuple(self._again(based, trained_on, held)),
        )

    def _again(
        self, base: Told[e.BaseModelRegistered], *datasets: Told[e.DatasetRegistered] | None
    ) -> Iterator[Told[e.BaseModelRegistered] | Told[e.DatasetRegistered]]:
        yield from _after(_only(self.stream(base.event.stream), e.BaseModelRegistered), base)
        for first in {told.index: told for told in datasets if told}.values():
            yield from _after(_only(self.stream(first.event.stream), e.DatasetRegistered), first)

    def _evaluation(self, dataset: Digest | None) -> Told[e.DatasetRegistered] | None:
        if dataset is None:
            return None
        found = self._view.get(doc.Dataset, dataset)
        return self._at(found.index if found else -1, e.DatasetRegistered)

    def _number(self, version: doc.Version) -> Told[e.VersionNumbered]:
        for told in _only(self.stream(f"line:{version.language}"), e.VersionNumbered):
            if told.event.training == version.training:
                return told
        raise LedgerBroken(f"no entry gave {version.dna} its number")

    def _at(self, index: int, kind: type[E]) -> Told[E]:
        row = next(self._ledger.records(index, index + 1), None) if index >= 0 else None
        told = _told(row) if row is not None else None
        if told is None or not isinstance(told.event, kind):
            raise LedgerBroken(f"entry {index} should be {kind.kind}, and is not")
        return Told(told.index, told.raw, told.entry, told.event)


def _told(row: Record) -> Told[Event]:
    entry = REGISTRY.read(row.raw, where=f"entry {row.index}")
    return Told(row.index, row.raw, entry, entry.body)


def _only(entries: tuple[Told[Event], ...], kind: type[E]) -> tuple[Told[E], ...]:
    return tuple(
        Told(told.index, told.raw, told.entry, told.event)
        for told in entries
        if isinstance(told.event, kind)
    )


def _after(entries: tuple[Told[E], ...], first: Told[Event]) -> Iterator[Told[E]]:
    return (told for told in entries if told.index > first.index)


def _concerns(told: Told[Event], version: doc.Version) -> bool:
    """Say whether an entry of the registry changed anything for ``version``."""
    match told.event:
        case e.VersionActivated(manifest=manifest, previous=previous):
            return version.manifest in (manifest, previous)
        case e.VersionWithdrawn(manifest=manifest) | e.VersionRestored(manifest=manifest):
            return manifest == version.manifest
    return isinstance(told.event, e.RegistryReset) and told.index > version.index
