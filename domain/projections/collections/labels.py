"""Names for digests, as a fold needs them to say in a document what people call a thing."""

from typing import ClassVar

from oneseek.domain.digest import Digest
from oneseek.domain.events import (
    BaseModelRegistered,
    DatasetRegistered,
    Event,
    VersionCertified,
    VersionImported,
)
from oneseek.domain.state.store import Document, State

LABELLING: frozenset[type[Event]] = frozenset(
    {BaseModelRegistered, DatasetRegistered, VersionCertified, VersionImported}
)
"""The kinds that :func:`learn` reads."""


class Label(Document, frozen=True):
    """What a base model, a dataset or a version is called, by its digest. It is no unit."""

    table: ClassVar[str] = "label"
    text: str


def learn(state: State, event: Event) -> None:
    """Remember the name that ``event`` gives to a digest, if it gives one."""
    match event:
        case BaseModelRegistered(manifest=digest, name=text):
            state.put(digest, Label(text=text))
        case DatasetRegistered(dataset=digest, name=text):
            state.put(digest, Label(text=text))
        case (
            VersionCertified(manifest=digest, dna=text) | VersionImported(manifest=digest, dna=text)
        ):
            state.put(digest, Label(text=text))


def label(state: State, digest: Digest | None) -> str | None:
    """Return the name of a digest; None where it has none that is known."""
    known = None if digest is None else state.get(Label, digest)
    return None if known is None else known.text
