"""Reading a PostgreSQL ledger with the driver alone."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from functools import partial
from typing import Any

import psycopg
from psycopg import errors, sql
from psycopg.pq import TransactionStatus

from oneseek.adapters.ledger.closing import Closed, read_closed
from oneseek.adapters.ledger.postgres_address import Address
from oneseek.adapters.ledger.postgres_driver import Rows, connect, database_errors, run
from oneseek.adapters.ledger.postgres_schema import (
    APPLICATION,
    FORMAT_VERSION,
    HAS_COSIGNATURES,
    TABLES,
)
from oneseek.adapters.ledger.postgres_state import PostgresReading
from oneseek.adapters.ledger.sql import lost_table
from oneseek.adapters.ledger.sql_reader import SqlReader, SqlView
from oneseek.domain.errors import Conflict, LedgerBroken, NotFound

HAS_CLOSED = "SELECT COUNT(*) FROM pg_catalog.pg_class WHERE oid = to_regclass('closed')"

POLL_SECONDS = 1.0
"""How often a follower looks for new entries though nobody told it of any."""


class PostgresReader(SqlReader):
    """Reads entries, hashes, checkpoints and state documents of the ledger at ``address``.

    ``origin`` is the log's name: a ledger of another name is refused.
    """

    _has_cosignatures = HAS_COSIGNATURES

    def __init__(self, address: Address, origin: str | None = None) -> None:
        super().__init__(address.public)
        self._address = address
        self._origin = origin
        self._connection: Rows | None = None

    def close(self) -> None:
        """Close the connection; the next read opens a new one."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def closed(self) -> Closed | None:
        with self._errors():
            return read_closed(self._run, HAS_CLOSED)

    @contextmanager
    def view(self) -> Iterator[SqlView]:
        with self._errors():
            # The moment is that of the first statement that reads: the view's head.
            self._run("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
            connection = self._open()
            try:
                yield SqlView(partial(run, connection), PostgresReading(connection))
            finally:
                if not connection.broken:
                    connection.execute("ROLLBACK")

    def follow(self, start: int, *, poll: float = POLL_SECONDS) -> Iterator[range]:
        """Yield the ranges of new entries from ``start`` on, for ever, whichever process wrote.

        Listening begins before the first look, so nothing falls in between; a notification only
        says that looking is worth while, and without one it looks now and then all the same.
        """
        self._open()  # refuses what is no ledger of ours
        with self._errors(), connect(self._address) as connection:
            connection.execute(sql.SQL("LISTEN {}").format(sql.Identifier(channel(self._address))))
            while True:
                size = _size(connection)
                if size > start:
                    yield range(start, size)
                    start = size
                    continue
                for _ in connection.notifies(timeout=poll, stop_after=1):
                    pass

    def _run(self, statement: str, values: Any = (), /) -> Iterable[Any]:
        connection = self._open()
        in_view = connection.info.transaction_status is not TransactionStatus.IDLE
        try:
            return run(connection, statement, values)
        except psycopg.OperationalError:
            # Lost while nobody used it, during a training of hours. What reads can be repeated;
            # not so in the middle of a view, whose moment is gone.
            if in_view or not connection.broken:
                raise
        return run(self._open(), statement, values)

    def _open(self) -> Rows:
        if self._connection is not None and self._connection.broken:
            self.close()
        if self._connection is None:
            self._connection = open_checked(self._address, self._origin)
        return self._connection

    def _errors(self) -> AbstractContextManager[None]:
        return database_errors(self._address)


def channel(address: Address) -> str:
    """Return the channel on which every commit of this ledger is told."""
    return f"{address.schema}_entries"


def _size(connection: Rows) -> int:
    """Return the size of the tree."""
    row = connection.execute("SELECT size FROM head").fetchone()
    if row is None:
        raise LedgerBroken("the ledger has lost its head row")
    return int(row[0])


def open_checked(
    address: Address, origin: str | None = None, tables: Sequence[str] = TABLES
) -> Rows:
    """Connect to the ledger at ``address``, where ``tables`` have to be.

    Raises:
        NotFound: there is no such schema, or nothing is in it.
        LedgerBroken: it is not a ledger, or was made by a newer version of OneSeek.
        Conflict: it is the ledger of another log.
        ServiceFailed: the server does not let us in.
    """
    connection = connect(address)
    try:
        with database_errors(address):
            _check_format(connection, address)
            _check_tables(connection, address, tables)
            _check_origin(connection, address, origin)
    except BaseException:
        connection.close()
        raise
    return connection


def is_empty(connection: Rows, schema: str) -> bool:
    """Return whether ``schema`` does not exist or holds nothing."""
    row = connection.execute(
        "SELECT EXISTS (SELECT 1 FROM pg_catalog.pg_class WHERE relnamespace = "
        "(SELECT oid FROM pg_catalog.pg_namespace WHERE nspname = %s))",
        (schema,),
    ).fetchone()
    return row is None or not row[0]


def _check_format(connection: Rows, address: Address) -> None:
    try:
        row = connection.execute(
            "SELECT version FROM format WHERE application = %s", (APPLICATION,)
        ).fetchone()
    except (errors.UndefinedTable, errors.UndefinedColumn, errors.InvalidSchemaName):
        if is_empty(connection, address.schema):
            raise NotFound(
                f"there is no ledger at {address.public}", hint="make one with: oneseek init"
            ) from None
        row = None
    if row is None:
        raise LedgerBroken(
            f"{address.public} is not a OneSeek ledger, or this user may not read it",
            hint="let the owner GRANT what docs/several-machines.md lists, or name another "
            "schema with ?schema=",
        )
    if row[0] > FORMAT_VERSION:
        raise LedgerBroken(
            f"{address.public} was made by a newer OneSeek (format {row[0]}, this one knows "
            f"{FORMAT_VERSION})",
            hint="update OneSeek; nothing was written",
        )


def _check_tables(connection: Rows, address: Address, tables: Sequence[str]) -> None:
    named = connection.execute(
        "SELECT relname FROM pg_catalog.pg_class WHERE relkind = 'r' AND relnamespace = "
        "(SELECT oid FROM pg_catalog.pg_namespace WHERE nspname = %s)",
        (address.schema,),
    )
    there = {name for (name,) in named}
    for table in tables:
        if table not in there:
            raise lost_table(address.public, table)


def _check_origin(connection: Rows, address: Address, origin: str | None) -> None:
    """Refuse the ledger of another log: its checkpoints would be signed under a wrong name."""
    if origin is None:
        return
    row = connection.execute("SELECT checkpoint FROM head").fetchone()
    if row is None or not row[0]:
        return
    found = bytes(row[0]).partition(b"\n")[0].decode(errors="replace")
    if found != origin:
        raise Conflict(
            f"{address.public} is the ledger of {found}, this workspace belongs to {origin}",
            hint="check OQT_LEDGER_URL and [ledger] url in oneseek.toml",
        )
