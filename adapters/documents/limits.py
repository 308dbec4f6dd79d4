"""What Firestore refuses, so that the mirror refuses it as well.

The figures and the size of a document are those of https://firebase.google.com/docs/firestore/quotas
and https://firebase.google.com/docs/firestore/storage-size.
"""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime

from oneseek.domain.documents import Fields, Value, Write
from oneseek.domain.errors import InvalidInput

MAX_DOCUMENT_BYTES = 1_048_576
MAX_COMMIT_BYTES = 10 * 1024 * 1024
MAX_WRITES = 500
MAX_NAME_BYTES = 1500
MAX_DEPTH = 20

_RESERVED = re.compile(r"__.*__", re.DOTALL)
_PATH_OVERHEAD = 16
_DOCUMENT_OVERHEAD = 32


def require_id(text: str, what: str) -> None:
    """Refuse an id that no document or collection can have.

    Raises:
        InvalidInput: it is empty, ``.``, ``..`` or ``__x__``, has a ``/``, is no Unicode text or is
            longer than 1500 bytes.
    """
    if text in ("", ".", "..") or "/" in text or _RESERVED.fullmatch(text):
        raise InvalidInput(f"{text!r} cannot be the id of a {what}")
    if _bytes(text, what) > MAX_NAME_BYTES:
        raise InvalidInput(
            f"the id of a {what} is longer than {MAX_NAME_BYTES} bytes: {text[:40]}…"
        )


def require_field_name(name: object, where: str) -> None:
    """Refuse what cannot be the name of a field; raises InvalidInput."""
    if not isinstance(name, str):
        raise InvalidInput(f"{where} has a field whose name is no text: {name!r}")
    if not name or _RESERVED.fullmatch(name) or _bytes(name, where) > MAX_NAME_BYTES:
        raise InvalidInput(f"{where} has a field that cannot be called {name[:40]!r}")


def require_commit(writes: Sequence[Write]) -> None:
    """Refuse more documents at once than a commit takes; raises InvalidInput."""
    if len(writes) > MAX_WRITES:
        raise InvalidInput(f"{len(writes)} documents at once are more than {MAX_WRITES}")
    for collection in {write.collection for write in writes}:
        require_id(collection, "collection")
    for write in writes:
        require_id(write.id, "document")


def document_size(collection: str, id: str, fields: Fields) -> int:
    """Return how many bytes a document counts for."""
    name = _PATH_OVERHEAD + len(collection.encode()) + 1 + len(id.encode()) + 1
    return name + _DOCUMENT_OVERHEAD + _map_size(fields)


def require_size(write: Write) -> int:
    """Return the size of a document; raises InvalidInput where it is too large."""
    size = document_size(write.collection, write.id, write.fields or {})
    if size > MAX_DOCUMENT_BYTES:
        raise InvalidInput(
            f"the document {write.collection}/{write.id} has {size} bytes, more than the "
            f"{MAX_DOCUMENT_BYTES} that a document may have"
        )
    return size


def _map_size(fields: Mapping[str, Value]) -> int:
    return sum(len(name.encode()) + 1 + _size(value) for name, value in fields.items())


def _size(value: Value) -> int:
    match value:
        case None | bool():
            return 1
        case int() | float() | datetime():
            return 8
        case str():
            return len(value.encode()) + 1
        case bytes():
            return len(value)
        case list():
            return sum(map(_size, value))
        case dict():
            return _map_size(value)


def _bytes(text: str, what: str) -> int:
    try:
        return len(text.encode())
    except UnicodeEncodeError:
        raise InvalidInput(f"{what}: {text!r} is no Unicode text") from None
