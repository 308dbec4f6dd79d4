"""What is sent in a commit: writes, and the guard as a precondition of one of them."""

import re
from collections.abc import Sequence
from typing import Any

from google.cloud.firestore_v1 import types

from oneseek.adapters.documents.firestore_values import put_fields, put_time
from oneseek.domain.documents import Guard, Write
from oneseek.domain.errors import InvalidInput

_LONGEST_ID = 1500
"""Bytes, as the service has it."""

_RESERVED = re.compile(r"__.*__", re.DOTALL)

_WRITE = types.Write.pb()


def path_of(root: str, collection: str, id: str) -> str:
    """Return the full name of a document; ``root`` ends in ``/documents``.

    Raises:
        InvalidInput: Firestore does not take such a name.
    """
    for what, text in (("collection", collection), ("document", id)):
        try:
            length = len(text.encode())
        except UnicodeEncodeError:
            length = 0
        if (
            not 0 < length <= _LONGEST_ID
            or "/" in text
            or text in (".", "..")
            or _RESERVED.fullmatch(text)
        ):
            raise InvalidInput(f"Firestore does not take {text[:100]!r} as the name of a {what}")
    return f"{root}/{collection}/{id}"


def messages(root: str, writes: Sequence[Write], guard: Guard | None) -> list[Any]:
    """Return the messages of a commit, in the order of ``writes``; the guard's may come last."""
    made = [_write(root, write) for write in writes]
    if guard is None:
        return made
    for write, message in zip(writes, made, strict=True):
        # The first one: a condition is on what was there before the commit.
        if (write.collection, write.id) == (guard.collection, guard.id):
            _require(message, guard)
            return made
    return [*made, _guarding(root, guard)]


def _write(root: str, write: Write) -> Any:
    name = path_of(root, write.collection, write.id)
    message = _WRITE()
    if write.fields is None:
        message.delete = name
        return message
    message.update.name = name
    put_fields(message.update.fields, write.fields, f"{write.collection}/{write.id}")
    return message


def _guarding(root: str, guard: Guard) -> Any:
    """Return a write that changes nothing, whatever it meets, but has the condition.

    The service knows a write that only verifies; the library's messages lack it. An update of no
    fields leaves the document and its update time as they are; a deletion of what must not be
    there finds nothing.
    """
    message, name = _WRITE(), path_of(root, guard.collection, guard.id)
    if guard.updated is None:
        message.delete = name
    else:
        message.update.name = name
        message.update_mask.SetInParent()
    _require(message, guard)
    return message


def _require(message: Any, guard: Guard) -> None:
    if guard.updated is None:
        message.current_document.exists = False
    else:
        put_time(message.current_document.update_time, guard.updated)
