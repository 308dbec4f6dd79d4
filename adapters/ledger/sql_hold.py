"""A ledger whose head is locked: whoever holds it is alone in writing, until the block ends."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Sequence
from typing import ClassVar, Protocol

from oneseek.adapters.ledger import sql, sql_cosignatures
from oneseek.adapters.ledger.closing import Closed
from oneseek.adapters.ledger.rows import HeadRow
from oneseek.adapters.ledger.sql_state import SqlState
from oneseek.adapters.ledger.sql_transaction import SqlTransaction
from oneseek.domain.stored import StoredCosignature


class Hold(Protocol):
    """One connection inside one transaction that has locked the head."""

    @property
    def run(self) -> sql.Run: ...
    def closed(self) -> Closed | None: ...
    def close(self, closed: Closed) -> None: ...
    def reopen(self) -> None: ...
    def commit(self) -> None: ...
    def complete(self) -> None: ...
    def reindex(self) -> None: ...
    def unguard(self) -> None: ...
    def guard(self) -> None: ...
    def transaction(self) -> SqlTransaction: ...
    def state(self) -> SqlState: ...
    def head(self) -> HeadRow: ...
    def cosignatures(self) -> Iterator[StoredCosignature]: ...
    def attach(self, cosignatures: Sequence[StoredCosignature]) -> int: ...


class SqlHold(ABC):
    """What is the same in every SQL database: reading, and writing as an append does."""

    _has_cosignatures: ClassVar[str]

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

    def cosignatures(self) -> Iterator[StoredCosignature]:
        """Yield all cosignatures, those of the newest checkpoint first."""
        return sql_cosignatures.read(self.run, self._has_cosignatures)

    def attach(self, cosignatures: Sequence[StoredCosignature]) -> int:
        """Insert those that are not there yet; return how many they were."""
        return sql_cosignatures.write(
            self.run, self._has_cosignatures, self._make_cosignatures, cosignatures
        )

    @abstractmethod
    def _make_cosignatures(self) -> None:
        """Make the table of cosignatures with its guards."""
