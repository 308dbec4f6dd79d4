"""Lineage: what a version was made from, step by step back to its base model."""

from dataclasses import dataclass

from oneseek.domain.digest import Digest
from oneseek.domain.state.documents import (
    RecordedVersion,
    Version,
    VersionName,
)
from oneseek.domain.state.imported import Imported
from oneseek.domain.state.store import Reading
from oneseek.domain.state.versions import version_base, version_dataset, version_training

NOT_IDENTIFIED = "not identified"
"""In place of a base model: nobody has said yet which registered one it is."""


@dataclass(frozen=True, slots=True)
class Material:
    """One thing that something was made from, and the entry that recorded it.

    What only an older record names has neither digest nor entry.
    """

    what: str
    name: str
    digest: Digest | None
    index: int | None


@dataclass(frozen=True, slots=True)
class Step(Material):
    """A version or base model with its direct inputs besides the next step."""

    inputs: tuple[Material, ...] = ()
    evidence: str = "observed"
    """How good the record is, see :class:`~oneseek.domain.state.documents.Version`."""
    imported: Imported | None = None
    """Where an imported version comes from. What it was trained from is not known."""


def lineage(state: Reading, version: Version | RecordedVersion) -> list[Step]:
    """Return the version, the versions that it continues from, and last the base model.

    An imported version ends the way back: its parents are unknown. Its base model is the registered
    one that was identified, or a name that its records give, or nothing.
    """
    steps: list[Step] = []
    current: Version | RecordedVersion | None = version
    last: Version | RecordedVersion = version
    seen: set[Digest] = set()
    while current is not None and current.manifest not in seen:
        seen.add(current.manifest)
        last = current
        steps.append(_step(state, current))
        parent = current.parent if isinstance(current, Version) else None
        name = state.get(VersionName, parent) if parent else None
        current = state.get(Version, name.dna) if name else None
    base = version_base(state, version) if isinstance(version, Version) else None
    if base is not None:
        steps.append(Step("base model", base.name, base.manifest, base.index))
    elif last.imported is not None:
        steps.append(Step("base model", last.base_name or "not recorded", None, None,
                          evidence=NOT_IDENTIFIED))  # fmt: skip
    return steps


def _step(state: Reading, version: Version | RecordedVersion) -> Step:
    inputs = _inputs(state, version) if isinstance(version, Version) else ()
    return Step(
        "version", version.dna, version.manifest, version.index, inputs, version.evidence,
        version.imported,
    )  # fmt: skip


def _inputs(state: Reading, version: Version) -> tuple[Material, ...]:
    found: list[Material] = []
    dataset = version_dataset(state, version)
    if dataset is not None:
        found.append(Material("dataset", dataset.name, dataset.dataset, dataset.index))
    training = version_training(state, version)
    if training is not None and training.weights is not None and training.ended is not None:
        what = "training" if training.resumed is None else "resumed training"
        found.append(Material(what, training.training, training.weights, training.ended))
    return tuple(found)
