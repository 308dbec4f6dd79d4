"""Folding a projection over records, and watching which units changed."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from oneseek.domain.projections.projection import Projection
from oneseek.domain.registry import REGISTRY, Registry
from oneseek.domain.state.store import D, Document, State
from oneseek.domain.stored import Record


class Watched:
    """A state that remembers the keys of the units that a fold touched."""

    def __init__(self, state: State, units: tuple[type[Document], ...]) -> None:
        self._state = state
        self._units = units
        self.touched: set[str] = set()

    def get(self, kind: type[D], key: str) -> D | None:
        return self._state.get(kind, key)

    def scan(
        self, kind: type[D], *, start: str = "", stop: str | None = None, descending: bool = False
    ) -> Iterator[tuple[str, D]]:
        return self._state.scan(kind, start=start, stop=stop, descending=descending)

    def put(self, key: str, document: Document) -> None:
        if isinstance(document, self._units):
            self.touched.add(key)
        self._state.put(key, document)

    def delete(self, kind: type[Document], key: str) -> None:
        if issubclass(kind, self._units):
            self.touched.add(key)
        self._state.delete(kind, key)


@dataclass(frozen=True, slots=True)
class Touched:
    """What a fold changed: units by name, or so much that the whole target must be compared."""

    names: frozenset[str]
    everything: bool


def fold(
    projection: Projection,
    state: State,
    records: Iterable[Record],
    registry: Registry = REGISTRY,
) -> Touched:
    """Fold ``records`` into ``state``; return what may have changed in the target."""
    everything = False
    watched = Watched(state, projection.units)
    for record in records:
        entry = registry.read(record.raw, where=f"entry {record.index}")
        if type(entry.body) in projection.events:
            projection.step(watched, record.index, entry)
            everything = everything or type(entry.body) in projection.sweeps
    return Touched(frozenset(watched.touched), everything)


def unit(projection: Projection, state: State, name: str) -> Document | None:
    """Return the document of the unit ``name``, None where the target has no such unit."""
    for kind in projection.units:
        if (document := state.get(kind, name)) is not None:
            return document
    return None


def units(projection: Projection, state: State) -> Iterator[tuple[str, Document]]:
    """Yield every unit with its document."""
    for kind in projection.units:
        yield from state.scan(kind)
