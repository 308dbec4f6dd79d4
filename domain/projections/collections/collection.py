"""What a projection into a collection of documents declares."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from oneseek.domain.digest import Digest
from oneseek.domain.documents import Value
from oneseek.domain.entry import Entry
from oneseek.domain.events import Event
from oneseek.domain.state.store import Document, State


@dataclass(frozen=True, slots=True)
class Sealed:
    """A field whose text lies in the vault; None where its key was destroyed."""

    digest: Digest


@dataclass(frozen=True, slots=True)
class Proven:
    """Stands for the fields that show the entry ``index`` itself, with its proof.

    The runner puts them in beside the others: it has the entries and the tree in hand, and
    :mod:`~oneseek.domain.projections.collections.block` makes the fields of them.
    """

    index: int


Node = Value | Sealed
"""A field of a document: its value, or what the runner has to fetch for it."""


@dataclass(frozen=True, slots=True)
class Rendered:
    """What a unit means: its fields, and the entry that is shown in it, if one is."""

    fields: Mapping[str, Node]
    proven: Proven | None = None


@dataclass(frozen=True, slots=True)
class Collection:
    """A fold over the ledger and its meaning as a collection of documents.

    As in :class:`~oneseek.domain.projections.projection.Projection`, the fold keeps documents of
    its own; the key of a *unit* is the id of a document in the target.
    """

    name: str
    """Of the projection and of the collection: ``oqt_queries``."""
    version: int
    events: frozenset[type[Event]]
    """The kinds that ``step`` reads; it is not called for others."""
    units: tuple[type[Document], ...]
    """The document kinds that are units."""
    step: Callable[[State, int, Entry], None]
    render: Callable[[Any], Rendered]
    sweeps: ClassVar[frozenset[type[Event]]] = frozenset()
    """No kind empties a collection: documents go one by one."""
