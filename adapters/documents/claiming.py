"""Whose a collection in a target is. Nothing of somebody else is ever overwritten unasked."""

from oneseek.adapters.documents.sight import Sight
from oneseek.adapters.documents.target import Cursor, Target, TargetPosition
from oneseek.domain.documents import DocumentStore
from oneseek.domain.errors import Conflict
from oneseek.domain.merkle.hashing import EMPTY_ROOT
from oneseek.domain.projections.collections.collection import Collection


def claimed(collection: Collection, sight: Sight, store: DocumentStore) -> Target:
    """Return the target with a position that can be gone on from.

    An empty collection gets its first position; one of an older projection is to be made again.

    Raises:
        Conflict: it is somebody else's; nothing was changed.
        Moved: another writer was faster.
    """
    target = Target(store, collection.name)
    if target.position is None:
        require_empty(target)
        target.commit([], TargetPosition(sight.origin, collection.version, 0, EMPTY_ROOT))
    elif problem := require_usable(collection, target, sight, target.position):
        raise problem
    elif target.position.version < collection.version:
        target.commit([], fresh(collection, sight))
    return target


def fresh(collection: Collection, sight: Sight) -> TargetPosition:
    """Return the position with which a rebuild begins."""
    head = sight.head
    return TargetPosition(
        sight.origin, collection.version, head.size, head.root, Cursor("write", "")
    )


def require_empty(target: Target) -> None:
    """Refuse a collection that holds documents although nothing was ever pushed there.

    Raises:
        Conflict: it does.
    """
    for found in target.store.scan(target.collection):
        raise Conflict(
            f"{target.where} holds documents that this ledger did not write, such as "
            f"{found.id[:40]}; nothing was changed",
            hint="keep a copy of them; to put the ledger's in their place: "
            f"{_take_over(target.collection)}",
        )


def require_usable(
    collection: Collection, target: Target, sight: Sight, position: TargetPosition
) -> Conflict | None:
    """Return why the ledger cannot go on from ``position``, None where it can."""
    hint = f"to put this ledger's documents in their place: {_take_over(collection.name)}"
    if position.origin != sight.origin:
        return Conflict(
            f"{target.where} shows the ledger {position.origin}, not {sight.origin}; "
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
