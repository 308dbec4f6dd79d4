"""Documents in a database of collections: what Firestore offers, as a port.

Only what a projection needs: read, walk in order of the ids, change many at once on a condition.
``tests/contracts/test_documents.py`` tests the promises on every implementation.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

Value = None | bool | int | float | str | bytes | datetime | list["Value"] | dict[str, "Value"]
"""What a field can hold: datetimes aware, in UTC, with microseconds; integers of 64 bits."""

Fields = Mapping[str, Value]


@dataclass(frozen=True, slots=True)
class Stored:
    """A document as it is stored."""

    id: str
    fields: Fields
    created: datetime
    updated: datetime
    """When it was last written; two writes of one document that differ have different times.

    (Firestore keeps the time where a write changes nothing.)
    """


@dataclass(frozen=True, slots=True)
class Write:
    """A document to be set as a whole (``fields``) or to be deleted (None)."""

    collection: str
    id: str
    fields: Fields | None


@dataclass(frozen=True, slots=True)
class Guard:
    """The condition of a commit: this document was written last at ``updated``.

    None: it does not exist.
    """

    collection: str
    id: str
    updated: datetime | None


class DocumentStore(Protocol):
    """Collections of documents. Every method raises ServiceFailed, in one sentence and in time."""

    @property
    def name(self) -> str:
        """What it is, for people: the project, or the path of the mirror."""
        ...

    def get(self, collection: str, id: str) -> Stored | None:
        """Return one document, None where there is none."""
        ...

    def scan(self, collection: str, *, after: str = "") -> Iterator[Stored]:
        """Yield the documents whose id is greater than ``after``, by code points, in that order."""
        ...

    def count(self, collection: str) -> int:
        """Return how many documents the collection has."""
        ...

    def commit(self, writes: Sequence[Write], guard: Guard | None = None) -> datetime:
        """Make all of ``writes`` or none of them; durable on return. Return their update time.

        Where ``guard`` names a document that is also written, the condition is on what was there
        before.

        Raises:
            Conflict: the guarded document is another one by now; nothing was written.
            InvalidInput: a document, or the whole, is larger than the store takes.
        """
        ...
