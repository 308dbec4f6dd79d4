"""What a projection declares."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from oneseek.domain.entry import Entry
from oneseek.domain.events import Event
from oneseek.domain.projections.nodes import Node
from oneseek.domain.state.store import Document, State


@dataclass(frozen=True, slots=True)
class Projection:
    """A fold over the ledger and its meaning in a folder.

    The fold keeps documents; the key of a document is the name of one *unit*, a top-level name in
    the target folder, or a path of at most ``depth`` names. A document that is deleted takes its
    unit with it.
    """

    name: str
    version: int
    """Out of :data:`~oneseek.domain.projections.versions.VERSIONS`."""
    folder: str
    """The target, relative to the workspace, with ``/``."""
    events: frozenset[type[Event]]
    """The kinds that ``step`` reads; it is not called for others."""
    units: tuple[type[Document], ...]
    """The document kinds that are units."""
    sweeps: frozenset[type[Event]]
    """The kinds after which the target is compared as a whole: what is no unit has to go."""
    step: Callable[[State, int, Entry], None]
    render: Callable[[Any], Mapping[str, Node]]
    """Unit document → paths inside the unit ("" is the unit itself) and what stands there."""
    depth: int = 1
    """How many names the name of a unit may have, with ``/`` between them."""
    mark: str | None = None
    """The unit, a text file, by whose first line a target is known as our own.

    A target that lacks it and holds anything else is somebody's: it is not taken over.
    """
