"""Leases among machines: an advisory lock of a PostgreSQL session, which ends with its connection.

The kernel closes the connection of a process that dies. Where a whole machine or its network goes,
nobody closes anything: TCP keepalives on both sides notice it within :data:`DEAD_SECONDS`.

A connection may also be lost under a living process, when the server is restarted. A thread looks
after it and takes the lease again. https://www.postgresql.org/docs/current/explicit-locking.html
"""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from threading import Event, Thread

import psycopg
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from oneseek.adapters.ledger.postgres_address import Address
from oneseek.adapters.ledger.postgres_driver import Rows, connect, database_errors
from oneseek.domain.errors import Conflict, OneSeekError
from oneseek.domain.ports import Leases

LOOK_SECONDS = 10.0
"""How often a holder looks whether its connection is still there."""

_IDLE, _INTERVAL, _COUNT = 30, 10, 3
DEAD_SECONDS = _IDLE + _INTERVAL * _COUNT
"""After so long without a sign of life a machine counts as gone."""

_KEEPALIVES = {
    "keepalives": "1",
    "keepalives_idle": str(_IDLE),
    "keepalives_interval": str(_INTERVAL),
    "keepalives_count": str(_COUNT),
    "tcp_user_timeout": str(DEAD_SECONDS * 1000),
}
_SESSION = (
    # The server's side: it is the server that must notice that a holder is gone.
    f"SET tcp_keepalives_idle = {_IDLE}",
    f"SET tcp_keepalives_interval = {_INTERVAL}",
    f"SET tcp_keepalives_count = {_COUNT}",
    # Whoever asks holds the lock for a moment: that is waited for, a real holder is not.
    "SET lock_timeout = '5s'",
    "SELECT set_config(name, '0', false) FROM pg_settings WHERE name = 'idle_session_timeout'",
)


class PostgresLeases:
    """Leases among all processes that use the ledger at ``address``, on whatever machine.

    Those of one machine see each other's ``local`` leases too: they need no connection.
    """

    def __init__(self, address: Address, local: Leases) -> None:
        self._address = address
        self._local = local

    @contextmanager
    def hold(self, name: str) -> Iterator[None]:
        with self._local.hold(name):
            keeper = _Keeper(self._address, _number(self._address, name))
            try:
                yield
            finally:
                keeper.stop()

    def held(self, name: str) -> bool:
        if self._local.held(name):
            return True
        number = _number(self._address, name)
        with database_errors(self._address), connect(self._address) as connection:
            # Shared, and only for this statement: several may ask at the same time.
            row = connection.execute(
                "SELECT pg_try_advisory_xact_lock_shared(%s)", (number,)
            ).fetchone()
        return row is None or not row[0]


class _Keeper:
    """Holds one advisory lock until :meth:`stop`, across lost connections."""

    def __init__(self, address: Address, number: int) -> None:
        given = {k: v for k, v in conninfo_to_dict(address.conninfo).items() if v is not None}
        self._address = replace(address, conninfo=make_conninfo("", **{**_KEEPALIVES, **given}))
        self._number = number
        self._connection: Rows | None = self._take()
        self._stopped = Event()
        self._thread = Thread(target=self._look_after, name="lease", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Let the lease go."""
        self._stopped.set()
        self._thread.join()
        if self._connection is not None:
            with suppress(psycopg.Error):
                # A server notices a closed connection a moment later only.
                self._connection.execute("SELECT pg_advisory_unlock_all()")
            self._connection.close()

    def _look_after(self) -> None:
        while not self._stopped.wait(LOOK_SECONDS):
            try:
                if self._connection is None:
                    self._connection = self._take()
                self._connection.execute("SELECT 1")
            except psycopg.Error:
                assert self._connection is not None
                self._connection.close()
                self._connection = None
            except OneSeekError:
                pass  # not reachable now, or the lost session still holds it: looked at again

    def _take(self) -> Rows:
        connection = connect(self._address)
        try:
            with database_errors(self._address):
                for statement in _SESSION:
                    connection.execute(statement.encode())
                try:
                    connection.execute("SELECT pg_advisory_lock(%s)", (self._number,))
                except psycopg.errors.LockNotAvailable:
                    raise Conflict("another process holds this lease") from None
        except BaseException:
            with suppress(psycopg.Error):
                connection.close()
            raise
        return connection


def _number(address: Address, name: str) -> int:
    """Return the lock's number: the locks of one database are shared by all of its schemas."""
    digest = hashlib.sha256(f"{address.schema}\n{name}".encode()).digest()
    return int.from_bytes(digest[:8], "big", signed=True)
