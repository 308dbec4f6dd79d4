"""State documents in a table ``state(kind, key, body)`` of any SQL database."""

from collections.abc import Iterator, Sequence
from functools import cache
from typing import Any

import msgspec

from oneseek.adapters.ledger.sql import Run, RunMany, first
from oneseek.domain.errors import LedgerBroken
from oneseek.domain.state.store import D, Document

_ENCODER = msgspec.json.Encoder()
_GATHERED = 8192


@cache
def _decoder(kind: type[Document]) -> msgspec.json.Decoder[Document]:
    return msgspec.json.Decoder(kind)


def _decode(kind: type[D], key: str, body: bytes) -> D:
    try:
        document = _decoder(kind).decode(body)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError, TypeError) as error:
        raise LedgerBroken(
            f"the state document {kind.table}/{key} cannot be read: {error}",
            hint="fold it again from the entries: oneseek rebuild state",
        ) from None
    assert isinstance(document, kind)
    return document


def _is_text(key: str) -> bool:
    """Return whether a database can take ``key``: an argument of a command line may not be Unicode.

    Nothing is ever stored under such a key.
    """
    return key.isascii() or not any("\ud800" <= char <= "\udfff" for char in key)


class SqlReading:
    """Reads documents with ``run``; sees what its transaction sees."""

    def __init__(self, run: Run) -> None:
        self._run = run

    def get(self, kind: type[D], key: str) -> D | None:
        if not _is_text(key):
            return None
        row = first(
            self._run(
                "SELECT body FROM state WHERE kind = ? AND key = ?",
                (kind.table, self._stored(key)),
            )
        )
        return None if row is None else _decode(kind, key, row[0])

    def scan(
        self, kind: type[D], *, start: str = "", stop: str | None = None, descending: bool = False
    ) -> Iterator[tuple[str, D]]:
        if not _is_text(start + (stop or "")):
            return
        statement = "SELECT key, body FROM state WHERE kind = ? AND key >= ?"
        values: list[Any] = [kind.table, self._stored(start)]
        if stop is not None:
            statement += " AND key < ?"
            values.append(self._stored(stop))
        statement += f" ORDER BY key {'DESC' if descending else 'ASC'}"
        for stored, body in self._run(statement, values):
            key = self._loaded(stored)
            yield key, _decode(kind, key, body)

    def page(self, after: tuple[str, str] | None, limit: int) -> list[tuple[str, str, bytes]]:
        """Return up to ``limit`` documents as stored, behind the kind and key ``after``."""
        kind, key = after or ("", "")
        rows = self._run(
            "SELECT kind, key, body FROM state WHERE (kind, key) > (?, ?) "
            "ORDER BY kind, key LIMIT ?",
            (kind, self._stored(key), limit),
        )
        return [(found, self._loaded(stored), body) for found, stored, body in rows]

    def _stored(self, key: str) -> Any:
        """Return ``key`` as the database keeps it: sorted by code point, any character allowed."""
        return key

    def _loaded(self, stored: Any) -> str:
        return str(stored)


class SqlState(SqlReading):
    """Writes documents as well, gathered in memory until :meth:`flush`.

    A group append touches the same documents again and again; gathering makes that one write each.
    """

    def __init__(self, run: Run, run_many: RunMany) -> None:
        super().__init__(run)
        self._run_many = run_many
        self._changed: dict[tuple[str, str], Document | None] = {}

    def get(self, kind: type[D], key: str) -> D | None:
        if (kind.table, key) in self._changed:
            document = self._changed[kind.table, key]
            return document if isinstance(document, kind) else None
        return super().get(kind, key)

    def scan(
        self, kind: type[D], *, start: str = "", stop: str | None = None, descending: bool = False
    ) -> Iterator[tuple[str, D]]:
        self.flush()
        return super().scan(kind, start=start, stop=stop, descending=descending)

    def put(self, key: str, document: Document) -> None:
        self._changed[type(document).table, key] = document
        if len(self._changed) >= _GATHERED:
            self.flush()

    def delete(self, kind: type[Document], key: str) -> None:
        self._changed[kind.table, key] = None

    def flush(self) -> None:
        """Write what was gathered."""
        gone = [
            (table, self._stored(key))
            for (table, key), document in self._changed.items()
            if document is None
        ]
        kept = [
            (table, self._stored(key), _ENCODER.encode(document))
            for (table, key), document in self._changed.items()
            if document is not None
        ]
        if gone:
            self._run_many("DELETE FROM state WHERE kind = ? AND key = ?", gone)
        if kept:
            self._store(kept)
        self._changed.clear()

    def _store(self, rows: Sequence[tuple[str, Any, bytes]]) -> None:
        """Insert or replace documents, each key once."""
        self._run_many(
            "INSERT INTO state VALUES (?, ?, ?) "
            "ON CONFLICT (kind, key) DO UPDATE SET body = excluded.body",
            rows,
        )
