"""A store of documents in Firestore.

A commit is one request that the service applies whole or not at all. The guard is a precondition
in it; so a request that is sent again, because its answer was lost, can do nothing twice.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from google.cloud.firestore_v1 import types

from oneseek.adapters.documents.firestore import store_name
from oneseek.adapters.documents.firestore_calls import Calls
from oneseek.adapters.documents.firestore_values import fields_of, same_fields, time_of
from oneseek.adapters.documents.firestore_writes import messages, path_of
from oneseek.domain.documents import Guard, Stored, Write
from oneseek.domain.errors import Conflict

_PAGE = 500

_NAME = "__name__"


class FirestoreStore:
    """Implements :class:`~oneseek.domain.documents.DocumentStore`; see :func:`open_firestore`."""

    def __init__(self, calls: Calls) -> None:
        self._calls = calls

    @property
    def name(self) -> str:
        """The project, the database if it has a name of its own, the emulator if it is one."""
        target = self._calls.target
        return store_name(target.project, target.database, target.emulator)

    def contact(self) -> None:
        """Read a document that nobody has: the place is there, and lets us in."""
        name = path_of(self._calls.root, "oneseek", "contact")
        self._calls.documents([name], self._calls.deadlines.contact)

    def close(self) -> None:
        """Close the connection; nothing can be asked after that."""
        self._calls.close()

    def get(self, collection: str, id: str) -> Stored | None:
        """Return one document, None where there is none."""
        found = self._calls.documents([path_of(self._calls.root, collection, id)])
        return _stored(found[0]) if found else None

    def scan(self, collection: str, *, after: str = "") -> Iterator[Stored]:
        """Yield the documents behind ``after``, by code points; each page is as of one moment."""
        path_of(self._calls.root, collection, after or "any")
        more = True
        while more:
            query = _all_of(collection)
            order = query.order_by.add()
            order.field.field_path = _NAME
            order.direction = 1
            if after:
                cursor = query.start_at.values.add()
                cursor.reference_value = path_of(self._calls.root, collection, after)
            found, more = self._calls.page(query, _PAGE)
            for document in found:
                stored = _stored(document)
                yield stored
                after = stored.id

    def count(self, collection: str) -> int:
        """Return how many documents the collection has."""
        path_of(self._calls.root, collection, "any")
        return self._calls.count(_all_of(collection))

    def commit(self, writes: Sequence[Write], guard: Guard | None = None) -> datetime:
        """Make all of ``writes`` or none of them; see the port.

        A write that changes nothing keeps the document's update time, as the service has it. Where
        the answer to a guarded commit was lost and everything is as it should be, that is success.
        """
        wanted = messages(self._calls.root, writes, guard)

        def refused(uncertain: bool) -> datetime:
            landed = self._landed(wanted, guard) if uncertain else None
            if landed is None:
                raise Conflict(
                    f"somebody else has changed {_named(guard)} in {self._calls.target}",
                    hint="nothing was written; it goes on from there when it is repeated",
                )
            return landed

        answer = self._calls.commit(wanted, refused if guard else None)
        if isinstance(answer, datetime):
            return answer
        times = _times(wanted, answer)
        return _chosen(times, self._calls.root, guard) or time_of(answer.commit_time)

    def _landed(self, wanted: Sequence[Any], guard: Guard | None) -> datetime | None:
        """Return when the documents became what was wanted, None if one of them is something else.

        Only called when a condition failed that this very request, sent before, may have broken.
        """
        last = {_name(write): write for write in wanted if not write.HasField("update_mask")}
        found = {document.name: document for document in self._calls.documents(list(last))}
        for name, write in last.items():
            there = found.get(name)
            if (there is None) != write.HasField("delete"):
                return None
            if there is not None and not same_fields(there, write.update):
                return None
        times = {name: time_of(document.update_time) for name, document in found.items()}
        return _chosen(times, self._calls.root, guard)


def _all_of(collection: str) -> Any:
    """Return the query for all documents of a collection."""
    query = types.StructuredQuery.pb()()
    query.from_.add(collection_id=collection)
    return query


def _stored(document: Any) -> Stored:
    return Stored(
        document.name.rpartition("/")[2],
        fields_of(document),
        time_of(document.create_time),
        time_of(document.update_time),
    )


def _name(write: Any) -> str:
    name: str = write.update.name or write.delete
    return name


def _named(guard: Guard | None) -> str:
    return f"{guard.collection}/{guard.id}" if guard else "a document"


def _times(wanted: Sequence[Any], answer: Any) -> dict[str, datetime]:
    """Return the update times of what a commit has written, by name."""
    return {
        _name(write): time_of(result.update_time)
        for write, result in zip(wanted, answer.write_results, strict=True)
        if result.HasField("update_time") and not write.HasField("update_mask")
    }


def _chosen(times: Mapping[str, datetime], root: str, guard: Guard | None) -> datetime | None:
    """Return the time of the guarded document if it is there, else the newest one."""
    own = times.get(path_of(root, guard.collection, guard.id)) if guard else None
    return own or max(times.values(), default=None)
