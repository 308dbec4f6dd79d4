"""Does every certified version have its materials, all by digest?

Base model, dataset rows, recipe, environment, weights: registered before, by the same digests in
every entry that names them, and kept as objects.

Of an imported version only its files are held to that. What it was made from is asserted by older
records at best, which is no finding: nobody ever said otherwise. That such a version is active is
no finding either, for it was somebody's decision, but it is said among the figures.
"""

from collections.abc import Container
from dataclasses import dataclass, field
from typing import ClassVar

from oneseek.domain import events as e
from oneseek.domain.audit.answers import (
    MOST_ROWS,
    Answer,
    Cell,
    Figure,
    Listing,
    Table,
    judged,
    many,
)
from oneseek.domain.audit.ledger_audit import LedgerReport
from oneseek.domain.audit.objects_audit import version_objects
from oneseek.domain.audit.questions.open_trainings import ENDS_AND_RETURNS, OpenTrainings
from oneseek.domain.collected import CollectedAfter, read_inventory
from oneseek.domain.digest import Digest
from oneseek.domain.entry import Entry
from oneseek.domain.errors import OneSeekError
from oneseek.domain.findings import Finding
from oneseek.domain.manifest import Manifest, weights_digest
from oneseek.domain.ports import ObjectStore
from oneseek.domain.state.imported import grade

_VERSIONS = (
    "dna", "manifest", "entry", "time", "base", "dataset", "evaluation", "parent", "training",
    "weights", "started", "completed",
)  # fmt: skip
_IMPORTED = (*_VERSIONS, "evidence")
_BASES = ("name", "digest", "entry", "architecture", "licence")
_DATASETS = ("name", "digest", "entry", "rows", "row_root", "language", "licence")


@dataclass(slots=True)
class _Training:
    started: int
    event: e.TrainingStarted
    completed: int | None = None
    result: e.TrainingCompleted | None = None


@dataclass(frozen=True, slots=True)
class _Certified:
    dna: str
    manifest: Digest
    index: int
    weights: Digest


