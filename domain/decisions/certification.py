"""Certification: which number a version gets, its name, and what is refused."""

from oneseek.domain.decisions import Decision
from oneseek.domain.digest import Digest
from oneseek.domain.errors import Conflict, InvalidInput, NotFound
from oneseek.domain.events import VersionCertified, VersionNumbered
from oneseek.domain.names import DnaName
from oneseek.domain.state.documents import BaseModel, Dataset, Line, Training, Version
from oneseek.domain.state.store import Reading


def next_number(state: Reading, language: str) -> tuple[int, int]:
    """Return the number after the highest ever given in this language line: a new major."""
    line = state.get(Line, language)
    return (line.major + 1 if line else 1, 0)


def completed_training(state: Reading, training: str) -> Training:
    """Return a training that is complete and has no version yet.

    Raises:
        NotFound: no such training.
        Conflict: it is not complete, failed, or was certified already.
    """
    found = state.get(Training, training)
    if found is None:
        raise NotFound(f"there is no training {training!r}")
    if found.status != "completed":
        raise Conflict(f"training {training} is {found.status}, so it cannot be certified")
    return found


def name_version(state: Reading, training: Training, certified_at: str) -> DnaName:
    """Choose number and name for the version that ``training`` produced.

    Raises:
        NotFound: its base model or its dataset is not registered.
        Conflict: a version of this name exists.
    """
    dataset = state.get(Dataset, training.dataset)
    if dataset is None:
        raise NotFound(f"the dataset {training.dataset} of {training.training} is not registered")
    if state.get(BaseModel, training.base) is None:
        raise NotFound(f"the base model {training.base} of {training.training} is not registered")
    if training.weights is None:
        raise InvalidInput(f"training {training.training} names no weights")
    major, minor = next_number(state, training.language)
    name = DnaName.of(
        major=major,
        minor=minor,
        language=training.language,
        categories=dataset.categories,
        weights=training.weights,
        certified_at=certified_at,
    )
    if state.get(Version, str(name)):
        raise Conflict(f"a version named {name} exists already")
    return name


def certify(
    training: Training, name: DnaName, manifest: Digest, weights: Digest, certified_at: str
) -> Decision:
    """Return the events that make the rendered directory a version."""
    numbered = VersionNumbered(
        language=name.language,
        major=name.major,
        minor=name.minor,
        training=training.training,
    )
    certified = VersionCertified(
        manifest=manifest,
        dna=str(name),
        weights=weights,
        language=name.language,
        major=name.major,
        minor=name.minor,
        training=training.training,
        base=training.base,
        dataset=training.dataset,
        certified_at=certified_at,
    )
    reads = frozenset({f"training:{training.training}"})
    return Decision((numbered, certified), reads, time=certified_at)
