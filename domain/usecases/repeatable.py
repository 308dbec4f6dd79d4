"""What the record says of a version's training, and whether all of it is still at hand."""

from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import TypeVar

import msgspec

from oneseek.domain.dataset.reading import read_dataset
from oneseek.domain.decisions.reproduction import SETTINGS, WEIGHTS
from oneseek.domain.digest import Digest
from oneseek.domain.errors import CannotCheck, InvalidInput, LedgerBroken
from oneseek.domain.events import Event, MetricsMeasured, TrainingCompleted, TrainingStarted
from oneseek.domain.manifest import Manifest
from oneseek.domain.ports import Ledger, ObjectStore, View
from oneseek.domain.registry import REGISTRY
from oneseek.domain.reproduction import Missing
from oneseek.domain.rows import Row
from oneseek.domain.state.documents import BaseModel, Version, VersionName
from oneseek.domain.state.versions import version_base

ADAPTER_FILES = (SETTINGS, WEIGHTS)
"""What of a version a training reads that continues from it."""

Order = tuple[tuple[int, ...], ...]
T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """A training as the ledger tells it."""

    version: Version
    started: TrainingStarted
    completed: TrainingCompleted
    measured: MetricsMeasured | None
    base: BaseModel
    parent: Version | None


@dataclass(frozen=True, slots=True)
class RecordedRows:
    """Which rows were learned, in which order, and which were measured on."""

    trained: tuple[Row, ...]
    order: Order
    held_out: tuple[Row, ...]


def read_record(ledger: Ledger, view: View, version: Version) -> Record:
    """Return what the ledger says of how ``version`` was trained.

    Raises:
        CannotCheck: it was imported: how it was trained is not known.
        LedgerBroken: the entries do not belong together.
    """
    if version.imported is not None:
        raise CannotCheck(
            f"{version.dna} was imported: how it was trained is not recorded, so nothing can be "
            "repeated"
        )
    told = {event.kind: event for event in _events(ledger, f"training:{version.training}")}
    started, completed = told.get(TrainingStarted.kind), told.get(TrainingCompleted.kind)
    measured = told.get(MetricsMeasured.kind)
    base = version_base(view, version)
    parent = _parent(view, version)
    if (
        not isinstance(started, TrainingStarted)
        or not isinstance(completed, TrainingCompleted)
        or base is None
    ):
        raise LedgerBroken(f"the records of {version.dna} do not belong together")
    return Record(
        version=version,
        started=started,
        completed=completed,
        measured=measured if isinstance(measured, MetricsMeasured) else None,
        base=base,
        parent=parent,
    )


def missing_objects(objects: ObjectStore, record: Record) -> list[Missing]:
    """Return every object that repeating needs and that is absent or has other bytes."""
    wanted = list(_own_objects(record))
    lists = {record.completed.produced: "recorded "}
    if record.parent is not None:
        wanted.append(("manifest of the parent version", record.parent.manifest))
        lists[record.parent.manifest] = "parent version's "
    missing = [found for what, digest in wanted for found in _check(objects, what, digest)]
    for manifest, of in lists.items():
        if not any(found.expected == manifest for found in missing):
            files = {f.path: f.digest for f in Manifest.from_bytes(objects.read(manifest)).files}
            for name in ADAPTER_FILES:
                missing.extend(_check(objects, f"{of}{name}", files[name]))
    return missing


def read_rows(objects: ObjectStore, record: Record) -> RecordedRows:
    """Return the rows that the record names. Its objects are at hand.

    Raises:
        InvalidInput: the objects do not fit each other.
    """
    rows = _dataset(objects, record.started.dataset)
    order = _numbers(objects, record.completed.row_order, Order)
    first = Counter(order[0] if order else ())
    if not first or max(first.values()) > 1 or any(Counter(epoch) != first for epoch in order):
        raise InvalidInput("the recorded epochs do not learn the same rows, each once")
    trained = _chosen(rows, first)
    if record.measured is None:
        return RecordedRows(trained, order, ())
    measured_on = _dataset(objects, record.measured.dataset)
    numbers = _numbers(objects, record.measured.rows, tuple[int, ...])
    return RecordedRows(trained, order, _chosen(measured_on, frozenset(numbers)))


def _events(ledger: Ledger, stream: str) -> Iterator[Event]:
    for row in ledger.of_stream(stream):
        yield REGISTRY.read(row.raw, where=f"entry {row.index}").body


def _parent(view: View, version: Version) -> Version | None:
    if version.parent is None:
        return None
    name = view.get(VersionName, version.parent)
    parent = view.get(Version, name.dna) if name else None
    if parent is None:
        raise LedgerBroken(f"{version.dna} continues from {version.parent}, which is no version")
    return parent


def _own_objects(record: Record) -> Iterator[tuple[str, Digest]]:
    yield "manifest of the base model", record.base.manifest
    yield "dataset", record.started.dataset
    if record.started.evaluation is not None:
        yield "evaluation dataset", record.started.evaluation
    yield "row order", record.completed.row_order
    if record.measured is not None:
        yield "rows measured on", record.measured.rows
    yield "list of the produced files", record.completed.produced


def _check(objects: ObjectStore, what: str, digest: Digest) -> Iterator[Missing]:
    for finding in objects.check([digest]):
        if finding.check != "object-mode":  # its bytes are as recorded
            yield Missing(material=what, expected=digest, found=finding.found)


def _dataset(objects: ObjectStore, digest: Digest) -> tuple[Row, ...]:
    return read_dataset(objects.read(digest), f"dataset {digest}").rows


def _chosen(rows: tuple[Row, ...], numbers: Collection[int]) -> tuple[Row, ...]:
    found = tuple(row for row in rows if row.number in numbers)
    if len(found) != len(numbers):
        raise InvalidInput(f"{len(numbers)} rows are recorded, {len(found)} of them exist")
    return found


def _numbers(objects: ObjectStore, digest: Digest, form: type[T]) -> T:
    try:
        return msgspec.json.decode(objects.read(digest), type=form)
    except msgspec.DecodeError as error:
        raise InvalidInput(f"object {digest} is no list of row numbers: {error}") from None
