"""Holding a PostgreSQL ledger: its head row locked by one transaction, as long as a block lasts."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from oneseek.adapters.ledger import closing, postgres_guards
from oneseek.adapters.ledger.closing import Closed
from oneseek.adapters.ledger.postgres_address import Address
from oneseek.adapters.ledger.postgres_driver import (
    LOCK_SECONDS,
    Rows,
    database_errors,
    for_writing,
    run,
)
from oneseek.adapters.ledger.postgres_reader import HAS_CLOSED, channel, open_checked
from oneseek.adapters.ledger.postgres_schema import (
    HAS_COSIGNATURES,
    RIGHTS,
    TABLES,
    cosignature_statements,
    ledger_statements,
)
from oneseek.adapters.ledger.postgres_state import PostgresState
from oneseek.adapters.ledger.postgres_transaction import PostgresTransaction
from oneseek.adapters.ledger.sql_hold import SqlHold

_FUNCTION = """CREATE OR REPLACE FUNCTION refuse_closed() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE reason TEXT;
    BEGIN
        EXECUTE format('SELECT how || '' '' || place FROM %I.closed', TG_TABLE_SCHEMA) INTO reason;
        IF reason IS NOT NULL THEN
            RAISE EXCEPTION 'this ledger is closed: %', reason USING ERRCODE = 'restrict_violation';
        END IF;
        RETURN NEW;
    END $$"""
_TRIGGER = (
    "DROP TRIGGER IF EXISTS head_closed ON head",
    "CREATE TRIGGER head_closed BEFORE UPDATE ON head FOR EACH ROW "
    "EXECUTE FUNCTION refuse_closed()",
    "ALTER TABLE head ENABLE ALWAYS TRIGGER head_closed",
)
_SILENT_MINUTES = 60
"""How long a holder may leave the connection alone, while it works on the other ledger."""


class PostgresHold(SqlHold):
    """Everything runs on the one connection that has locked the head."""

    _has_cosignatures = HAS_COSIGNATURES

    def __init__(self, connection: Rows, address: Address) -> None:
        def execute(statement: str, values: Any = (), /) -> list[Any]:
            # Told as this database's error here: around it, the block may use another ledger.
            with database_errors(address):
                return list(run(connection, statement, values))

        super().__init__(
            execute,
            lambda: PostgresTransaction(connection, channel(address)),
            lambda: PostgresState(connection),
        )

    def complete(self) -> None:
        """Make the tables that are gone, empty; the head is what is held, so it is there."""
        for statement in ledger_statements():
            if statement.startswith("CREATE TABLE"):
                self.run(statement.replace("CREATE TABLE", "CREATE TABLE IF NOT EXISTS", 1))

    def reindex(self) -> None:
        """Nothing is to be done: here the tables themselves have the index."""

    def unguard(self) -> None:
        postgres_guards.drop(self.run)

    def guard(self) -> None:
        postgres_guards.mend(self.run)

    def begin(self) -> None:
        self.run("BEGIN")
        self.run("SELECT id FROM head FOR UPDATE")

    def commit(self) -> None:
        """Make everything so far durable, and hold on."""
        self.run("COMMIT")
        self.begin()

    def closed(self) -> Closed | None:
        return closing.read_closed(self.run, HAS_CLOSED)

    def close(self, closed: Closed) -> None:
        for statement in (closing.TABLE, _FUNCTION, *_TRIGGER):
            self.run(statement)
        closing.write_closed(self.run, closed)

    def reopen(self) -> None:
        if self.closed() is not None:
            closing.write_closed(self.run, None)

    def _make_cosignatures(self) -> None:
        for statement in cosignature_statements():
            self.run(statement)
        for right, user in self.run(RIGHTS):
            self.run(f"GRANT {right} ON cosignatures TO {user}")


@contextmanager
def hold(
    address: Address, origin: str | None = None, tables: Sequence[str] = TABLES
) -> Iterator[PostgresHold]:
    """Hold the ledger at ``address``; what the block did is durable at its end, or undone.

    ``tables`` have to be there.

    Raises:
        NotFound: there is none.
        Conflict: another process holds it, or it belongs to another log.
    """
    with database_errors(address), open_checked(address, origin, tables) as connection:
        for_writing(connection, LOCK_SECONDS)
        connection.execute(f"SET idle_in_transaction_session_timeout = '{_SILENT_MINUTES}min'")
        held = PostgresHold(connection, address)
        held.begin()
        try:
            yield held
            connection.execute("COMMIT")
        except BaseException:
            if not connection.broken:
                connection.execute("ROLLBACK")
            raise
