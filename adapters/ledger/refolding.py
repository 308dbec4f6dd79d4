"""Folding state documents again from the entries, in any SQL database."""

from oneseek.adapters.ledger.sql import Run, select_records
from oneseek.adapters.ledger.sql_state import SqlState
from oneseek.domain.registry import REGISTRY
from oneseek.domain.state.fold import apply

_BATCH = 1000


def fold_again(run: Run, state: SqlState) -> int:
    """Replace all documents by the fold of all entries; return how many entries there were.

    It runs inside one transaction of the caller, which holds the head.

    Raises:
        LedgerBroken: an entry cannot be read.
    """
    run("DELETE FROM state")
    count = 0
    while rows := select_records(run, count, _BATCH):
        for record in rows:
            where = f"entry {record.index}"
            apply(state, record.index, REGISTRY.read(record.raw, where=where))
        state.flush()
        # In a damaged file positions may go backwards: still come to an end.
        count = max(rows[-1].index, count + len(rows) - 1) + 1
    return count
