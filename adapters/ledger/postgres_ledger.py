"""The PostgreSQL ledger: the reader, and an ``append`` that loads the library only when used."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import psycopg
from psycopg import errors, sql

from oneseek.adapters.ledger.location import postgres_libraries
from oneseek.adapters.ledger.postgres_address import Address
from oneseek.adapters.ledger.postgres_driver import (
    LOCK_SECONDS,
    connect,
    database_errors,
    explain,
    for_writing,
    reason,
)
from oneseek.adapters.ledger.postgres_reader import PostgresReader, is_empty, open_checked
from oneseek.adapters.ledger.postgres_schema import ledger_statements
from oneseek.adapters.ledger.refusing import refusal
from oneseek.adapters.ledger.rows import HeadRow
from oneseek.adapters.ledger.sequencer import Guard, Seal
from oneseek.domain.entry import Entry
from oneseek.domain.errors import (
    Conflict,
    InvalidInput,
    LedgerBroken,
    NotFound,
    OneSeekError,
    ServiceFailed,
)
from oneseek.domain.many import Group
from oneseek.domain.registry import REGISTRY, Registry
from oneseek.domain.stored import Receipt, StoredCosignature

if TYPE_CHECKING:
    from oneseek.adapters.ledger.postgres_recorder import LedgerRecorder


class PostgresLedger(PostgresReader):
    """The ledger in the database at ``address``; ``seal`` signs every new tree head.

    ``guard`` is asked before each signature whether this process may make it.
    """

    def __init__(
        self,
        address: Address,
        seal: Seal,
        registry: Registry = REGISTRY,
        *,
        origin: str | None = None,
        guard: Guard | None = None,
    ) -> None:
        super().__init__(address, origin)
        self._seal = seal
        self._guard = guard
        self._registry = registry
        self._recorder: LedgerRecorder | None = None

    def close(self) -> None:
        super().close()
        if self._recorder is not None:
            self._recorder.datastore.close()
            self._recorder = None

    def append(self, entries: Group[Entry], expect: Mapping[str, int]) -> Receipt:
        """Append ``entries`` as one group; see :class:`oneseek.domain.ports.Ledger`."""
        from eventsourcing import persistence

        from oneseek.adapters.ledger import recording

        self._open()  # refuses what is no ledger of ours before anything is written
        heads: list[HeadRow] = []
        try:
            recording.store(self._writer(), self._registry, entries, expect, heads)
        except LedgerBroken as error:
            # A ledger that is still arriving may end between two checkpoints.
            closed = self.closed()
            raise (closed.error() if closed else error) from None
        except persistence.IntegrityError as error:
            text = reason(error, self._address)
            raise refusal(self._run, self.closed(), self._place, text) from error
        except persistence.PersistenceError as error:
            if not (heads and self._was_committed(error, heads[-1])):
                raise explain(error.__cause__ or error, self._address) from error
        if not heads:
            return recording.empty_receipt(self.head())
        return recording.receipt(heads[-1], len(entries))

    def attach(self, cosignatures: Sequence[StoredCosignature]) -> int:
        """Keep ``cosignatures`` durably; see :class:`oneseek.domain.ports.Ledger`."""
        from oneseek.adapters.ledger.postgres_hold import hold

        with hold(self._address, self._origin) as held:
            if (closed := held.closed()) is not None:
                raise closed.error()
            return held.attach(cosignatures)

    def _writer(self) -> "LedgerRecorder":
        with postgres_libraries():
            from oneseek.adapters.ledger.postgres_recorder import LedgerDatastore, LedgerRecorder

        if self._recorder is None:
            datastore = LedgerDatastore(self._address)
            self._recorder = LedgerRecorder(datastore, self._seal, self._guard)
        return self._recorder

    def _was_committed(self, error: Exception, head: HeadRow) -> bool:
        """Return whether an append took place whose answer was lost with the connection.

        The head row is locked for it, so an append that the server still works on is waited for.
        """
        if not isinstance(error.__cause__, psycopg.OperationalError):
            return False
        try:
            with database_errors(self._address), open_checked(self._address) as connection:
                for_writing(connection, LOCK_SECONDS)
                connection.execute("SELECT id FROM head FOR UPDATE")
                found = connection.execute(
                    "SELECT note FROM checkpoints WHERE size = %s", (head.frontier.size,)
                ).fetchone()
        except OneSeekError:
            raise ServiceFailed(
                f"the connection to {self._place} was lost while it was recording",
                hint="whether it was recorded is seen with: oneseek log",
            ) from error
        return found is not None and bytes(found[0]) == head.checkpoint


def create_ledger(address: Address) -> None:
    """Make an empty ledger at ``address``, complete or not at all.

    Raises:
        Conflict: the schema exists and holds something.
        InvalidInput: the database does not keep its text as UTF-8.
        ServiceFailed: it cannot be made there.
    """
    schema = sql.Identifier(address.schema)
    with database_errors(address), connect(address) as connection:
        for_writing(connection, LOCK_SECONDS)
        if connection.info.parameter_status("server_encoding") != "UTF8":
            raise InvalidInput(
                f"the database of {address.public} does not keep text as UTF-8",
                hint="make one that does: createdb --encoding UTF8 --template template0 NAME",
            )
        try:
            with connection.transaction():
                if not is_empty(connection, address.schema):
                    raise Conflict(f"{address.public} exists already")
                # A schema that stands ready and empty needs no right to make one.
                row = connection.execute(
                    "SELECT 1 FROM pg_catalog.pg_namespace WHERE nspname = %s", (address.schema,)
                ).fetchone()
                if row is None:
                    connection.execute(sql.SQL("CREATE SCHEMA {}").format(schema))
                for statement in ledger_statements():
                    connection.execute(statement.encode())
        except (errors.DuplicateSchema, errors.DuplicateTable, errors.UniqueViolation):
            raise Conflict(f"{address.public} exists already") from None


def ledger_exists(address: Address) -> bool:
    """Return whether there is a ledger at ``address``; anything else there is an error."""
    try:
        open_checked(address).close()
    except NotFound:
        return False
    return True
