"""What Firestore takes, as checks (the limits of its documentation), and documents of blocks."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from oneseek.domain.projections.collections.block import proof_fields, shown_fields
from oneseek.domain.registry import REGISTRY

MOST_BYTES = 64 * 1024
"""Far below 1 MiB: an entry has at most 16 KiB, and a block holds it once and its parts."""


def block_fields(
    index: int, raw: bytes, size: int, root: bytes, path: Sequence[bytes], note: bytes
) -> dict[str, Any]:
    """Return the document of a block."""
    shown = shown_fields(index, raw, REGISTRY.decode(raw))
    return shown | proof_fields(size, root, path, note)


def require_legal(fields: Mapping[str, Any]) -> None:
    """Fail where Firestore would refuse a document with these fields."""
    assert _size(dict(fields)) < MOST_BYTES
    _require_map(fields, 0)


def _require_map(fields: Mapping[str, Any], depth: int) -> None:
    assert depth < 20
    for name, value in fields.items():
        assert isinstance(name, str)
        assert name
        assert not (name.startswith("__") and name.endswith("__"))
        _require(value, depth)


def _require(value: Any, depth: int) -> None:
    match value:
        case None | bool():
            pass
        case int():
            assert -(2**63) <= value < 2**63
        case float():
            assert value == value
            assert abs(value) != float("inf")
        case str():
            value.encode()
        case datetime():
            assert value.utcoffset() == timedelta(0)
            assert value >= datetime(1, 1, 1, tzinfo=UTC)
        case list():
            for item in value:
                assert not isinstance(item, list), "no list in a list"
                _require(item, depth)
        case dict():
            _require_map(value, depth + 1)
        case _:
            raise AssertionError(f"{value!r} is of no kind that a field can hold")


def require_legal_id(id: str) -> None:
    """Fail where Firestore would refuse a document of this id."""
    assert 0 < len(id.encode()) <= 1500
    assert "/" not in id
    assert id not in (".", "..")
    assert not (id.startswith("__") and id.endswith("__"))


def _size(value: Any) -> int:
    match value:
        case dict():
            return sum(len(name) + 1 + _size(item) for name, item in value.items())
        case list():
            return sum(map(_size, value))
        case str():
            return len(value.encode()) + 1
        case _:
            return 8
