"""Where a workspace has its ledger: in a file of its own, or in a PostgreSQL database."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from oneseek.domain.errors import InvalidInput, ServiceFailed

if TYPE_CHECKING:
    # For types alone: a read-only command starts faster without them.
    from oneseek.adapters.ledger.opened import OpenLedger
    from oneseek.adapters.ledger.postgres_address import Address
    from oneseek.adapters.ledger.sequencer import Seal

VARIABLE = "OQT_LEDGER_URL"
_SCHEMES = ("postgresql", "postgres")


class Location(Protocol):
    """A place for a ledger. ``url`` is what a settings file may say of it, without password."""

    @property
    def url(self) -> str | None: ...
    def exists(self) -> bool: ...
    def create(self) -> None: ...
    def open(self, seal: "Seal", origin: str | None = None) -> "OpenLedger": ...
    def refold(self) -> int: ...


@dataclass(frozen=True, slots=True)
class SqliteLocation:
    """A file, which is the default."""

    path: Path
    url: None = None

    def exists(self) -> bool:
        return self.path.exists()

    def create(self) -> None:
        from oneseek.adapters.ledger.sqlite_ledger import create_ledger

        create_ledger(self.path)

    def open(self, seal: "Seal", origin: str | None = None) -> "OpenLedger":
        from oneseek.adapters.ledger.sqlite_ledger import SqliteLedger

        return SqliteLedger(self.path, seal)

    def refold(self) -> int:
        from oneseek.adapters.ledger.sqlite_refold import refold

        return refold(self.path)


@dataclass(frozen=True, slots=True)
class PostgresLocation:
    """A schema in a database."""

    address: "Address"

    @property
    def url(self) -> str:
        return self.address.public

    def exists(self) -> bool:
        from oneseek.adapters.ledger.postgres_ledger import ledger_exists

        return ledger_exists(self.address)

    def create(self) -> None:
        from oneseek.adapters.ledger.postgres_ledger import create_ledger

        create_ledger(self.address)

    def open(self, seal: "Seal", origin: str | None = None) -> "OpenLedger":
        from oneseek.adapters.ledger.postgres_ledger import PostgresLedger

        return PostgresLedger(self.address, seal, origin=origin)

    def refold(self) -> int:
        from oneseek.adapters.ledger.postgres_refold import refold

        return refold(self.address)


def locate(path: Path, url: str | None, source: str = VARIABLE) -> Location:
    """Return the place that ``url`` names, the file at ``path`` where there is none.

    Raises:
        InvalidInput: it is not a URL of a database that we know; it is never repeated.
        ServiceFailed: the library for that database is not installed.
    """
    if not url:
        return SqliteLocation(path)
    scheme, found, _ = url.partition("://")
    if not found or scheme not in _SCHEMES:
        raise InvalidInput(
            f"{source} does not begin with postgresql://",
            hint=f"for example postgresql://user:password@host/database; or unset {source}",
        )
    with postgres_libraries():
        from oneseek.adapters.ledger.postgres_address import parse_address
    return PostgresLocation(parse_address(url, source))


@contextmanager
def postgres_libraries() -> Iterator[None]:
    """Import psycopg and its company in this block.

    Raises:
        ServiceFailed: they are not installed, or the C library below them is not.
    """
    try:
        yield
    except ImportError as error:
        name = error.name or "libpq"
        raise ServiceFailed(
            f"a ledger in PostgreSQL needs the library {name}, which is not installed",
            hint='install it with: pip install "oneseek-provenance[postgres]"',
        ) from None
