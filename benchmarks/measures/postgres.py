"""PostgreSQL: group appends, and a reader that follows three writers, both sides on one server.

The server is the one of the tests with every commit durable, or that of ``OQT_TEST_POSTGRES_URL``.
"""

import os
import secrets
from collections.abc import Callable
from pathlib import Path
from urllib.parse import unquote, urlsplit
from uuid import UUID

import psycopg
from eventsourcing.application import Application

from measures import fixtures, stock
from oneseek.adapters.keys.ed25519 import Ed25519Sealer, create_key
from oneseek.adapters.ledger.location import locate
from oneseek.adapters.ledger.opened import OpenLedger

VARIABLE = "ONESEEK_BENCH_POSTGRES"


def ours(folder: Path, size: int) -> Callable[[], dict[str, float]]:
    """Append ``size`` events in groups with all their evidence."""
    url, key = new_ledger(folder)
    ledger = open_ledger(url, key)
    ledger.head()

    def job() -> dict[str, float]:
        fixtures.append(ledger, 0, size)
        ledger.close()
        return {}

    return job


def yardstick(_: Path, size: int) -> Callable[[], dict[str, float]]:
    """Save the same events with the stock application."""
    application = stock_application(new_schema())

    def job() -> dict[str, float]:
        stock.append(application, size)
        application.close()
        return {}

    return job


def new_ledger(folder: Path) -> tuple[str, Path]:
    """Make an empty ledger; return its URL and its key."""
    key = folder / "own" / f"{secrets.token_hex(8)}.pem"
    create_key(key, fixtures.ORIGIN)
    url = f"{server_url()}?schema=ours_{secrets.token_hex(8)}"
    locate(folder, url).create()
    return url, key


def open_ledger(url: str, key: Path) -> OpenLedger:
    """Open the ledger at ``url``."""
    return locate(key, url).open(Ed25519Sealer(fixtures.ORIGIN, key), fixtures.ORIGIN)


def new_schema() -> str:
    """Make an empty schema for the stock application."""
    schema = f"stock_{secrets.token_hex(8)}"
    with psycopg.connect(server_url(), autocommit=True) as connection:
        connection.execute(f"CREATE SCHEMA {schema}".encode())
    return schema


def stock_application(schema: str, **more: str) -> Application[UUID]:
    """Return the library's PostgreSQL application as its documentation sets it up.

    ``more`` are further settings of the library.
    """
    parts = urlsplit(server_url())
    return Application(
        env={
            "PERSISTENCE_MODULE": "eventsourcing.postgres",
            "POSTGRES_DBNAME": parts.path.lstrip("/"),
            "POSTGRES_HOST": parts.hostname or "",
            "POSTGRES_PORT": str(parts.port or 5432),
            "POSTGRES_USER": unquote(parts.username or ""),
            "POSTGRES_PASSWORD": unquote(parts.password or ""),
            "POSTGRES_SCHEMA": schema,
            **more,
        }
    )


def server_url() -> str:
    """Return the URL of the database that the run has started."""
    return os.environ[VARIABLE]
