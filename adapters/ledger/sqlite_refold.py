"""Folding the state documents of a SQLite ledger again, from its entries."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from oneseek.adapters.ledger.refolding import fold_again
from oneseek.adapters.ledger.sqlite_hold import SqliteHold, hold
from oneseek.adapters.ledger.sqlite_schema import EVIDENCE, STATE_TABLE


@contextmanager
def hold_with_state(path: Path) -> Iterator[SqliteHold]:
    """Hold a ledger that may have lost its table ``state``, which is made again."""
    with hold(path, EVIDENCE) as held:
        held.run(STATE_TABLE.replace("CREATE TABLE", "CREATE TABLE IF NOT EXISTS", 1))
        yield held


def refold(path: Path) -> int:
    """Replace all state documents by the fold of all entries, in one transaction.

    A table ``state`` that is gone, and triggers that are, are made again. Returns the number of
    entries that were folded.

    Raises:
        LedgerBroken: an entry cannot be read; nothing was changed.
    """
    with hold_with_state(path) as held:
        held.guard()
        return fold_again(held.run, held.state())
