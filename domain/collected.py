"""The inventory of a collection: what was removed from the content store, and why nothing kept it.

JSON, one object of the store per line of the list ``objects``, in order of the digests::

    {"format": "oneseek-collection/v1", "grace_days": 30, "objects": [
      {"sha256": "9f86…", "size": 51200, "what": "weights of version …", "entry": 17, "why": "…"}
    ]}

An object that an inventory lists is no longer missed by an audit. Where it lies in the store again,
because somebody restored it, it is an object like any other.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

import msgspec

from oneseek.domain.certification.metadata import render_json
from oneseek.domain.digest import Digest
from oneseek.domain.errors import OneSeekError
from oneseek.domain.ports import ObjectStore
from oneseek.domain.state.documents import Backup, Collection
from oneseek.domain.state.store import Reading

FORMAT = "oneseek-collection/v1"


class Removed(msgspec.Struct, frozen=True, rename={"digest": "sha256"}):
    """One object that was removed."""

    digest: Digest
    size: int
    what: str
    entry: int | None
    """Leaf index of the entry that named it first; None: no entry named it."""
    why: str


class _Inventory(msgspec.Struct, frozen=True):
    format: str
    grace_days: int
    objects: tuple[Removed, ...]


def render_inventory(removed: Iterable[Removed], grace_days: int) -> bytes:
    """Return the bytes of an inventory, in order of the digests."""
    ordered = sorted(removed, key=lambda item: item.digest)
    found = _Inventory(format=FORMAT, grace_days=grace_days, objects=tuple(ordered))
    return render_json(msgspec.to_builtins(found))


def read_inventory(inventory: Digest, objects: ObjectStore) -> tuple[Removed, ...]:
    """Return what an inventory lists; nothing where it is missing or is none.

    The audit of what entries name tells of a missing one; nothing is excused by it then.
    """
    try:
        found = msgspec.json.decode(objects.read(inventory), type=_Inventory)
    except (OneSeekError, msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return ()
    return found.objects if found.format == FORMAT else ()


def collected_objects(state: Reading, objects: ObjectStore) -> dict[Digest, int]:
    """Return every object that was ever collected, with the leaf index of the newest collection."""
    return {
        item.digest: collection.index
        for _, collection in state.scan(Collection)
        for item in read_inventory(collection.inventory, objects)
    }


@dataclass(frozen=True, slots=True)
class CollectedAfter:
    """What collections took after an entry: the one that removed a version from the tree.

    An older collection excuses nothing: the bytes came back with the version, or they came with it.
    """

    collected: Mapping[Digest, int]
    """As of :func:`collected_objects`."""
    entry: int

    def __contains__(self, digest: object) -> bool:
        return isinstance(digest, str) and self.collected.get(digest, -1) > self.entry


def whole_backups(state: Reading, manifest: Digest) -> Iterator[Backup]:
    """Yield the backups of a version that nobody found damaged since they were confirmed."""
    for _, backup in state.scan(Backup):
        if backup.what == "version" and backup.manifest == manifest and backup.damaged is None:
            yield backup


def where_it_is(state: Reading, manifest: Digest, dna: str) -> str:
    """Return what to do for the files of a collected version: a hint, in one sentence."""
    backup = next(whole_backups(state, manifest), None)
    if backup is None:
        return "no whole backup of it is known"
    return f"bring it back: oneseek restore {dna} --from {backup.target}"
