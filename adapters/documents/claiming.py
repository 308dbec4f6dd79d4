"""Whose a collection in a target is. Nothing of somebody else is ever overwritten unasked."""

from oneseek.adapters.documents.sight import Sight
from oneseek.adapters.documents.target import POSITIONS, Cursor, Moved, Target, TargetPosition
from oneseek.domain.errors import Conflict
from oneseek.domain.merkle.hashing import EMPTY_ROOT
from oneseek.domain.projections.collections.collection import Collection

_SHOWN = 100
"""Letters of what may be anybody's."""


def claim(collection: Collection, target: Target, sight: Sight) -> None:
    """Give the target a position that can be gone on from, if it has none.

    An empty collection gets its first position; one of an older projection is to be made again.

    Raises:
        Conflict: it is somebody else's; nothing was changed.
        Moved: another writer was faster.
    """
    if problem := problem_of(collection, target, sight):
        raise problem
    if target.position is None:
        target.commit([], TargetPosition(sight.origin, collection.version, 0, EMPTY_ROOT))
    elif target.position.version < collection.version:
        target.commit([], fresh(collection, sight))


def fresh(collection: Collection, sight: Sight) -> TargetPosition:
    """Return the position with which a rebuild begins."""
    head = sight.head
    return TargetPosition(
        sight.origin, collection.version, head.size, head.root, Cursor("write", "")
    )


def problem_of(collection: Collection, target: Target, sight: Sight) -> Conflict | None:
    """Return why the ledger cannot go on in the target, None where it can.

    ``sight`` has to be newer than ``target``: others append and push.

    Raises:
        Moved: another writer has just begun.
    """
    if target.unreadable:
        return Conflict(
            f"{POSITIONS}/{target.collection} in {target.store.name} was changed by hand: nobody "
            "knows where the collection stands",
            hint=f"make it again: {_take_over(target.collection)}",
        )
    if target.position is None:
        return _strangers(target)
    return _unusable(collection, target, sight, target.position)


def _strangers(target: Target) -> Conflict | None:
    """Return whose the documents are where nobody says that they are ours."""
    for found in target.store.scan(target.collection):
        if target.moved():
            raise Moved
        return Conflict(
            f"{target.where} holds documents, such as {found.id[:_SHOWN]}, and no position: this "
            "ledger did not write them, or its position was deleted; nothing was changed",
            hint="keep a copy of them; to put the ledger's in their place: "
            f"{_take_over(target.collection)}",
        )
    return None


def _unusable(
    collection: Collection, target: Target, sight: Sight, position: TargetPosition
) -> Conflict | None:
    hint = f"to put this ledger's documents in their place: {_take_over(collection.name)}"
    if position.origin != sight.origin:
        return Conflict(
            f"{target.where} shows the ledger {position.origin[:_SHOWN]}, not {sight.origin}; "
            "nothing was changed",
            hint=hint,
        )
    if position.version > collection.version:
        return Conflict(
            f"a newer version of OneSeek writes {target.where}; nothing was changed",
            hint="install that version on this machine too",
        )
    if position.size > sight.head.size:
        return Conflict(
            f"{target.where} shows {position.size} entries and this ledger has "
            f"{sight.head.size}: it was rolled back, or restored from an older backup; nothing "
            "was changed",
            hint="the documents may be the only copy of the newer entries: bring them back with "
            "oneseek restore --all and --known firestore:PROJECT (or a copy of mirror.db); to "
            f"give them up: {_take_over(collection.name)}",
        )
    if sight.root(position.size) != position.root:
        return Conflict(
            f"{target.where} shows another history of {sight.origin}: its first "
            f"{position.size} entries are others; nothing was changed",
            hint=f"find out which is the true one with: oneseek audit; {hint}",
        )
    return None


def _take_over(name: str) -> str:
    return f"oneseek firebase rebuild --collection {name} --take-over"
