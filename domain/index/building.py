"""Building the index from a ledger: from the entries themselves, proved to be under its root.

A ledger's look-up columns would say faster which entry is in which stream, but no signature covers
them, and an index that is built from them could hide what somebody hid in them. So every entry is
read, strictly, and hashed; the root over all of them is compared at the end.
"""

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass

from oneseek.domain.errors import LedgerBroken
from oneseek.domain.index.stream_map import StreamIndex
from oneseek.domain.merkle.frontier import EMPTY_FRONTIER
from oneseek.domain.merkle.hashing import leaf_hashes
from oneseek.domain.ports import Ledger
from oneseek.domain.registry import REGISTRY, Registry

_HINT = "look at it with: oneseek verify"


@dataclass(frozen=True, slots=True)
class BuiltIndex:
    """The index, and of the watched streams the entries: (index, leaf hash), in order."""

    index: StreamIndex
    watched: dict[str, list[tuple[int, bytes]]]


def build_index(
    ledger: Ledger,
    size: int,
    tree: tuple[int, bytes],
    *,
    watch: Collection[str] = (),
    on_entries: Callable[[int], None] | None = None,
    registry: Registry = REGISTRY,
) -> BuiltIndex:
    """Return the index over the first ``size`` entries of the tree of (size, root) ``tree``.

    ``on_entries`` is called with the number of entries just read.

    Raises:
        LedgerBroken: an entry is missing or cannot be read, or the entries have another root.
    """
    built = BuiltIndex(StreamIndex(), {stream: [] for stream in watch})
    frontier = EMPTY_FRONTIER
    for raws in ledger.chunks(0, tree[0]):
        hashes = leaf_hashes(raws)
        frontier = frontier.extend(hashes)
        wanted = size - built.index.size
        for stream, entry_hash in zip(
            streams_of(registry, raws[:wanted], built.index.size), hashes, strict=False
        ):
            if stream in built.watched:
                built.watched[stream].append((built.index.size, entry_hash))
            built.index.add(stream, entry_hash)
        if on_entries:
            on_entries(len(raws))
    if frontier.size != tree[0]:
        raise LedgerBroken(f"entry {frontier.size} is missing", hint=_HINT)
    if frontier.root() != tree[1]:
        raise LedgerBroken(
            f"the {tree[0]} entries do not have the root that the ledger says they have",
            hint=_HINT,
        )
    return built


def streams_of(registry: Registry, raws: Collection[bytes], first: int) -> Iterator[str]:
    """Yield the stream of every one of ``raws``, the entries from index ``first`` on.

    Raises:
        LedgerBroken: an entry cannot be read.
    """
    for index, raw in enumerate(raws, start=first):
        try:
            yield registry.decode(raw).stream
        except LedgerBroken:
            # Again, to say where: naming the place of every entry costs more than reading.
            yield registry.decode(raw, where=f"entry {index}").stream
