"""Where a collection stands, as the target itself keeps it, and commits that move it.

The document ``oqt_projections/NAME``, NAME the collection's::

    origin    name of the ledger that the documents are made from
    version   of the projection
    size      the documents are the fold of the first so many entries
    root      hex root of the tree of that size
    rebuild   null; while all documents are made again: {phase: "write" or "sweep", after: ID}

It is committed together with the documents, on the condition that nobody wrote it since it was
read. So every entry counts once, whoever writes, and the slower of two writers writes nothing.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

import msgspec

from oneseek.domain.documents import DocumentStore, Fields, Guard, Stored, Value, Write
from oneseek.domain.errors import Conflict

POSITIONS = "oqt_projections"

MOST_DOCUMENTS = 499
"""In one commit, beside the position: 500 is what Firestore takes."""
MOST_BYTES = 3_500_000
_BESIDES = 400
"""What a document weighs besides its JSON: its name, and the kinds of its fields."""
_encode = msgspec.json.Encoder().encode


class Moved(Exception):
    """Another writer was faster; nothing was written."""


@dataclass(frozen=True, slots=True)
class Cursor:
    """How far a rebuild came: documents up to the id ``after`` are done in this phase."""

    phase: Literal["write", "sweep"]
    after: str


@dataclass(frozen=True, slots=True)
class TargetPosition:
    """The documents are the fold of ``size`` entries, or will be when the rebuild has ended."""

    origin: str
    version: int
    size: int
    root: bytes
    rebuild: Cursor | None = None

    def at(self, size: int, root: bytes) -> "TargetPosition":
        return replace(self, size=size, root=root)

    def fields(self) -> Fields:
        """Return the document."""
        cursor: Value = None
        if self.rebuild:
            cursor = {"phase": self.rebuild.phase, "after": self.rebuild.after}
        return {
            "origin": self.origin,
            "version": self.version,
            "size": self.size,
            "root": self.root.hex(),
            "rebuild": cursor,
        }


class Target:
    """One collection in ``store``, as it was when its position was read."""

    def __init__(self, store: DocumentStore, collection: str, *, forgiving: bool = False) -> None:
        """Read the position. ``forgiving``: one that cannot be read counts as none.

        Raises:
            Conflict: it was changed by hand.
        """
        self.store = store
        self.collection = collection
        found = store.get(POSITIONS, collection)
        self.position = _parsed(found) if found else None
        self._updated: datetime | None = found.updated if found else None
        if found and self.position is None and not forgiving:
            raise Conflict(
                f"{POSITIONS}/{collection} in {store.name} was changed by hand: nobody knows "
                "where the collection stands",
                hint="make it again: oneseek firebase rebuild "
                f"--collection {collection} --take-over",
            )

    @property
    def where(self) -> str:
        return f"{self.collection} in {self.store.name}"

    def commit(self, writes: Sequence[Write], position: TargetPosition) -> None:
        """Write documents and the position; in several commits where one takes no more.

        Then only the last one moves the position: a crash before it leaves documents that the next
        run writes once more, as they are.

        Raises:
            Moved: another writer moved the position.
        """
        *before, last = _packed(writes)
        for part in before:
            self._guarded(part)
        own = Write(POSITIONS, self.collection, position.fields())
        self._updated = self._guarded([*last, own])
        self.position = position

    def _guarded(self, writes: Sequence[Write]) -> datetime:
        try:
            return self.store.commit(writes, Guard(POSITIONS, self.collection, self._updated))
        except Conflict:
            raise Moved from None


def _packed(writes: Iterable[Write]) -> Iterator[list[Write]]:
    """Yield what fits into one commit each; at least one part, which may be empty."""
    part: list[Write] = []
    size = 0
    for write in writes:
        weight = estimated(write.fields) if write.fields is not None else _BESIDES
        if part and (len(part) == MOST_DOCUMENTS or size + weight > MOST_BYTES):
            yield part
            part, size = [], 0
        part.append(write)
        size += weight
    yield part


def estimated(fields: Fields) -> int:
    """Return about how many bytes a document is on its way; rather too many."""
    try:
        return _BESIDES + len(_encode(fields))
    except (TypeError, ValueError, OverflowError):
        return _BESIDES  # the store refuses it, and says why


def _parsed(found: Stored) -> TargetPosition | None:
    match found.fields:
        case {
            "origin": str(origin),
            "version": int(version),
            "size": int(size),
            "root": str(root),
            "rebuild": cursor,
        }:
            plain = TargetPosition(origin, version, size, _hex(root))
            match cursor:
                case None:
                    return plain
                case {"phase": "write", "after": str(after)}:
                    return replace(plain, rebuild=Cursor("write", after))
                case {"phase": "sweep", "after": str(after)}:
                    return replace(plain, rebuild=Cursor("sweep", after))
    return None


def _hex(text: str) -> bytes:
    try:
        return bytes.fromhex(text)
    except ValueError:
        return b""  # no tree has this root: it is refused as that of another history
