"""Bringing a collection up to the head: fold, and commit what was touched with the position."""

from collections.abc import Callable

from oneseek.adapters.documents.fold_state import fold_up_to
from oneseek.adapters.documents.resolving import Resolver
from oneseek.adapters.documents.sight import Sight
from oneseek.adapters.documents.target import MOST_DOCUMENTS, Target
from oneseek.adapters.projections.position import Position, PositionFile
from oneseek.domain.documents import Write
from oneseek.domain.projections.collections.collection import Collection
from oneseek.domain.projections.folding import Watched, unit
from oneseek.domain.replay import proven_chunks
from oneseek.domain.state.store import Document, State

_ROUND = 50_000
"""After so many entries the fold on this machine is saved, and others may have the lock."""
_FULL = MOST_DOCUMENTS - 9
"""Touched documents that make a commit; the last entry may have touched a few more."""


def push_some(
    collection: Collection,
    sight: Sight,
    target: Target,
    file: PositionFile,
    told: Callable[[int, int], None],
) -> None:
    """Push the next entries, up to some ten thousand; raises Moved.

    The fold is saved last: a crash before it costs no more than folding these entries again.
    """
    assert target.position is not None
    size = target.position.size
    start = fold_up_to(collection, sight.ledger, sight.head, sight.node, file, size)
    stop = min(sight.head.size, size + _ROUND)
    batch = _Batch(collection, sight, target, file.state, told)
    kinds = {event.kind for event in collection.events}
    chunks = proven_chunks(sight.ledger, sight.head, sight.node, start, stop, collection.events)
    for chunk in chunks:
        sight.prover.remember(chunk)
        for index, entry in chunk.entries:
            if entry.body.kind in kinds:
                collection.step(batch.watched, index, entry)
                if len(batch.watched.touched) >= _FULL:
                    batch.commit(index + 1)
    batch.commit(stop)
    file.save(Position(collection.version, stop, sight.root(stop)))


class _Batch:
    """What was touched since the last commit."""

    def __init__(
        self,
        collection: Collection,
        sight: Sight,
        target: Target,
        state: State,
        told: Callable[[int, int], None],
    ) -> None:
        self.watched = Watched(state, collection.units)
        self._collection = collection
        self._sight = sight
        self._target = target
        self._state = state
        self._resolver = Resolver(collection, sight.texts, sight.prover)
        self._told = told

    def commit(self, size: int) -> None:
        """Write every document that was touched, as of ``size`` entries."""
        position = self._target.position
        assert position is not None
        if size == position.size:
            return
        writes = self._writes()
        self._target.commit(writes, position.at(size, self._sight.root(size)))
        self._told(size - position.size, len(writes))
        self.watched.touched.clear()

    def _writes(self) -> list[Write]:
        name = self._collection.name
        standing: list[tuple[str, Document]] = []
        writes: list[Write] = []
        for id in sorted(self.watched.touched):
            document = unit(self._collection, self._state, id)
            if document is None:
                writes.append(Write(name, id, None))
            else:
                standing.append((id, document))
        for made in self._resolver.resolve(standing):
            # An erasure of the answer alone, say, touches a document whose question is not erased.
            there = self._target.store.get(name, made.id) if made.unopened else None
            fields = made.keeping(there.fields) if there else made.fields
            writes.append(Write(name, made.id, fields))
        return writes
