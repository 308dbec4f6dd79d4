"""Keeping every byte of a source: plain objects, and sealed ones for texts of people.

A file is hashed again while it is kept. Had it changed since it was judged, the verdicts would be
about other bytes, so that nothing is recorded then.
"""

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import TypeVar

from msgspec.structs import replace

from oneseek.domain.digest import Digest, sha256
from oneseek.domain.errors import Conflict, InvalidInput, NotFound
from oneseek.domain.ports import ObjectKeeper, Ports
from oneseek.migrations.importing.previous import Previous
from oneseek.migrations.item import FILE, QUARANTINED, Item
from oneseek.migrations.places import real_path
from oneseek.migrations.plan import SourcePlan

T = TypeVar("T")
_AT_ONCE = 256
_BYTES_AT_ONCE = 16 << 20


def keep_all(
    ports: Ports,
    plan: SourcePlan,
    previous: Previous,
    keeper: ObjectKeeper,
    on_bytes: Callable[[int], None],
) -> Iterator[Item]:
    """Keep the bytes of every file and yield every item as the inventory is to hold it.

    ``keeper`` takes the bytes: what :meth:`ObjectStore.together` gave, which makes them durable.

    Raises:
        Conflict: a file is not what it was when the plan was made; nothing was recorded.
    """
    hostile = {found.path for found in plan.quarantined}
    for items in _handfuls(plan.items):
        texts = _Texts(ports, plan, previous)
        kept = []
        for item in items:
            if item.type != FILE or item.digest is None:
                kept.append(item)
                continue
            if item.personal:
                texts.add(item)
            else:
                _keep(ports, keeper, real_path(plan.root, item.path), item, on_bytes)
            kept.append(replace(item, kind=QUARANTINED) if item.path in hostile else item)
        texts.seal(keeper)
        yield from map(texts.sealed, kept)


def _handfuls(items: Iterable[Item]) -> Iterator[list[Item]]:
    """Yield the items some at a time, so that few texts are in memory at once."""
    some: list[Item] = []
    size = 0
    for item in items:
        some.append(item)
        size += item.size if item.personal else 0
        if len(some) >= _AT_ONCE or size >= _BYTES_AT_ONCE:
            yield some
            some, size = [], 0
    if some:
        yield some


class _Texts:
    """Texts of people that are sealed together: the vault commits their keys at once."""

    def __init__(self, ports: Ports, plan: SourcePlan, previous: Previous) -> None:
        self._vault = ports.vault
        self._root = plan.root
        self._previous = previous
        self._new: dict[str, bytes] = {}
        self._sealed: dict[str, Digest] = {}

    def add(self, item: Item) -> None:
        """Take in a file, read now and sealed with the others; one that is sealed already stays."""
        known = self._previous.sealed_as(item)
        if known is not None:
            self._sealed[item.path] = known
            return
        data = _reading(item, real_path(self._root, item.path).read_bytes)
        if sha256(data) != item.digest:
            raise _changed(item)
        self._new[item.path] = data

    def seal(self, keeper: ObjectKeeper) -> None:
        """Seal what was added."""
        if self._new:
            digests = self._vault.seal_many(list(self._new.values()), keeper)
            self._sealed.update(zip(self._new, digests, strict=True))
            self._new.clear()

    def sealed(self, item: Item) -> Item:
        """Return ``item`` as the inventory is to hold it."""
        known = self._sealed.get(item.path)
        return item if known is None else replace(item, digest=None, sealed=known)


def _keep(
    ports: Ports, keeper: ObjectKeeper, path: Path, item: Item, on_bytes: Callable[[int], None]
) -> None:
    assert item.digest is not None
    if ports.objects.has(item.digest) and _unchanged(path, item):
        on_bytes(item.size)
        return
    digest, _ = _reading(item, lambda: keeper.put_file(path, on_bytes=on_bytes))
    if digest != item.digest:
        raise _changed(item)


def _unchanged(path: Path, item: Item) -> bool:
    try:
        status = path.lstat()
    except OSError:
        return False
    return status.st_size == item.size


def _reading(item: Item, read: Callable[[], T]) -> T:
    try:
        return read()
    except (OSError, NotFound, InvalidInput) as error:
        raise _changed(item) from error


def _changed(item: Item) -> Conflict:
    return Conflict(
        f"{item.path} changed while it was being imported; nothing was recorded",
        hint="stop whatever writes there, and run it again",
    )
