"""Folding the state documents of a PostgreSQL ledger again, from its entries."""

from functools import partial

from oneseek.adapters.ledger.postgres_address import Address
from oneseek.adapters.ledger.postgres_driver import (
    LOCK_SECONDS,
    Rows,
    database_errors,
    for_writing,
    run,
)
from oneseek.adapters.ledger.postgres_reader import open_checked
from oneseek.adapters.ledger.postgres_state import PostgresState
from oneseek.adapters.ledger.refolding import fold_again


def refold(address: Address, origin: str | None = None) -> int:
    """Replace all state documents by the fold of all entries, in one transaction.

    Returns the number of entries that were folded. No append comes in between.

    Raises:
        LedgerBroken: an entry cannot be read; nothing was changed.
    """
    connection = open_checked(address, origin)
    with database_errors(address), connection:
        for_writing(connection, LOCK_SECONDS)
        return _refold(connection)


def _refold(connection: Rows) -> int:
    with connection.transaction():
        connection.execute("SELECT id FROM head FOR UPDATE")
        return fold_again(partial(run, connection), PostgresState(connection))
