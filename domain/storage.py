"""What a workspace takes up by kind, and a forecast: the founding storage table, measured here.

Nothing is assumed. What a version takes and how many come in a week is measured from the versions
there are; where there are too few to measure, the answer is None.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import chain

from oneseek.domain import events as e
from oneseek.domain.audit.named_objects import (
    evidence_of,
    imported_objects,
    ledger_listing,
    manifest_files,
)
from oneseek.domain.digest import Digest
from oneseek.domain.errors import OneSeekError
from oneseek.domain.ports import Ledger, ObjectStore
from oneseek.domain.registry import REGISTRY
from oneseek.domain.reset_inventory import found_in_tree

WEEK = timedelta(days=7)
SHORTEST = timedelta(days=1)
MONTH = timedelta(days=365.25 / 12)
TABLE_VERSIONS = 50
"""As many as the founding table counts."""

_WEIGHTS = (".safetensors", ".bin", ".pth", ".pt")


def object_kinds(ledger: Ledger, objects: ObjectStore) -> dict[Digest, str]:
    """Return what each object is that an entry names; the first that names it says so."""
    kinds: dict[Digest, str] = {}
    for record in ledger.records(0, ledger.head().size):
        for digest, kind in _kinds(REGISTRY.read(record.raw).body, objects):
            kinds.setdefault(digest, kind)
    return kinds


def _kinds(event: e.Event, objects: ObjectStore) -> Iterator[tuple[Digest, str]]:
    match event:
        case e.DatasetRegistered():
            yield event.dataset, "datasets"
        case e.CheckpointKept():
            yield event.state, "checkpoints"
        case e.BaseModelRegistered():
            for digest, _ in manifest_files(event.manifest, "", objects):
                yield digest, "base models"
        case e.TrainingCompleted():
            yield from _files(event.produced, objects)
        case e.VersionCertified() | e.VersionImported():
            yield event.manifest, "manifests and metadata"
            yield from _files(event.manifest, objects)
        case e.QueryAnswered():
            yield event.question, "sealed texts"
            yield event.answer, "sealed texts"
        case e.RegistryReset():
            with suppress(OneSeekError):  # the audits tell of an inventory that is none
                for digest in found_in_tree(event, 0, objects):
                    yield digest, "left by resets"
    named = ((digest, "evidence") for digest, _ in chain(evidence_of(event), ledger_listing(event)))
    yield from named
    yield from ((digest, "legacy records") for digest, _ in imported_objects(event, objects))


def _files(manifest: Digest, objects: ObjectStore) -> Iterator[tuple[Digest, str]]:
    for digest, what in manifest_files(manifest, "", objects):
        weights = what.rstrip().endswith(_WEIGHTS)
        yield digest, "weights" if weights else "manifests and metadata"


@dataclass(frozen=True, slots=True)
class Made:
    """A version that was certified here."""

    major: bool
    size: int
    """Bytes of its files."""
    time: datetime


@dataclass(frozen=True, slots=True)
class Forecast:
    """What is to be expected; None where it cannot be measured."""

    major_bytes: int | None
    """A major version takes so much, on average."""
    micro_bytes: int | None
    per_week: float | None
    """Versions of both sorts."""
    growth: float | None
    """Bytes per week."""
    months: dict[int, int | None]
    """What the workspace takes up in 1, 6 and 12 months."""
    full: datetime | None
    """When the disk is full, going on like this."""

    @property
    def major_table(self) -> int | None:
        """What the founding table asks: 50 major versions."""
        return None if self.major_bytes is None else TABLE_VERSIONS * self.major_bytes

    @property
    def micro_table(self) -> int | None:
        return None if self.micro_bytes is None else TABLE_VERSIONS * self.micro_bytes


def forecast(made: Sequence[Made], *, used: int, free: int, now: datetime) -> Forecast:
    """Say from the versions that there are how the workspace grows.

    ``used`` and ``free`` are bytes. The pace is that from the first version to now; less than
    :data:`SHORTEST` of it says nothing about a year.
    """
    growth = per_week = None
    if len(made) > 1 and (age := now - min(item.time for item in made)) >= SHORTEST:
        per_week = len(made) / (age / WEEK)
        growth = per_week * sum(item.size for item in made) / len(made)
    full = None
    if growth and (weeks := free / growth) < (datetime.max.replace(tzinfo=now.tzinfo) - now) / WEEK:
        full = now + weeks * WEEK
    return Forecast(
        major_bytes=_mean(item.size for item in made if item.major),
        micro_bytes=_mean(item.size for item in made if not item.major),
        per_week=per_week,
        growth=growth,
        months={
            n: None if growth is None else round(used + growth * (n * MONTH / WEEK))
            for n in (1, 6, 12)
        },
        full=full,
    )


def _mean(sizes: Iterable[int]) -> int | None:
    found = list(sizes)
    return round(sum(found) / len(found)) if found else None
