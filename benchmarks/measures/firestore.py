"""Documents into Firestore: as blocks of the ledger are, with text, a digest and a proof.

Ours commits 500 at a time, and the position with them, guarded. The yardstick is what the old
services did: a ``set`` of Google's client for every document. Both talk to the same emulator.
"""

from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

from oneseek.adapters.documents.firestore import open_firestore
from oneseek.domain.documents import DocumentStore, Guard, Value, Write

_AT_ONCE = 500
_NAME = "oqt_ledger"


def ours(folder: Path, size: int) -> Callable[[], dict[str, float]]:
    """Commit in batches, with the position."""
    # Google's emulator compiles what it does often: the first thousands are several times slower.
    with closing(open_firestore(_project())) as other:
        _commit(other, size)
    store = open_firestore(_project())

    def job() -> dict[str, float]:
        with closing(store):
            _commit(store, size)
            assert store.count(_NAME) == size
        return {}

    return job


def yardstick(folder: Path, size: int) -> Callable[[], dict[str, float]]:
    """Set one document after the other."""
    from google.cloud.firestore import Client

    client = Client(project=_project())
    for index in range(size // 10):
        client.collection("others").document(_id(index)).set(_fields(index))

    def job() -> dict[str, float]:
        collection = client.collection(_NAME)
        for index in range(size):
            collection.document(_id(index)).set(_fields(index))
        assert collection.count().get()[0][0].value == size
        client.close()
        return {}

    return job


def _commit(store: DocumentStore, size: int) -> None:
    updated = None
    for begin in range(0, size, _AT_ONCE):
        end = min(begin + _AT_ONCE, size)
        writes = [Write(_NAME, _id(index), _fields(index)) for index in range(begin, end)]
        writes.append(Write("positions", _NAME, {"size": end}))
        updated = store.commit(writes, Guard("positions", _NAME, updated))


def _project() -> str:
    return f"demo-{uuid4().hex[:16]}"


def _id(index: int) -> str:
    return f"{index:012}"


def _fields(index: int) -> dict[str, Value]:
    return {
        "index": index,
        "question": "Vad säger motionen om skogen och de små kommunerna? " * 3,
        "timestamp": datetime(2026, 1, 1, tzinfo=UTC) + timedelta(seconds=index),
        "metadata": {"model": "oneseek", "tokens": index, "sources": ["a", "b"]},
        "leafHash": "ab" * 32,
        "proof": ["cd" * 32] * 17,
    }
