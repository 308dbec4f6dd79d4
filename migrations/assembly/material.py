"""Everything that was found in a source, to be looked up by path, folder and kind of facts.

Items and readings are on disk; memory holds their paths and places alone.
"""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator

from msgspec import Struct

from oneseek.domain.digest import Digest
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
        self._places: dict[str, int] = {}
        self._by_facts: dict[str, list[str]] = defaultdict(list)
        self._by_kind: dict[str, list[str]] = defaultdict(list)
        self._by_digest: dict[Digest, list[str]] = defaultdict(list)
        self._ordered: list[str] = []

    def add(self, item: Item, reading: Reading | None, *, weighty: bool = False) -> None:
        """Take in an item; ``weighty`` ones can be looked up by digest."""
        self._places[item.path] = self._filed.add(Filed(item, reading))
        if reading is not None and reading.facts is not None:
            self._by_facts[type(reading.facts).__name__].append(item.path)
        if item.type == FILE and item.digest is not None:
            self._by_kind[item.kind].append(item.path)
            if weighty:
                self._by_digest[item.digest].append(item.path)

    def close(self) -> None:
        """Order what was added; from here on it can be looked up."""
        self._ordered = sorted(self._places, key=_ordering)
        self._keys = [_ordering(path) for path in self._ordered]

    def __contains__(self, path: str) -> bool:
        return path in self._places

    def __iter__(self) -> Iterator[Filed]:
        return iter(self._filed)

    def get(self, path: str) -> Filed | None:
        """Return what lies at ``path``, None where nothing does."""
        place = self._places.get(path)
        return None if place is None else self._filed.at(place)

    def below(self, folder: str) -> list[str]:
        """Return the paths of everything below ``folder`` ("" is the whole source), in order."""
        if not folder:
            return self._ordered
        start = bisect_left(self._keys, _ordering(folder) + "\0")
        stop = bisect_left(self._keys, _ordering(folder) + "\1")
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

    def twins(self, digest: Digest) -> list[str]:
        """Return the paths of all weighty files with these bytes."""
        return self._by_digest.get(digest, [])


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
