"""The PostgreSQL driver: connections, statements with ``?``, and its errors as ours."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import psycopg
from psycopg import errors, sql
from psycopg.rows import tuple_row

from oneseek.adapters.ledger.postgres_address import Address
from oneseek.domain.errors import Conflict, InvalidInput, LedgerBroken, OneSeekError, ServiceFailed

LOCK_SECONDS = 30.0
"""How long a writer waits for another one before it gives up."""

_IDLE_SECONDS = 60

Rows = psycopg.Connection[tuple[Any, ...]]


def connect(address: Address) -> Rows:
    """Open a connection whose statements find the tables of the ledger at ``address``.

    Raises:
        ServiceFailed: there is no server, or it does not let us in.
    """
    try:
        connection = psycopg.connect(address.conninfo, autocommit=True, row_factory=tuple_row)
    except psycopg.OperationalError as error:
        raise ServiceFailed(
            f"{address.public} cannot be reached: {reason(error, address)}",
            hint="check server, user and password (PGPASSWORD, ~/.pgpass)",
        ) from None
    try:
        connection.execute(in_schema(address))
    except BaseException:
        connection.close()
        raise
    return connection


def in_schema(address: Address) -> sql.Composed:
    """Return the statement after which names without schema are those of the ledger."""
    return sql.SQL("SET search_path TO {}").format(sql.Identifier(address.schema))


def for_writing(connection: psycopg.Connection[Any], lock_seconds: float) -> None:
    """Overrule what a role or a database may have set: a writer sees what it waited for.

    What it was acknowledged survives a power cut (stricter settings stay), and a writer that falls
    silent loses the head to the next one.
    """
    for statement in (
        "SET SESSION CHARACTERISTICS AS TRANSACTION ISOLATION LEVEL READ COMMITTED, READ WRITE",
        f"SET lock_timeout = {int(lock_seconds * 1000)}",
        f"SET idle_in_transaction_session_timeout = '{_IDLE_SECONDS}s'",
        "SELECT set_config('synchronous_commit', 'on', false) "
        "WHERE current_setting('synchronous_commit') = 'off'",
    ):
        connection.execute(statement.encode())


def run(connection: psycopg.Connection[Any], statement: str, values: Any = ()) -> Iterable[Any]:
    """Execute a statement whose values stand as ``?``; see :class:`oneseek.adapters.ledger.sql`."""
    cursor = connection.cursor(row_factory=tuple_row)
    cursor.execute(statement.replace("?", "%s").encode(), values or None)
    return cursor if cursor.description else ()


def run_many(
    connection: psycopg.Connection[Any], statement: str, rows: Sequence[Sequence[Any]]
) -> None:
    """Execute a statement for every row, without waiting for each answer."""
    with connection.cursor() as cursor:
        cursor.executemany(statement.replace("?", "%s").encode(), rows)


@contextmanager
def database_errors(address: Address) -> Iterator[None]:
    """Turn the driver's errors into ours."""
    try:
        yield
    except psycopg.Error as error:
        raise explain(error, address) from error


def explain(error: BaseException, address: Address) -> OneSeekError:
    """Return what an error of the driver means to whoever must act."""
    text, place = reason(error, address), address.public
    match error:
        case errors.LockNotAvailable():
            return Conflict(
                f"another process holds the ledger {place}",
                hint="wait until it has finished, then repeat",
            )
        case errors.IntegrityError():
            return Conflict(f"the ledger refused to write: {text}", hint="look again and repeat")
        case errors.DataError():
            return InvalidInput(f"{place} cannot store this: {text}")
        case errors.UndefinedTable() | errors.UndefinedColumn():
            return LedgerBroken(
                f"{place} is not a whole OneSeek ledger: {text}",
                hint="restore it from a backup; nothing was written",
            )
        case errors.DataCorrupted() | errors.IndexCorrupted():
            return LedgerBroken(
                f"{place} is damaged: {text}",
                hint="restore it from a backup; nothing was written",
            )
    return ServiceFailed(f"{place} failed: {text}", hint="mend it and repeat")


def reason(error: BaseException, address: Address) -> str:
    """Return the driver's words in one line, without the password."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    text = next((line for line in lines if "failed:" in line), lines[0] if lines else "no reason")
    text = text.rpartition("failed: ")[2].removeprefix("FATAL:  ").removeprefix("FATAL: ")
    return text.replace(address.password, "…") if address.password else text
