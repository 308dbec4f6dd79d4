"""Folding the state documents of a PostgreSQL ledger again, from its entries."""

from oneseek.adapters.ledger.postgres_address import Address
from oneseek.adapters.ledger.postgres_hold import hold
from oneseek.adapters.ledger.postgres_schema import EVIDENCE, STATE_TABLE
from oneseek.adapters.ledger.refolding import fold_again


def refold(address: Address, origin: str | None = None) -> int:
    """Replace all state documents by the fold of all entries, in one transaction.

    A table ``state`` that is gone, and triggers that are, are made again. Returns the number of
    entries that were folded. No append comes in between.

    Raises:
        LedgerBroken: an entry cannot be read; nothing was changed.
    """
    with hold(address, origin, EVIDENCE) as held:
        held.run(STATE_TABLE.replace("CREATE TABLE", "CREATE TABLE IF NOT EXISTS", 1))
        held.guard()
        return fold_again(held.run, held.state())
