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

from oneseek.adapters.documents.limits import require_id
from oneseek.domain.documents import DocumentStore, Fields, Guard, Stored, Value, Write
from oneseek.domain.errors import Conflict, InvalidInput, ServiceFailed

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

    def __init__(self, store: DocumentStore, collection: str) -> None:
        self.store = store
        self.collection = collection
        found = store.get(POSITIONS, collection)
        self.position = _parsed(found) if found else None
        self.unreadable = found is not None and self.position is None
        """There is a position, and it was changed by hand into none."""
        self._updated: datetime | None = found.updated if found else None

    @property
    def where(self) -> str:
        return f"{self.collection} in {self.store.name}"

    def commit(self, writes: Sequence[Write], position: TargetPosition) -> None:
        """Write documents and the position; in several commits where one takes no more.

        Then only the last one moves the position: a crash before it leaves documents that the next
        run writes once more, as they are.

        Raises:
            Moved: another writer moved the position.
            ServiceFailed: the store says so, and it is not true.
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
        except Conflict as error:
            if self.moved():
                raise Moved from None
            # Repeating it would never end.
            raise ServiceFailed(
                f"{self.where} cannot be written: {error.message}; but nobody wrote there",
                hint="repeat it later; is there a Firestore database in Native mode?",
            ) from None

    def moved(self) -> bool:
        """Ask whether somebody else wrote the position since it was read here."""
        found = self.store.get(POSITIONS, self.collection)
        return (found.updated if found else None) != self._updated


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
        } if size >= 0 and not isinstance(size, bool):
            plain = TargetPosition(origin, version, size, _hex(root))
            match cursor:
                case None:
                    return plain
                case {"phase": "write", "after": str(after)} if _is_place(after):
                    return replace(plain, rebuild=Cursor("write", after))
                case {"phase": "sweep", "after": str(after)} if _is_place(after):
                    return replace(plain, rebuild=Cursor("sweep", after))
    return None


def _is_place(after: str) -> bool:
    """Say whether a walk can begin behind ``after``; no document can have another id."""
    try:
        require_id(after or "any", "document")
    except InvalidInput:
        return False
    return True


def _hex(text: str) -> bytes:
    try:
        return bytes.fromhex(text)
    except ValueError:
        return b""  # no tree has this root: it is refused as that of another history
