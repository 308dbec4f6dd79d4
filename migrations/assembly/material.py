"""Everything that was found in a source, to be looked up by path, folder and kind of facts.

Items and readings are on disk; memory holds their paths and places alone.
"""

from array import array
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from itertools import compress

from msgspec import Struct

from oneseek.migrations.format import Facts, Reading
from oneseek.migrations.item import FILE, Item
from oneseek.migrations.spool import Spool


class Filed(Struct, frozen=True):
    """An item with what its format made of it."""

    item: Item
    reading: Reading | None = None


class Material:
    """The items of one source. :meth:`add` all, then :meth:`close`, then look up."""

    def __init__(self) -> None:
        self._filed = Spool(Filed)
        self._places = array("Q")
        self._by_facts: dict[str, list[str]] = defaultdict(list)
        self._by_kind: dict[str, list[str]] = defaultdict(list)
        self._ordered: list[str] = []

    def add(self, item: Item, reading: Reading | None) -> None:
        """Take in an item."""
        self._ordered.append(item.path)
        self._places.append(self._filed.add(Filed(item, reading)))
        if reading is not None and reading.facts is not None:
            self._by_facts[type(reading.facts).__name__].append(item.path)
        if item.type == FILE and item.digest is not None:
            self._by_kind[item.kind].append(item.path)

    def close(self) -> None:
        """Order what was added; from here on it can be looked up."""
        paths, places = self._ordered, self._places
        order = sorted(range(len(paths)), key=lambda index: _ordering(paths[index]))
        self._ordered = [paths[index] for index in order]
        self._places = array("Q", (places[index] for index in order))

    def __contains__(self, path: str) -> bool:
        return self._index(path) is not None

    def __iter__(self) -> Iterator[Filed]:
        return iter(self._filed)

    def get(self, path: str) -> Filed | None:
        """Return what lies at ``path``, None where nothing does."""
        index = self._index(path)
        return None if index is None else self._filed.at(self._places[index])

    def below(self, folder: str) -> list[str]:
        """Return the paths of everything below ``folder`` ("" is the whole source), in order."""
        if not folder:
            return self._ordered
        start = bisect_left(self._ordered, _ordering(folder) + "\0", key=_ordering)
        stop = bisect_left(self._ordered, _ordering(folder) + "\1", start, key=_ordering)
        return self._ordered[start:stop]

    def files_below(self, folder: str) -> Iterator[Filed]:
        """Yield the files below ``folder`` that could be read."""
        for path in self.below(folder):
            filed = self.get(path)
            if filed is not None and filed.item.type == FILE and filed.item.digest is not None:
                yield filed

    def with_facts(self, kind: type[Facts]) -> list[str]:
        """Return the paths whose reading has facts of ``kind``, in the order of the walk."""
        return self._by_facts.get(kind.__name__, [])

    def of_kind(self, *names: str) -> list[str]:
        """Return the paths of files of these classes."""
        return [path for name in names for path in self._by_kind.get(name, [])]

    def paths(self) -> "Paths":
        """Return an empty set of paths of this source."""
        return Paths(self._ordered, self._index)

    def _index(self, path: str) -> int | None:
        index = bisect_left(self._ordered, _ordering(path), key=_ordering)
        there = index < len(self._ordered) and self._ordered[index] == path
        return index if there else None


class Paths:
    """A set of paths of one source: a byte for every entry of it."""

    def __init__(self, ordered: list[str], index: Callable[[str], int | None]) -> None:
        self._ordered = ordered
        self._index = index
        self._marks = bytearray(len(ordered))

    def __iter__(self) -> Iterator[str]:
        return compress(self._ordered, self._marks)

    def __contains__(self, path: str) -> bool:
        index = self._index(path)
        return index is not None and bool(self._marks[index])

    def update(self, paths: Iterable[str]) -> None:
        """Take in ``paths``, which are all of the source."""
        for path in paths:
            index = self._index(path)
            assert index is not None
            self._marks[index] = 1


def parent(path: str) -> str:
    """Return the folder of ``path``, "" at the top."""
    return path.rpartition("/")[0]


def name_of(path: str) -> str:
    """Return the last part of ``path``."""
    return path.rpartition("/")[2]


def join(folder: str, name: str) -> str:
    """Return the path of ``name`` in ``folder``."""
    return f"{folder}/{name}" if folder else name


def _ordering(path: str) -> str:
    # A folder's entries stand together: "a/b" before "a.txt", which plain text order does not do.
    return path.replace("/", "\0")
