"""A keyed document store: the one shape of every fold's state, in memory or in a database."""

from collections.abc import Iterator
from typing import ClassVar, Protocol, TypeVar

from msgspec import Struct


class Document(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Base of every state document. ``table`` names its kind in a database and never changes."""

    table: ClassVar[str] = ""


D = TypeVar("D", bound=Document)


class Reading(Protocol):
    """What a decision may ask of the state."""

    def get(self, kind: type[D], key: str) -> D | None:
        """Return the document under ``key``, or None."""
        ...

    def scan(
        self, kind: type[D], *, start: str = "", stop: str | None = None, descending: bool = False
    ) -> Iterator[tuple[str, D]]:
        """Yield documents with ``start`` <= key < ``stop`` in key order (by code point)."""
        ...


class State(Reading, Protocol):
    """What a fold may do besides."""

    def put(self, key: str, document: Document) -> None:
        """Store ``document`` under ``key``, replacing what was there."""
        ...

    def delete(self, kind: type[Document], key: str) -> None:
        """Forget the document under ``key``; nothing happens where there is none."""
        ...


class DictState:
    """State in memory: for replays into the past, and for tests."""

    def __init__(self) -> None:
        self._tables: dict[str, dict[str, Document]] = {}

    def get(self, kind: type[D], key: str) -> D | None:
        document = self._tables.get(kind.table, {}).get(key)
        return document if isinstance(document, kind) else None

    def scan(
        self, kind: type[D], *, start: str = "", stop: str | None = None, descending: bool = False
    ) -> Iterator[tuple[str, D]]:
        rows = self._tables.get(kind.table, {})
        for key in sorted(rows, reverse=descending):
            document = rows[key]
            if key >= start and (stop is None or key < stop) and isinstance(document, kind):
                yield key, document

    def put(self, key: str, document: Document) -> None:
        self._tables.setdefault(type(document).table, {})[key] = document

    def delete(self, kind: type[Document], key: str) -> None:
        self._tables.get(kind.table, {}).pop(key, None)


def prefix_range(prefix: str) -> tuple[str, str | None]:
    """Return ``start`` and ``stop`` of the keys that begin with ``prefix``."""
    return (prefix, prefix + "\U0010ffff") if prefix else ("", None)


def index_key(index: int) -> str:
    """Return a leaf index as a key that sorts as the number does."""
    return f"{index:016d}"
