"""A ledger whose head is locked: whoever holds it is alone in writing, until the block ends."""

from collections.abc import Callable
from typing import Protocol

from oneseek.adapters.ledger import sql
from oneseek.adapters.ledger.closing import Closed
from oneseek.adapters.ledger.rows import HeadRow
from oneseek.adapters.ledger.sql_state import SqlState
from oneseek.adapters.ledger.sql_transaction import SqlTransaction


class Hold(Protocol):
    """One connection inside one transaction that has locked the head."""

    @property
    def run(self) -> sql.Run: ...
    def closed(self) -> Closed | None: ...
    def close(self, closed: Closed) -> None: ...
    def reopen(self) -> None: ...
    def commit(self) -> None: ...
    def transaction(self) -> SqlTransaction: ...
    def state(self) -> SqlState: ...
    def head(self) -> HeadRow: ...


class SqlHold:
    """What is the same in every SQL database: reading, and writing as an append does."""

    def __init__(
        self,
        run: sql.Run,
        transaction: Callable[[], SqlTransaction],
        state: Callable[[], SqlState],
    ) -> None:
        self.run = run
        self.transaction = transaction
        self.state = state

    def head(self) -> HeadRow:
        """Return the head row as it is stored."""
        return HeadRow(*sql.select_head(self.run))
