"""State documents in a SQLite table ``state(kind, key, body)``: read, or read and write."""

import sqlite3
from collections.abc import Iterator
from functools import cache

import msgspec

from oneseek.domain.errors import LedgerBroken
from oneseek.domain.state.store import D, Document

_ENCODER = msgspec.json.Encoder()


@cache
def _decoder(kind: type[Document]) -> msgspec.json.Decoder[Document]:
    return msgspec.json.Decoder(kind)


def _decode(kind: type[D], key: str, body: bytes) -> D:
    try:
        document = _decoder(kind).decode(body)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise LedgerBroken(
            f"the state document {kind.table}/{key} cannot be read: {error}",
            hint="fold it again from the entries: oneseek rebuild state",
        ) from None
    assert isinstance(document, kind)
    return document


def _is_text(key: str) -> bool:
    """Return whether SQLite can take ``key``: an argument of a command line may not be Unicode.

    Nothing is ever stored under such a key.
    """
    return not any("\ud800" <= char <= "\udfff" for char in key)


class SqliteReading:
    """Reads documents through the connection given; sees what its transaction sees."""

    def __init__(self, given: sqlite3.Connection | sqlite3.Cursor) -> None:
        # Every statement gets a cursor of its own: on a shared one, a get ends a running scan.
        self._connection = given if isinstance(given, sqlite3.Connection) else given.connection

    def get(self, kind: type[D], key: str) -> D | None:
        if not _is_text(key):
            return None
        row = self._connection.execute(
            "SELECT body FROM state WHERE kind = ? AND key = ?", (kind.table, key)
        ).fetchone()
        return None if row is None else _decode(kind, key, row[0])

    def scan(
        self, kind: type[D], *, start: str = "", stop: str | None = None, descending: bool = False
    ) -> Iterator[tuple[str, D]]:
        if not _is_text(start + (stop or "")):
            return
        sql = "SELECT key, body FROM state WHERE kind = ? AND key >= ?"
        values: tuple[object, ...] = (kind.table, start)
        if stop is not None:
            sql += " AND key < ?"
            values = (*values, stop)
        sql += f" ORDER BY key {'DESC' if descending else 'ASC'}"
        for key, body in self._connection.execute(sql, values):
            yield key, _decode(kind, key, body)


class SqliteState(SqliteReading):
    """Writes documents as well, gathered in memory until :meth:`flush`.

    A group append touches the same documents again and again; gathering makes that one write each.
    """

    def __init__(self, given: sqlite3.Connection | sqlite3.Cursor) -> None:
        super().__init__(given)
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

    def delete(self, kind: type[Document], key: str) -> None:
        self._changed[kind.table, key] = None

    def flush(self) -> None:
        """Write what was gathered."""
        for (table, key), document in self._changed.items():
            if document is None:
                self._connection.execute(
                    "DELETE FROM state WHERE kind = ? AND key = ?", (table, key)
                )
            else:
                self._connection.execute(
                    "INSERT INTO state VALUES (?, ?, ?) "
                    "ON CONFLICT (kind, key) DO UPDATE SET body = excluded.body",
                    (table, key, _ENCODER.encode(document)),
                )
        self._changed.clear()
