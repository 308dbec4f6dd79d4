"""The JSON in which the mirror keeps a document: any reader understands it, and nothing is lost.

Null, booleans, strings, arrays and maps are what they are in JSON. A number with a point or an
exponent is a float, one without is an integer of 64 bits. For the rest there are maps with one
member whose name begins with ``$``::

    {"$time":"2026-11-20T18:25:38.187329Z"}      a moment, in UTC, with microseconds
    {"$bytes":"cGxhaW4="}                        bytes, in base64
    {"$float":"nan"}                             nan, inf and -inf
    {"$map":{"$time":"not a moment"}}            a map of which a name begins with $
"""

from base64 import b64decode, b64encode
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from math import isfinite
from types import NoneType
from typing import Any

import msgspec

from oneseek.adapters.documents.limits import (
    MAX_COMMIT_BYTES,
    MAX_DEPTH,
    MAX_DOCUMENT_BYTES,
    require_field_name,
    require_size,
)
from oneseek.domain.documents import Fields, Value, Write
from oneseek.domain.errors import InvalidInput

_encode = msgspec.json.Encoder().encode
_Make = Callable[[Any, str, int], Any]
_LEAST, _MOST = -(2**63), 2**63 - 1
_PLAIN_NAMES: set[str] = set()
_MOST_NAMES = 1000
_TEXT = frozenset({str})
_AS_IT_IS = frozenset({str, bool, NoneType})
"""Types whose values JSON has too."""
_SURELY_SMALL = MAX_DOCUMENT_BYTES // 8
"""A document whose JSON is not longer is not too large: a value counts for 8 bytes at most where
its JSON has one character."""


def encoded(writes: Sequence[Write]) -> list[tuple[str, str, str | None]]:
    """Return collection, id and JSON of the last write of every document.

    Raises:
        InvalidInput: a document, or all together, are too large, or a value cannot be kept.
    """
    made: dict[tuple[str, str], str | None] = {}
    total = 0
    for write in writes:
        json = None
        if write.fields is not None:
            data = to_json(write.fields, f"{write.collection}/{write.id}")
            total += len(data) if len(data) <= _SURELY_SMALL else require_size(write)
            json = data.decode()
        made[write.collection, write.id] = json
    if total > MAX_COMMIT_BYTES:
        raise InvalidInput(f"{total} bytes at once are more than {MAX_COMMIT_BYTES}")
    return [(collection, id, json) for (collection, id), json in made.items()]


def to_json(fields: Fields, where: str) -> bytes:
    """Return the JSON of a document; ``where`` names it in messages.

    Raises:
        InvalidInput: a value that Firestore does not take either: a moment without a time zone, an
            integer beyond 64 bits, an array in an array, more than 20 levels.
    """
    try:
        return _encode(_map(fields, where, 0))
    except UnicodeEncodeError:
        raise InvalidInput(f"{where} holds text that is no Unicode") from None


def from_json(data: bytes | str) -> dict[str, Value]:
    """Return the fields of a document that :func:`to_json` wrote.

    Raises:
        InvalidInput: it is something else.
    """
    try:
        found = _loaded(msgspec.json.decode(data))
    except (msgspec.MsgspecError, ValueError, TypeError, AttributeError, RecursionError) as error:
        # Not its words: they may be the text that somebody wrote.
        raise InvalidInput(f"not a document of the mirror ({type(error).__name__})") from None
    if not isinstance(found, dict):
        raise InvalidInput("not a document of the mirror: it is no map")
    return found


def _map(fields: Fields, where: str, depth: int) -> dict[str, Any]:
    if depth > MAX_DEPTH:
        raise InvalidInput(f"{where} has more than {MAX_DEPTH} levels of maps")
    made = {}
    marked = False
    for name, value in fields.items():
        if name not in _PLAIN_NAMES:
            marked = _name(name, where) or marked
        kind = type(value)
        if kind in _AS_IT_IS:
            made[name] = value
        else:
            make: _Make = _MAKERS.get(kind, _derived)
            made[name] = make(value, where, depth)
    return {"$map": made} if marked else made


def _name(name: str, where: str) -> bool:
    """Refuse a name that no field has; say whether it begins as ours do."""
    require_field_name(name, where)
    if name[0] != "$" and len(_PLAIN_NAMES) < _MOST_NAMES:
        _PLAIN_NAMES.add(name)  # a collection has few names, and each of its documents all of them
    return name[0] == "$"


def _derived(value: Value, where: str, depth: int) -> Any:
    """Make of a value of somebody's own class what its base class becomes."""
    for kind, make in _MAKERS.items():
        if isinstance(value, kind):
            return make(value, where, depth)
    raise InvalidInput(f"{where} holds a {type(value).__name__}, which no document can hold")


def _itself(value: Any, where: str, depth: int) -> Any:
    return value


def _array(value: list[Value], where: str, depth: int) -> Any:
    if _TEXT.issuperset(map(type, value)):
        return value  # a proof is such a list
    if any(isinstance(item, list) for item in value):
        raise InvalidInput(f"{where} holds an array in an array")
    makers: list[_Make] = [_MAKERS.get(type(item), _derived) for item in value]
    return [make(item, where, depth + 1) for make, item in zip(makers, value, strict=True)]


def _inner(value: dict[str, Value], where: str, depth: int) -> Any:
    return _map(value, where, depth + 1)


def _bytes(value: bytes, where: str, depth: int) -> Any:
    return {"$bytes": b64encode(value).decode()}


def _float(value: float, where: str, depth: int) -> Any:
    return value if isfinite(value) else {"$float": repr(value)}


def _integer(value: int, where: str, depth: int) -> Any:
    if not _LEAST <= value <= _MOST:
        raise InvalidInput(f"{where} holds {value}, which has more than 64 bits")
    return value


def _time(value: datetime, where: str, depth: int) -> Any:
    return {"$time": _moment(value, where)}


_MAKERS: dict[type, _Make] = {
    NoneType: _itself,
    str: _itself,
    bool: _itself,
    int: _integer,
    float: _float,
    list: _array,
    dict: _inner,
    datetime: _time,
    bytes: _bytes,
}
"""By exact type, as every value of every document passes here."""


def _moment(value: datetime, where: str) -> str:
    if value.tzinfo is None:
        raise InvalidInput(f"{where} holds a time without a time zone: {value}")
    if value.tzinfo is not UTC:
        value = value.astimezone(UTC)
    return value.isoformat(timespec="microseconds")[:-6] + "Z"


def _loaded(value: Any) -> Any:
    if isinstance(value, list):
        return [_loaded(item) for item in value]
    if not isinstance(value, dict):
        return value
    if len(value) == 1:
        ((name, inner),) = value.items()
        match name:
            case "$time":
                return datetime.fromisoformat(inner)
            case "$bytes":
                return b64decode(inner, validate=True)
            case "$float":
                return float(inner)
            case "$map":
                return {key: _loaded(item) for key, item in inner.items()}
    return {key: _loaded(item) for key, item in value.items()}
