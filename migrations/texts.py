"""Texts of old records made fit to be shown and written down."""

import re
from typing import Any

from msgspec import structs

from oneseek.migrations.format import Facts

_UNFIT = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
_HALVES = re.compile(r"[\ud800-\udfff]")
_KINDS = {
    dict: "an object",
    list: "a list",
    str: "a text",
    bool: "true or false",
    int: "a whole number",
    float: "a number",
    type(None): "null",
}


def shown(value: object, limit: int = 500) -> str:
    """Return ``value`` as one line of at most ``limit`` characters.

    Controls, halves of surrogate pairs and marks that turn the direction of writing, which a
    terminal obeys and UTF-8 may not hold, are shown as escapes.
    """
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) >= 10**40:
        return "a whole number of more than 40 digits"
    text = value if isinstance(value, str) else repr(value)
    text = _UNFIT.sub(lambda found: f"\\u{ord(found[0]):04x}", text[: limit + 1])
    return text if len(text) <= limit else text[: limit - 1] + "…"


def kind_of(value: object) -> str:
    """Say what kind of JSON value it is, without the value."""
    return _KINDS.get(type(value), "something else")


def fit_facts(facts: Facts | None) -> Facts | None:
    """Return ``facts`` with nothing in them that cannot be written down.

    A half of a surrogate pair becomes an escape, an integer of more than 64 bits nothing: no name
    or hash that the old programs wrote was ever made of either.
    """
    if facts is None:
        return None
    fitted: dict[str, Any] = {key: _fit(value) for key, value in structs.asdict(facts).items()}
    return structs.replace(facts, **fitted)


def _fit(value: object) -> object:
    match value:
        case str():
            return _HALVES.sub(lambda found: f"\\u{ord(found[0]):04x}", value)
        case bool():
            return value
        case int():
            return value if abs(value) < 2**63 else None
        case tuple() | list():
            return tuple(_fit(entry) for entry in value)
        case dict():
            return {_fit(key): _fit(entry) for key, entry in value.items()}
    return value
