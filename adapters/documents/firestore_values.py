"""Values of fields as Firestore's messages, and back.

The messages are those of ``google/firestore/v1/document.proto``, used without the wrapping of the
library, which costs several times as much.
"""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from google.api_core.datetime_helpers import DatetimeWithNanoseconds
from google.cloud.firestore_v1 import types

from oneseek.domain.documents import Fields, Value
from oneseek.domain.errors import InvalidInput

_NULL = 0
_PLAIN = {
    bool: "boolean_value",
    int: "integer_value",
    float: "double_value",
    str: "string_value",
    bytes: "bytes_value",
}
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_DEEPEST = 20
"""Maps in maps; the service refuses more."""


def put_fields(target: Any, fields: Fields, place: str) -> None:
    """Set the map ``target`` of a message to ``fields``; ``place`` is for the error.

    Raises:
        InvalidInput: a value is of a kind that Firestore does not have.
    """
    for name, value in fields.items():
        where = f"{place}, field {name!r}"
        try:
            _put(target[name], value, where, 0)
        except (ValueError, TypeError, UnicodeError):
            kind = type(value).__name__
            raise InvalidInput(f"{where}: no document can hold this {kind}") from None


def _put(target: Any, value: Value, where: str, depth: int) -> None:
    if depth > _DEEPEST:
        raise InvalidInput(f"{where} is nested deeper than {_DEEPEST} levels")
    if plain := _PLAIN.get(type(value)):
        setattr(target, plain, value)
    elif value is None:
        target.null_value = _NULL
    elif isinstance(value, datetime):
        put_time(target.timestamp_value, value)
    elif isinstance(value, list | tuple):
        target.array_value.SetInParent()
        for item in value:
            if isinstance(item, list | tuple):
                raise InvalidInput(f"{where}: Firestore has no lists directly in lists")
            _put(target.array_value.values.add(), item, where, depth + 1)
    elif isinstance(value, Mapping):
        target.map_value.SetInParent()
        for name, item in value.items():
            _put(target.map_value.fields[name], item, where, depth + 1)
    else:
        raise TypeError


def put_time(target: Any, moment: datetime) -> None:
    """Set a timestamp; nothing of what :func:`time_of` returned is lost.

    Raises:
        ValueError: ``moment`` has no time zone.
    """
    if moment.tzinfo is None:
        raise ValueError("a time without its zone")
    since = moment - _EPOCH
    target.seconds = since.days * 86_400 + since.seconds
    target.nanos = getattr(moment, "nanosecond", 0) or moment.microsecond * 1000


def fields_of(document: Any) -> dict[str, Value]:
    """Return the fields of a message."""
    return {name: _value(value) for name, value in document.fields.items()}


def _value(found: Any) -> Value:
    kind = found.WhichOneof("value_type")
    match kind:
        case "null_value" | None:
            return None
        case "timestamp_value":
            return _microseconds(found.timestamp_value)
        case "array_value":
            return [_value(item) for item in found.array_value.values]
        case "map_value":
            return {name: _value(item) for name, item in found.map_value.fields.items()}
        case "geo_point_value":
            # Nothing of ours: written by hand, and to be seen as such by who compares.
            point = found.geo_point_value
            return {"latitude": point.latitude, "longitude": point.longitude}
    value: Value = getattr(found, kind)
    return value


def time_of(found: Any) -> datetime:
    """Return when a document was made or written, as exactly as the service says it.

    Today that is microseconds; should it ever be less, the subclass keeps it for the guard.
    """
    if found.nanos % 1000 == 0:
        return _microseconds(found)
    exact: datetime = DatetimeWithNanoseconds.from_timestamp_pb(found)  # type: ignore[no-untyped-call]
    return exact


def _microseconds(found: Any) -> datetime:
    return _EPOCH + timedelta(seconds=found.seconds, microseconds=found.nanos // 1000)


def same_fields(one: Any, other: Any) -> bool:
    """Whether two documents' messages hold the same; a NaN is the same as a NaN."""
    plain = types.Document.pb()
    first, second = plain(fields=one.fields), plain(fields=other.fields)
    same: bool = first.SerializeToString(deterministic=True) == second.SerializeToString(
        deterministic=True
    )
    return same
