"""The vault beside a ledger in PostgreSQL: every machine seals and erases in the same two tables.

They lie in the ledger's schema and are none of the ledger's tables: keys must be destroyed, entries
never. An UPDATE or DELETE of PostgreSQL leaves the old row in its page, so an erasure is followed
by a VACUUM FULL, which writes the small table anew. Beyond this program are what the server keeps
elsewhere: the write-ahead log and its archive, replicas, dumps, and a row that a transaction which
began before the erasure may still look at (the next erasure writes the table anew again).
https://www.postgresql.org/docs/current/sql-vacuum.html
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from oneseek.adapters.ledger.postgres_address import Address
from oneseek.adapters.ledger.postgres_driver import (
    LOCK_SECONDS,
    Rows,
    connect,
    database_errors,
    for_writing,
)
from oneseek.adapters.objects.vault_database import Cursor, Run
from oneseek.domain.errors import Conflict, ServiceFailed

_TABLES = (
    # A row without a key is the tombstone of an erased text.
    "CREATE TABLE IF NOT EXISTS vault_keys (object BYTEA PRIMARY KEY, key BYTEA, "
    "sealed TIMESTAMPTZ NOT NULL DEFAULT now())",
    "CREATE TABLE IF NOT EXISTS vault_salts (dataset BYTEA PRIMARY KEY, salts BYTEA NOT NULL)",
)
_MAKING = 0x4F515456  # the advisory lock under which the tables are made


class PostgresVault:
    """The vault in the database at ``address``."""

    keys = "vault_keys"
    salts = "vault_salts"
    # By the server's clock, the same for all machines. Sealing and appending are a moment apart; a
    # week is for the machine that was put to sleep in between.
    abandoned = "sealed < now() - interval '7 days'"

    def __init__(self, address: Address) -> None:
        self._address = address

    @property
    def name(self) -> str:
        return self._address.public

    def prepare(self) -> None:
        with self.writing():
            pass

    @contextmanager
    def writing(self) -> Iterator[Run]:
        with self._connected() as connection:
            for_writing(connection, LOCK_SECONDS)
            with connection.transaction():
                _make_tables(connection)
                yield _run(connection)

    @contextmanager
    def reading(self) -> Iterator[Run | None]:
        with self._connected() as connection:
            yield _run(connection) if _are_there(connection) else None

    def scrub(self) -> None:
        """Write the table of keys anew, without the rows that were erased.

        Raises:
            Conflict: another machine uses the table for 30 seconds.
            ServiceFailed: the user does not own it. In both cases nobody can read the texts.
        """
        try:
            with self._connected() as connection:
                for_writing(connection, LOCK_SECONDS)
                before = _file_of(connection, self.keys)
                connection.execute(f"VACUUM (FULL) {self.keys}".encode())
                # Without the right to do it, VACUUM says so in a warning that nobody sees.
                if _file_of(connection, self.keys) == before:
                    raise ServiceFailed(
                        f"erased, but this user may not write the table of keys in {self.name} "
                        "anew, and its page still holds them",
                        hint="repeat the command on the machine whose user owns the table",
                    )
        except Conflict:
            raise Conflict(
                f"erased, but the table of keys in {self.name} is in use and still holds the page",
                hint="repeat the command later: it writes the table anew",
            ) from None

    def is_readable(self) -> bool:
        query = (
            "SELECT has_table_privilege(k, 'SELECT') AND has_table_privilege(s, 'SELECT') "
            "FROM (SELECT to_regclass('vault_keys') AS k, to_regclass('vault_salts') AS s) AS t "
            "WHERE k IS NOT NULL AND s IS NOT NULL"
        )
        with self._connected() as connection:
            return bool(connection.execute(query.encode()).fetchone() == (True,))

    @contextmanager
    def _connected(self) -> Iterator[Rows]:
        with database_errors(self._address), connect(self._address) as connection:
            yield connection


def _run(connection: Rows) -> Run:
    def run(statement: str, values: Sequence[Any] = (), /) -> Cursor:
        return connection.execute(statement.replace("?", "%s").encode(), values or None)

    return run


def _file_of(connection: Rows, table: str) -> object:
    return connection.execute("SELECT pg_relation_filenode(%s)", (table,)).fetchone()


def _are_there(connection: Rows) -> bool:
    query = (
        "SELECT to_regclass('vault_keys') IS NOT NULL AND to_regclass('vault_salts') IS NOT NULL"
    )
    return bool(connection.execute(query.encode()).fetchone() == (True,))


def _make_tables(connection: Rows) -> None:
    """Make the tables in the transaction of the first write; two machines may be first at once."""
    if _are_there(connection):
        return
    connection.execute("SELECT pg_advisory_xact_lock(%s)", (_MAKING,))
    # Asking again would be answered from this session's cache of the catalogue, which says "no"
    # even after another machine has made them; making them looks anew.
    for statement in _TABLES:
        connection.execute(statement.encode())
