"""Replaying a ledger: every entry up to a tree head, typed, and proved to be what the head says.

The entries are hashed on the way (RFC 6962) and the root over them is compared with the head's when
the last one has been given out. So a fold may run along, and whoever folds must not show anything
before the iteration has ended without an error.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from oneseek.domain.entry import Entry
from oneseek.domain.errors import LedgerBroken, ProofRefused
from oneseek.domain.events import Event
from oneseek.domain.merkle.frontier import EMPTY_FRONTIER, Frontier
from oneseek.domain.merkle.hashing import leaf_hashes
from oneseek.domain.merkle.proofs import NodeAt, consistency_path, verify_consistency
from oneseek.domain.ports import Ledger
from oneseek.domain.registry import REGISTRY, Registry
from oneseek.domain.stored import Head

_HINT = "look at it with: oneseek verify"


def replay(
    ledger: Ledger,
    size: int,
    root: bytes,
    *,
    start: Frontier = EMPTY_FRONTIER,
    wanted: Collection[type[Event]] | None = None,
    audited: bool = False,
    registry: Registry = REGISTRY,
) -> Iterator[tuple[int, Entry]]:
    """Yield index and entry of every entry from ``start`` up to the tree of ``size`` with ``root``.

    ``start`` is the frontier of a tree that is known already. With ``wanted`` only entries with
    these events are given, and others are hashed without being read. ``audited``: an audit has
    read all entries of this very root strictly, so that they are recalled, four times as fast.

    Raises:
        LedgerBroken: an entry is missing or cannot be read, or the entries have another root.
    """
    passes_by = registry.passes_by(wanted) if wanted is not None else None
    frontier = start
    for raws in ledger.chunks(start.size, size):
        first = frontier.size
        frontier = frontier.extend(leaf_hashes(raws))
        if passes_by is not None:
            read = [(n, raw) for n, raw in enumerate(raws, start=first) if not passes_by(raw)]
            yield from ((index, _read(registry, raw, index)) for index, raw in read)
        elif audited:
            yield from enumerate(registry.recall(raws), start=first)
        else:
            yield from ((n, _read(registry, raw, n)) for n, raw in enumerate(raws, start=first))
    if frontier.size != size:
        raise LedgerBroken(f"entry {frontier.size} is missing", hint=_HINT)
    if frontier.root() != root:
        raise LedgerBroken(
            f"the {size} entries do not have the root that the ledger says they have", hint=_HINT
        )


@dataclass(frozen=True, slots=True)
class Chunk:
    """Some entries in a row, proved to be in the tree of a head."""

    raws: Sequence[bytes]
    """The bytes of all of them."""
    entries: Sequence[tuple[int, Entry]]
    """Those that were asked for, read, with their indices."""
    frontier: Frontier
    """Of the tree that ends with them."""

    @property
    def start(self) -> int:
        return self.frontier.size - len(self.raws)


def proven_chunks(
    ledger: Ledger,
    head: Head,
    node: NodeAt,
    start: Frontier,
    stop: int,
    wanted: Collection[type[Event]],
) -> Iterator[Chunk]:
    """Yield the entries from ``start`` up to ``stop``, each chunk proved before it is given out.

    For whoever shows what was folded before all is read: the tree of the head begins with each
    chunk, by a consistency proof from ``node``, the nodes of that tree.

    Raises:
        LedgerBroken: an entry is missing or cannot be read, or the tree has others.
    """
    passes_by = REGISTRY.passes_by(wanted)
    frontier = start
    for raws in ledger.chunks(start.size, stop):
        first = frontier.size
        frontier = frontier.extend(leaf_hashes(raws))
        path = consistency_path(frontier.size, head.size, node)
        try:
            verify_consistency(frontier.size, frontier.root(), head.size, head.root, path)
        except ProofRefused:
            raise LedgerBroken(
                f"entries {first} to {frontier.size - 1} do not lead to the root that the ledger "
                "says it has",
                hint=_HINT,
            ) from None
        read = [(n, raw) for n, raw in enumerate(raws, start=first) if not passes_by(raw)]
        yield Chunk(raws, [(n, _read(REGISTRY, raw, n)) for n, raw in read], frontier)
    if frontier.size < stop:
        raise LedgerBroken(f"entry {frontier.size} is missing", hint=_HINT)


def _read(registry: Registry, raw: bytes, index: int) -> Entry:
    try:
        return registry.read(raw)
    except LedgerBroken:
        # Again, to say where: naming the place of every entry beforehand costs more than reading.
        return registry.read(raw, where=f"entry {index}")
