"""Lineage: what a version was made from, step by step back to its base model."""

from dataclasses import dataclass

from oneseek.domain.digest import Digest
from oneseek.domain.state.documents import BaseModel, Dataset, Training, Version, VersionName
from oneseek.domain.state.store import Reading


@dataclass(frozen=True, slots=True)
class Material:
    """One thing that something was made from, and the entry that recorded it."""

    what: str
    name: str
    digest: Digest
    index: int


@dataclass(frozen=True, slots=True)
class Step(Material):
    """A version or base model with its direct inputs besides the next step."""

    inputs: tuple[Material, ...] = ()


def lineage(state: Reading, version: Version) -> list[Step]:
    """Return the version, the versions that it continues from, and last the base model."""
    steps: list[Step] = []
    current: Version | None = version
    seen: set[Digest] = set()
    while current is not None and current.manifest not in seen:
        seen.add(current.manifest)
        steps.append(
            Step("version", current.dna, current.manifest, current.index, _inputs(state, current))
        )
        name = state.get(VersionName, current.parent) if current.parent else None
        current = state.get(Version, name.dna) if name else None
    base = state.get(BaseModel, version.base)
    if base is not None:
        steps.append(Step("base model", base.name, base.manifest, base.index))
    return steps


def _inputs(state: Reading, version: Version) -> tuple[Material, ...]:
    found: list[Material] = []
    dataset = state.get(Dataset, version.dataset)
    if dataset is not None:
        found.append(Material("dataset", dataset.name, dataset.dataset, dataset.index))
    training = state.get(Training, version.training)
    if training is not None and training.weights is not None and training.ended is not None:
        found.append(Material("training", training.training, training.weights, training.ended))
    return tuple(found)
