"""Closed ledgers: one that went elsewhere, or one that is still arriving, takes no new entry.

A ledger is closed by a row in a table ``closed`` and a trigger that refuses every change of the
head while that row is there. Both are made when they are first needed, so the tables of an ordinary
ledger stay as they were released, and software that knows nothing of moves is refused all the same.
"""

from dataclasses import dataclass

from oneseek.adapters.ledger.sql import Run, first
from oneseek.domain.errors import Conflict

MOVED = "moved"
ARRIVING = "arriving"

TABLE = "CREATE TABLE IF NOT EXISTS closed (how TEXT NOT NULL, place TEXT NOT NULL)"


@dataclass(frozen=True, slots=True)
class Closed:
    """Why a ledger is closed. ``place``: where its history goes on, or where it comes from."""

    how: str
    """``MOVED`` or ``ARRIVING``."""
    place: str

    @property
    def sentence(self) -> str:
        if self.how == MOVED:
            return f"this ledger was moved to {self.place}: it takes no new entries"
        return f"this ledger is still arriving from {self.place}: it takes no entries yet"

    @property
    def hint(self) -> str:
        if self.how == MOVED:
            return (
                "let OQT_LEDGER_URL, or [ledger] url in oneseek.toml, name the new place; if a "
                f"move was cut off, finish it: oneseek ledger move {self.place}"
            )
        return "finish the move: repeat oneseek ledger move where the ledger is in use"

    def error(self) -> Conflict:
        """Return the refusal to write here."""
        return Conflict(self.sentence, hint=self.hint)


def read_closed(run: Run, has_table: str) -> Closed | None:
    """Return why the ledger is closed, None for an open one.

    ``has_table`` is the database's question whether it has the table ``closed``.
    """
    if not first(run(has_table))[0]:
        return None
    row = first(run("SELECT how, place FROM closed"))
    return None if row is None else Closed(*row)


def write_closed(run: Run, closed: Closed | None) -> None:
    """Close the ledger, or open it again; the table and its trigger are there."""
    run("DELETE FROM closed")
    if closed is not None:
        run("INSERT INTO closed VALUES (?, ?)", (closed.how, closed.place))
