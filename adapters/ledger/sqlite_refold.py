"""Folding the state documents of a SQLite ledger again, from its entries."""

from pathlib import Path

from oneseek.adapters.ledger.refolding import fold_again
from oneseek.adapters.ledger.sqlite_hold import hold
from oneseek.adapters.ledger.sqlite_schema import EVIDENCE, STATE_TABLE


def refold(path: Path) -> int:
    """Replace all state documents by the fold of all entries, in one transaction.

    A table ``state`` that is gone, and triggers that are, are made again. Returns the number of
    entries that were folded.

    Raises:
        LedgerBroken: an entry cannot be read; nothing was changed.
    """
    with hold(path, EVIDENCE) as held:
        held.run(STATE_TABLE.replace("CREATE TABLE", "CREATE TABLE IF NOT EXISTS", 1))
        held.guard()
        return fold_again(held.run, held.state())
