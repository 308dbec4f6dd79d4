"""What a version names in the state, and words for it: the same wherever one is shown."""

from oneseek.domain.state.documents import (
    BaseModel,
    Dataset,
    RecordedVersion,
    Training,
    Version,
)
from oneseek.domain.state.store import Reading


def version_number(version: Version | RecordedVersion) -> str | None:
    """Return ``MAJOR.MICRO``; None where an older record gives none."""
    if version.major is None or version.minor is None:
        return None
    return f"{version.major}.{version.minor}"


def version_title(version: Version) -> str:
    """Return the number, where there is one, and the label."""
    number = version_number(version)
    return f"version {number} ({version.dna})" if number else f"version {version.dna}"


def how_it_came(version: Version) -> str:
    """Return ``certified`` or ``imported``: what the entry did that the version begins with."""
    return "certified" if version.imported is None else "imported"


def version_base(state: Reading, version: Version) -> BaseModel | None:
    """Return the base model of a version; None where it is not known."""
    return state.get(BaseModel, version.base) if version.base is not None else None


def version_dataset(state: Reading, version: Version) -> Dataset | None:
    """Return the dataset of a version; None where it is not known."""
    return state.get(Dataset, version.dataset) if version.dataset is not None else None


def version_training(state: Reading, version: Version) -> Training | None:
    """Return the training of a version; None where it was no training of ours."""
    return state.get(Training, version.training) if version.training is not None else None
