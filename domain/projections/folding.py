"""Folding a projection over records, and watching which units changed."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Protocol

from oneseek.domain.entry import Entry
from oneseek.domain.events import Event
from oneseek.domain.state.store import D, Document, State


class Folded(Protocol):
    """What projections into folders and into collections of documents have in common."""

    @property
    def events(self) -> frozenset[type[Event]]: ...
    @property
    def units(self) -> tuple[type[Document], ...]: ...
    @property
    def sweeps(self) -> frozenset[type[Event]]: ...
    @property
    def step(self) -> Callable[[State, int, Entry], None]: ...


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
    projection: Folded,
    state: State,
    entries: Iterable[tuple[int, Entry]],
) -> Touched:
    """Fold entries with their indices into ``state``; return what may have changed in the target.

    Entries whose events the projection does not read may be left out.
    """
    everything = False
    watched = Watched(state, projection.units)
    read, sweeps = _kinds(projection.events), _kinds(projection.sweeps)
    for index, entry in entries:
        kind = entry.body.kind
        if kind in read:
            projection.step(watched, index, entry)
            everything = everything or kind in sweeps
    return Touched(frozenset(watched.touched), everything)


def _kinds(events: Iterable[type[Event]]) -> frozenset[str]:
    return frozenset(event.kind for event in events)


def unit(projection: Folded, state: State, name: str) -> Document | None:
    """Return the document of the unit ``name``, None where the target has no such unit."""
    for kind in projection.units:
        if (document := state.get(kind, name)) is not None:
            return document
    return None


def units(projection: Folded, state: State) -> Iterator[tuple[str, Document]]:
    """Yield every unit with its document."""
    for kind in projection.units:
        yield from state.scan(kind)