@dataclass(slots=True)
class Materials:
    """Keeps every version and material; of trainings only those that are not certified yet."""

    objects: ObjectStore
    name: ClassVar[str] = "materials"
    asks: ClassVar[str] = (
        "Does every certified version have its base model, dataset rows, recipe, environment and "
        "weights, all by digest?"
    )
    about_entries: ClassVar[bool] = True
    wants: ClassVar[tuple[type[e.Event], ...]] = (
        e.BaseModelRegistered,
        e.DatasetRegistered,
        e.TrainingStarted,
        *ENDS_AND_RETURNS,
        e.TrainingCompleted,
        e.VersionCertified,
        e.VersionImported,
        e.BaseIdentified,
        e.VersionActivated,
        e.VersionWithdrawn,
        e.VersionRestored,
        e.RegistryReset,
        e.ObjectsCollected,
    )
    _findings: Listing[Finding] = field(default_factory=Listing)
    _bases: dict[Digest, tuple[Cell, ...]] = field(default_factory=dict)
    _datasets: dict[Digest, tuple[Cell, ...]] = field(default_factory=dict)
    _trainings: OpenTrainings[_Training] = field(default_factory=OpenTrainings)
    _versions: dict[Digest, _Certified] = field(default_factory=dict)
    _rows: Listing[tuple[Cell, ...]] = field(default_factory=lambda: Listing(MOST_ROWS))
    _imported: dict[Digest, _Certified] = field(default_factory=dict)
    _imported_rows: dict[Digest, tuple[Cell, ...]] = field(default_factory=dict)
    _active: Digest | None = None
    _standing: set[Digest] = field(default_factory=set)
    _gone: dict[Digest, int] = field(default_factory=dict)
    """The entry of the reset that removed each version last."""
    _collected: dict[Digest, int] = field(default_factory=dict)
    """Every object that was collected, with the newest entry that says so."""

    def see(self, index: int, entry: Entry) -> None:
        """Remember materials and trainings; look at a version's when it is certified."""
        match entry.body:
            case e.BaseModelRegistered() as base:
                self._bases.setdefault(
                    base.manifest,
                    (base.name, base.manifest, index, base.architecture, base.licence),
                )
            case e.DatasetRegistered() as data:
                row = (
                    data.name, data.dataset, index, data.rows, data.row_root, data.language,
                    data.licence,
                )  # fmt: skip
                self._datasets.setdefault(data.dataset, row)
            case e.TrainingStarted() as event:
                self._trainings.put(event.training, _Training(index, event))
            case e.TrainingCompleted() as result:
                if (known := self._trainings.get(result.training)) is not None:
                    known.completed, known.result = index, result
            case e.VersionCertified() as version:
                self._certify(index, entry.time, version)
            case e.VersionImported() as imported:
                self._import(index, entry.time, imported)
            case e.BaseIdentified() as identified:
                self._identify(index, identified)
            case event:
                self._activity(index, event)

    def _activity(self, index: int, event: e.Event) -> None:
        match event:
            case e.VersionActivated(manifest=manifest):
                self._active = manifest
            case e.VersionWithdrawn(was_active=True):
                self._active = None
            case e.RegistryReset():
                self._active = None
                self._gone.update(dict.fromkeys(self._standing, index))
                self._standing.clear()
            case e.VersionRestored(manifest=manifest):
                self._standing.add(manifest)
            case e.ObjectsCollected(inventory=inventory):
                for item in read_inventory(inventory, self.objects):
                    self._collected[item.digest] = index
            case other:
                self._trainings.follow(other)

    def _import(self, index: int, time: str, event: e.VersionImported) -> None:
        if event.weights is None:
            return
        version = _Certified(event.dna, event.manifest, index, event.weights)
        self._imported[event.manifest] = version
        self._standing.add(event.manifest)
        self._imported_rows[event.manifest] = (
            event.dna, event.manifest, index, time, event.base, None, None, None, None,
            event.weights, None, None, grade(event.verdict),
        )  # fmt: skip

    def _identify(self, index: int, event: e.BaseIdentified) -> None:
        if event.base not in self._bases:
            where = f"base of {event.dna}, entry {index}"
            expected = "a base model that was registered before"
            found = f"{event.base}, which was not"
            self._findings.add(Finding("base-model", where, expected, found))
        if (row := self._imported_rows.get(event.manifest)) is not None:
            self._imported_rows[event.manifest] = (*row[:4], event.base, *row[5:])

    def _certify(self, index: int, time: str, version: e.VersionCertified) -> None:
        training = self._trainings.take(version.training)
        self._findings.extend(
            self._missing(f"version {version.dna}, entry {index}", version, training)
        )
        self._versions[version.manifest] = _Certified(
            version.dna, version.manifest, index, version.weights
        )
        self._standing.add(version.manifest)
        event = training.event if training else None
        self._rows.add((
            version.dna, version.manifest, index, time, version.base, version.dataset,
            event.evaluation if event else None, event.parent if event else None,
            version.training, version.weights, training.started if training else None,
            training.completed if training else None,
        ))  # fmt: skip

    def _missing(
        self, where: str, version: e.VersionCertified, training: _Training | None
    ) -> list[Finding]:
        found = []

        def need(good: bool, check: str, expected: str, seen: str) -> None:
            if not good:
                found.append(Finding(check, where, expected, seen))

        need(version.base in self._bases, "base-model", "a base model that was registered before",
             f"{version.base}, which was not")  # fmt: skip
        need(version.dataset in self._datasets, "dataset", "rows that were registered before",
             f"{version.dataset}, which was not")  # fmt: skip
        if training is None:
            need(False, "recipe", f"a start of training {version.training}, with recipe and "
                 "environment", "none")  # fmt: skip
            return found
        event = training.event
        need(event.base == version.base, "base-model", f"{event.base}, which the training names",
             version.base)  # fmt: skip
        need(event.dataset == version.dataset, "dataset", f"{event.dataset}, which the training "
             "names", version.dataset)  # fmt: skip
        need(event.evaluation is None or event.evaluation in self._datasets, "dataset",
             "an evaluation dataset that was registered before", f"{event.evaluation}, which was "
             "not")  # fmt: skip
        known = self._versions.keys() | self._imported.keys()
        need(event.parent is None or event.parent in known, "parent",
             "a parent that was certified or imported before",
             f"{event.parent}, which was not")  # fmt: skip
        weights = training.result.weights if training.result else None
        need(weights == version.weights, "weights", f"{version.weights}, as certified",
             f"{weights or 'nothing'} came out of the training")  # fmt: skip
        return found

    def answer(self, report: LedgerReport) -> Answer:
        """Yes where nothing is missing in the entries nor in the content store."""
        for versions, came in ((self._versions, "certified"), (self._imported, "imported")):
            for version in versions.values():
                excused = self._excused(version.manifest)
                self._findings.extend(version_objects(version, self.objects, came, excused))
                self._findings.extend(self._weights(version))
        for name, digest, index, *_ in self._datasets.values():
            if not self.objects.has(Digest(str(digest))):
                about = f"dataset {name}, registered by entry {index}"
                self._findings.add(
                    Finding("object-missing", str(digest), about, "not in the content store")
                )
        count, old = len(self._versions), len(self._imported)
        return judged(
            self._findings,
            f"{many(count, 'version')}: everything is named by digest and kept"
            if count
            else "no version was certified yet",
            "something that a version was made from is missing or contradicts itself",
            (
                Figure("versions certified", count),
                Figure("imported versions, of which nobody saw how they were made", old),
                *self._active_figure(),
                Figure("base models", len(self._bases)),
                Figure("datasets", len(self._datasets)),
            ),
            (
                Table.of("versions", "Certified versions", _VERSIONS, self._rows),
                _table("imported", "Imported versions", _IMPORTED, self._imported_rows),
                _table("bases", "Base models", _BASES, self._bases),
                _table("datasets", "Datasets", _DATASETS, self._datasets),
            ),
        )

    def _excused(self, manifest: Digest) -> Container[Digest]:
        if manifest in self._standing:
            return ()
        return CollectedAfter(self._collected, self._gone[manifest])

    def _active_figure(self) -> tuple[Figure, ...]:
        active = self._imported.get(self._active or "")
        name = "active, though nobody saw how it was made"
        return (Figure(name, active.dna),) if active is not None else ()

    def _weights(self, version: _Certified) -> list[Finding]:
        """Look whether the certified weights are those of the version's files."""
        try:
            manifest = Manifest.from_bytes(self.objects.read(version.manifest))
        except OneSeekError:
            return []  # which version_objects has said
        if version.weights in {file.digest for file in manifest.files}:
            return []
        shards = [f.path for f in manifest.files if f.path.endswith(".safetensors")]
        found = weights_digest(manifest, shards) if shards else "no weights"
        if found == version.weights:
            return []
        where = f"version {version.dna}, entry {version.index}"
        expected = f"{version.weights}, as certified"
        return [Finding("weights", where, expected, f"{found} in its files")]


def _table(
    name: str, title: str, columns: tuple[str, ...], rows: dict[Digest, tuple[Cell, ...]]
) -> Table:
    listing: Listing[tuple[Cell, ...]] = Listing(MOST_ROWS)
    listing.extend(rows.values())
    return Table.of(name, title, columns, listing)
