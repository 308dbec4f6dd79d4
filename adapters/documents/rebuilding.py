"""Making all documents of a collection again, while others read them.

First everything wanted is written, then what is not wanted is deleted, both in order of the ids;
the position keeps how far. So a reader never misses a document, and a rebuild that was killed goes
on where it was, on any machine.
"""

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Literal

from oneseek.adapters.documents.claiming import fresh, problem_of
from oneseek.adapters.documents.comparing import joined, same
from oneseek.adapters.documents.fold_state import fold_up_to, units_after
from oneseek.adapters.documents.resolving import Resolved, Resolver
from oneseek.adapters.documents.sight import Sight
from oneseek.adapters.documents.target import MOST_DOCUMENTS, Cursor, Target, TargetPosition
from oneseek.adapters.projections.position import Position, PositionFile
from oneseek.domain.documents import Write
from oneseek.domain.projections.collections.collection import Collection
from oneseek.domain.state.store import State

_Told = Callable[[int, int], None]


def begin_rebuild(collection: Collection, target: Target, sight: Sight, *, take_over: bool) -> None:
    """Let a rebuild begin, or go on if one was cut off.

    Raises:
        Conflict: the collection is somebody else's, and ``take_over`` was not asked for.
        Moved: another writer was faster.
    """
    problem = problem_of(collection, target, sight)
    if problem and not take_over:
        raise problem
    begun = target.position
    if begun and begun.rebuild and begun.version == collection.version and problem is None:
        return
    target.commit([], fresh(collection, sight))


def rebuild_on(
    collection: Collection,
    sight: Sight,
    target: Target,
    file: PositionFile,
    told: _Told,
    *,
    take_over: bool,
) -> None:
    """Go on with the rebuild at its cursor and end it; raises Moved.

    A text that this vault cannot open stays as the target has it, but for ``take_over``.
    """
    position = target.position
    assert position is not None
    assert position.rebuild is not None
    fold_up_to(collection, sight.ledger, sight.head, sight.node, file, position.size)
    file.save(Position(collection.version, position.size, position.root))
    cursor = position.rebuild
    if cursor.phase == "write":
        wanted = units_after(collection, file.state, cursor.after)
        made = Resolver(collection, sight.texts, sight.prover).resolve(wanted)
        _write(target, made, cursor.after, told, keeping=not take_over)
        cursor = Cursor("sweep", "")
    _sweep(collection, target, file.state, cursor.after, told)


def _write(
    target: Target, wanted: Iterable[Resolved], after: str, told: _Told, *, keeping: bool
) -> None:
    batch = _Batch(target, "write", told)
    for want, found in joined(wanted, target.store.scan(target.collection, after=after)):
        if want is None:
            continue
        fields = want.keeping(found.fields) if keeping and found else want.fields
        if found is None or not same(fields, found.fields):
            batch.add(Write(target.collection, want.id, fields))
    batch.end(Cursor("sweep", ""))


def _sweep(collection: Collection, target: Target, state: State, after: str, told: _Told) -> None:
    wanted = (Resolved(id, {}, frozenset()) for id, _ in units_after(collection, state, after))
    batch = _Batch(target, "sweep", told)
    for want, found in joined(wanted, target.store.scan(collection.name, after=after)):
        if want is None and found is not None:
            batch.add(Write(collection.name, found.id, None))
    batch.end(None)


class _Batch:
    """Writes in order of their ids, committed with the cursor when there are enough."""

    def __init__(self, target: Target, phase: Literal["write", "sweep"], told: _Told) -> None:
        self._target = target
        self._phase = phase
        self._told = told
        self._writes: list[Write] = []

    def add(self, write: Write) -> None:
        self._writes.append(write)
        if len(self._writes) == MOST_DOCUMENTS:
            self._commit(Cursor(self._phase, write.id))

    def end(self, cursor: Cursor | None) -> None:
        self._commit(cursor)

    def _commit(self, cursor: Cursor | None) -> None:
        position = self._target.position
        assert isinstance(position, TargetPosition)
        self._target.commit(self._writes, replace(position, rebuild=cursor))
        self._told(0, len(self._writes))
        self._writes = []
