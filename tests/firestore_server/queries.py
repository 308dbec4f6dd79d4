"""Queries of one collection: filters on fields, orders, cursors, a limit."""

import operator
from collections.abc import Sequence
from functools import cmp_to_key
from typing import Any

from google.cloud.firestore_v1 import types

from firestore_server.checks import Refused

_NAME = "__name__"
_DESCENDING = 2
_TYPES = (
    "null_value",
    "boolean_value",
    "integer_value",
    "timestamp_value",
    "string_value",
    "bytes_value",
    "reference_value",
    "array_value",
    "map_value",
)
_OPERATORS = {5: operator.eq, 1: operator.lt, 2: operator.le, 3: operator.gt, 4: operator.ge}
_Key = tuple[int, Any]


def run_query(query: Any, documents: Sequence[Any]) -> list[Any]:
    """Return those of ``documents``, which are in order of their names, that the query asks for."""
    found = [document for document in documents if _matches(query.where, document)]
    orders = list(query.order_by)
    if not orders or orders[-1].field.field_path != _NAME:
        last = orders[-1].direction if orders else 0
        name = types.StructuredQuery.Order.pb()(direction=last)
        name.field.field_path = _NAME
        orders.append(name)
    found = [d for d in found if all(_key(d, o.field.field_path) for o in orders)]
    if len(orders) > 1 or orders[0].direction == _DESCENDING:
        found.sort(
            key=cmp_to_key(lambda a, b: _compare(_keys(a, orders), _keys(b, orders), orders))
        )
    found = _between(found, query, orders)[query.offset :]
    return found[: query.limit.value] if query.HasField("limit") else found


def _matches(where: Any, document: Any) -> bool:
    match where.WhichOneof("filter_type"):
        case None:
            return True
        case "composite_filter":
            return all(_matches(part, document) for part in where.composite_filter.filters)
        case "field_filter":
            found = _key(document, where.field_filter.field.field_path)
            wanted = _key_of(where.field_filter.value)
            if where.field_filter.op not in _OPERATORS:
                raise Refused("UNIMPLEMENTED", f"no operator {where.field_filter.op} here")
            same_type = found is not None and found[0] == wanted[0]
            return same_type and bool(_OPERATORS[where.field_filter.op](found, wanted))
        case other:
            raise Refused("UNIMPLEMENTED", f"no {other} here")


def _between(found: list[Any], query: Any, orders: Sequence[Any]) -> list[Any]:
    for end, sign in (("start_at", 1), ("end_at", -1)):
        if query.HasField(end):
            cursor = getattr(query, end)
            wanted = [_key_of(value) for value in cursor.values]
            # "before" is just before the values: a start then takes them in, an end does not.
            taken = 0 if (sign == 1) == cursor.before else 1
            found = [
                document
                for document in found
                if sign * _compare(_keys(document, orders), wanted, orders) >= taken
            ]
    return found


def _compare(one: Sequence[_Key], other: Sequence[_Key], orders: Sequence[Any]) -> int:
    for a, b, order in zip(one, other, orders, strict=False):
        if a != b:
            return (1 if a > b else -1) * (-1 if order.direction == _DESCENDING else 1)
    return 0


def _keys(document: Any, orders: Sequence[Any]) -> list[_Key]:
    return [_key(document, order.field.field_path) or (-1, 0) for order in orders]


def _key(document: Any, path: str) -> _Key | None:
    """Return by what a document is ordered, None where it lacks the field."""
    if path == _NAME:
        return _TYPES.index("reference_value"), document.name.encode()
    fields = document.fields
    *maps, last = path.replace("`", "").split(".")
    for name in maps:
        fields = fields[name].map_value.fields if name in fields else {}
    return _key_of(fields[last]) if last in fields else None


def _key_of(value: Any) -> _Key:
    kind = value.WhichOneof("value_type")
    held = getattr(value, kind)
    if kind == "double_value":
        return _TYPES.index("integer_value"), held
    if kind == "timestamp_value":
        return _TYPES.index(kind), (held.seconds, held.nanos)
    if kind in ("string_value", "reference_value"):
        return _TYPES.index(kind), held.encode()
    plain = isinstance(held, int | bytes)
    return _TYPES.index(kind), held if plain else held.SerializeToString(deterministic=True)
