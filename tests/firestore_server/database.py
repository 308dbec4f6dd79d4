"""The documents of the small Firestore, in memory."""

import threading
import time
from bisect import bisect_left, insort
from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from google.cloud.firestore_v1 import types
from google.protobuf.timestamp_pb2 import Timestamp

from firestore_server.checks import Refused, check_fields, check_name

_DOCUMENT = types.Document.pb()
_RESULT = types.WriteResult.pb()


class Database:
    """All documents by their full names; every commit is made under one lock."""

    def __init__(self) -> None:
        self.lock = threading.RLock()
        self._documents: dict[str, Any] = {}
        self._names: dict[str, list[bytes]] = defaultdict(list)
        self._last = 0

    def now(self) -> Timestamp:
        """Return a time that is later than any before, in whole microseconds."""
        self._last = max(self._last + 1, time.time_ns() // 1000)
        return Timestamp(seconds=self._last // 1_000_000, nanos=self._last % 1_000_000 * 1000)

    def get(self, name: str) -> Any | None:
        """Return the message of a document."""
        return self._documents.get(name)

    def of(self, collection: str) -> list[Any]:
        """Return the documents of a collection, given as a path, in order of their names."""
        return [self._documents[name.decode()] for name in self._names[collection]]

    def kept(self) -> list[Any]:
        """Return every document there is, in no order."""
        return list(self._documents.values())

    def become(self, documents: Iterable[Any]) -> None:
        """Hold ``documents`` and nothing else."""
        with self.lock:
            self._documents.clear()
            self._names.clear()
            for document in documents:
                self._put(document.name, document)

    def commit(self, writes: Iterable[Any]) -> tuple[list[Any], Timestamp]:
        """Make all writes or none; return their results and the time.

        Raises:
            Refused: a condition does not hold, or a document cannot be stored.
        """
        with self.lock:
            moment, changed, results = self.now(), {}, []
            for write in writes:
                name = write.update.name or write.delete
                check_name(name)
                before = changed[name] if name in changed else self._documents.get(name)
                _require(write, before, name)
                after = _applied(write, before, moment)
                changed[name] = after
                results.append(_RESULT(update_time=after.update_time) if after else _RESULT())
            for name, after in changed.items():
                self._put(name, after)
            return results, moment

    def _put(self, name: str, document: Any | None) -> None:
        names, key = self._names[name.rpartition("/")[0]], name.encode()
        if document is None:
            if self._documents.pop(name, None) is not None:
                names.pop(bisect_left(names, key))
            return
        if name not in self._documents:
            insort(names, key)
        self._documents[name] = document


def _require(write: Any, before: Any | None, name: str) -> None:
    match write.current_document.WhichOneof("condition_type"):
        case "exists" if write.current_document.exists and before is None:
            raise Refused("NOT_FOUND", f"no entity to update: {name}")
        case "exists" if not write.current_document.exists and before is not None:
            raise Refused("ALREADY_EXISTS", f"entity already exists: {name}")
        case "update_time":
            wanted = write.current_document.update_time
            if before is None or before.update_time != wanted:
                raise Refused("FAILED_PRECONDITION", f"{name} has another version")


def _applied(write: Any, before: Any | None, moment: Timestamp) -> Any | None:
    """Return the document after a write, None if it is deleted."""
    match write.WhichOneof("operation"):
        case "delete":
            return None
        case "update":
            pass
        case other:
            raise Refused("UNIMPLEMENTED", f"no {other} here")
    fields = dict(write.update.fields.items())
    if write.HasField("update_mask"):
        kept = dict(before.fields.items()) if before is not None else {}
        for path in write.update_mask.field_paths:
            kept.pop(path, None)
        fields = kept | {path: fields[path] for path in write.update_mask.field_paths}
    after = _DOCUMENT(name=write.update.name, fields=fields)
    check_fields(after)
    unchanged = before is not None and _DOCUMENT(fields=before.fields) == _DOCUMENT(fields=fields)
    after.create_time.CopyFrom(moment if before is None else before.create_time)
    after.update_time.CopyFrom(before.update_time if unchanged else moment)
    return after
