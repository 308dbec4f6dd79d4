"""In which fields two entries differ, so that a report can name them instead of showing bytes."""

from hashlib import sha256
from typing import Any

import msgspec

_LONGEST = 200
_ABSENT = "absent"


def changed_fields(expected: bytes, found: bytes) -> tuple[tuple[str, str, str], ...]:
    """Return (field, expected, found) for every field in which two entries differ.

    A field is named by its path, ``actor`` or ``body.dna``. Where the entries cannot be compared as
    JSON, or differ only in their spelling, there is one difference, named ``bytes``.
    """
    one, other = _flat(expected), _flat(found)
    if one is not None and other is not None:
        differing = tuple(
            (name, one.get(name, _ABSENT), other.get(name, _ABSENT))
            for name in (*one, *(name for name in other if name not in one))
            if one.get(name) != other.get(name)
        )
        if differing:
            return differing
    return (("bytes", describe_bytes(expected), describe_bytes(found)),)


def describe_bytes(data: bytes) -> str:
    """Return length and SHA-256 of bytes that have no better name."""
    return f"{len(data)} bytes with SHA-256 {sha256(data).hexdigest()}"


def _flat(raw: bytes) -> dict[str, str] | None:
    """Return the fields of a JSON object by path, None for anything else."""
    try:
        value = msgspec.json.decode(raw)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return None
    if not isinstance(value, dict):
        return None
    fields: dict[str, str] = {}
    _gather("", value, fields)
    return fields


def _gather(name: str, value: Any, fields: dict[str, str]) -> None:
    if isinstance(value, dict) and (value or not name):
        for key, item in value.items():
            _gather(f"{name}.{key}" if name else key, item, fields)
        return
    text = value if isinstance(value, str) else msgspec.json.encode(value).decode()
    fields[name] = text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"
