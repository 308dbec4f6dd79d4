"""Folding the state documents of a SQLite ledger again, from its entries."""

import sqlite3
from pathlib import Path

from oneseek.adapters.ledger.refolding import fold_again
from oneseek.adapters.ledger.sqlite_reader import check_format
from oneseek.adapters.ledger.sqlite_state import SqliteState
from oneseek.domain.errors import NotFound, ServiceFailed


def refold(path: Path) -> int:
    """Replace all state documents by the fold of all entries, in one transaction.

    Returns the number of entries that were folded.

    Raises:
        LedgerBroken: an entry cannot be read; nothing was changed.
    """
    if not path.is_file():
        raise NotFound(f"there is no ledger at {path}")
    connection = sqlite3.connect(path, isolation_level=None, timeout=30)
    try:
        check_format(connection, path)
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("BEGIN IMMEDIATE")
        count = fold_again(connection.execute, SqliteState(connection))
        connection.execute("COMMIT")
    except sqlite3.Error as error:
        raise ServiceFailed(f"the state of {path} cannot be folded again: {error}") from error
    finally:
        connection.close()
    return count
