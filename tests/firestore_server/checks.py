"""What Firestore refuses to store. The limits are those of its documentation."""

import re
from typing import Any

MAX_DOCUMENT = 1_048_576
MAX_VALUE = 1_048_487
MAX_NAME = 1500
MAX_DEPTH = 20

_RESERVED = re.compile(r"__.*__", re.DOTALL)


class Refused(Exception):
    """A request is refused: the code of the answer, and its words."""

    def __init__(self, code: str, words: str) -> None:
        super().__init__(words)
        self.code = code
        self.words = words


def check_name(name: str) -> None:
    """Refuse the name of a document that cannot be one."""
    parts = name.split("/")
    if len(parts) < 7 or len(parts) % 2 == 0 or parts[4] != "documents":
        raise Refused("INVALID_ARGUMENT", f"{name!r} does not name a document")
    for part in parts[5:]:
        if not part or part in (".", "..") or _RESERVED.fullmatch(part):
            raise Refused("INVALID_ARGUMENT", f"resource id {part!r} is invalid")
        if len(part.encode()) > MAX_NAME:
            raise Refused("INVALID_ARGUMENT", f"a name is longer than {MAX_NAME} bytes")


def check_fields(document: Any) -> None:
    """Refuse a document that is too large, too deep, or has fields that there cannot be."""
    if document.ByteSize() > MAX_DOCUMENT:
        raise Refused("INVALID_ARGUMENT", f"a document has more than {MAX_DOCUMENT} bytes")
    _check_map(document.fields, 0)


def _check_map(fields: Any, depth: int) -> None:
    for name, value in fields.items():
        if not name or _RESERVED.fullmatch(name) or len(name.encode()) > MAX_NAME:
            raise Refused("INVALID_ARGUMENT", f"there can be no field {name[:50]!r}")
        _check_value(value, depth)


def _check_value(value: Any, depth: int) -> None:
    kind = value.WhichOneof("value_type")
    if kind in ("string_value", "bytes_value"):
        held = getattr(value, kind)
        if len(held.encode() if isinstance(held, str) else held) > MAX_VALUE:
            raise Refused("INVALID_ARGUMENT", f"a value is longer than {MAX_VALUE} bytes")
    elif kind == "map_value":
        if depth >= MAX_DEPTH:
            raise Refused("INVALID_ARGUMENT", "a field is nested too deep")
        _check_map(value.map_value.fields, depth + 1)
    elif kind == "array_value":
        for item in value.array_value.values:
            if item.WhichOneof("value_type") == "array_value":
                raise Refused("INVALID_ARGUMENT", "there can be no array in an array")
            _check_value(item, depth + 1)
    elif kind == "timestamp_value":
        value.timestamp_value.nanos -= value.timestamp_value.nanos % 1000
