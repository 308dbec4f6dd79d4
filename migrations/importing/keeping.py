"""Keeping every byte of a source: plain objects, and sealed ones for texts of people.

A file is hashed again while it is kept. Had it changed since it was judged, the verdicts would be
about other bytes, so that nothing is recorded then.
"""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeVar

from msgspec.structs import replace

from oneseek.domain.digest import sha256
from oneseek.domain.errors import Conflict, NotFound
from oneseek.domain.ports import Ports
from oneseek.migrations.importing.previous import Previous
from oneseek.migrations.item import FILE, QUARANTINED, Item
from oneseek.migrations.places import real_path
from oneseek.migrations.plan import SourcePlan

T = TypeVar("T")


def keep_all(
    ports: Ports, plan: SourcePlan, previous: Previous, on_bytes: Callable[[int], None]
) -> Iterator[Item]:
    """Keep the bytes of every file and yield every item as the inventory is to hold it.

    Raises:
        Conflict: a file is not what it was when the plan was made; nothing was recorded.
    """
    hostile = {found.path for found in plan.quarantined}
    for item in plan.items:
        if item.type != FILE or item.digest is None:
            yield item
            continue
        kept = replace(item, kind=QUARANTINED) if item.path in hostile else item
        if item.personal:
            yield _sealed(ports, plan.root, kept, previous)
        else:
            _keep(ports, real_path(plan.root, item.path), item, on_bytes)
            yield kept


def _keep(ports: Ports, path: Path, item: Item, on_bytes: Callable[[int], None]) -> None:
    assert item.digest is not None
    if ports.objects.has(item.digest) and _unchanged(path, item):
        on_bytes(item.size)
        return
    digest, _ = _reading(item, lambda: ports.objects.put_file(path, on_bytes=on_bytes))
    if digest != item.digest:
        raise _changed(item)


def _sealed(ports: Ports, root: Path, item: Item, previous: Previous) -> Item:
    assert item.digest is not None
    known = previous.sealed_as(item)
    if known is None:
        data = _reading(item, real_path(root, item.path).read_bytes)
        if sha256(data) != item.digest:
            raise _changed(item)
        known = ports.vault.seal(data)
    return replace(item, digest=None, sealed=known)


def _unchanged(path: Path, item: Item) -> bool:
    try:
        status = path.lstat()
    except OSError:
        return False
    return status.st_size == item.size


def _reading(item: Item, read: Callable[[], T]) -> T:
    try:
        return read()
    except (OSError, NotFound) as error:
        raise _changed(item) from error


def _changed(item: Item) -> Conflict:
    return Conflict(
        f"{item.path} changed while it was being imported; nothing was recorded",
        hint="stop whatever writes there, and run it again",
    )
