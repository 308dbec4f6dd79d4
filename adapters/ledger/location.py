"""Where a workspace has its ledger: in a file, or in a PostgreSQL database.

A URL names it: ``postgresql://…``, or ``sqlite:PATH``, where a relative PATH counts from the folder
of the workspace. Without one it is the file ``.oneseek/ledger.db``.
"""

import os
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from oneseek.domain.errors import InvalidInput, ServiceFailed

if TYPE_CHECKING:
    # For types alone: a read-only command starts faster without them.
    from oneseek.adapters.ledger.opened import OpenLedger
    from oneseek.adapters.ledger.postgres_address import Address
    from oneseek.adapters.ledger.sequencer import Guard, Seal
    from oneseek.adapters.ledger.sql_hold import Hold
    from oneseek.domain.ports import Leases

VARIABLE = "OQT_LEDGER_URL"
SQLITE = "sqlite:"
_SCHEMES = ("postgresql", "postgres")


class Location(Protocol):
    """A place for a ledger. ``url`` is what a settings file may say of it, without password.

    ``place`` says the same in messages, and also for the file that needs no setting.
    """

    @property
    def url(self) -> str | None: ...
    @property
    def place(self) -> str: ...
    def exists(self) -> bool: ...
    def create(self) -> None: ...
    def open(
        self, seal: "Seal", origin: str | None = None, guard: "Guard | None" = None
    ) -> "OpenLedger": ...
    def refold(self) -> int: ...
    def missing_guards(self) -> list[str]: ...
    def leases(self, local: "Leases") -> "Leases": ...


class Movable(Location, Protocol):
    """A place in a database, which a ledger can be moved from and to."""

    def same_as(self, other: Location) -> bool: ...
    def hold(self, origin: str | None = None) -> "AbstractContextManager[Hold]": ...
    def hold_for_repair(self) -> "AbstractContextManager[Hold]": ...


@dataclass(frozen=True, slots=True)
class SqliteLocation:
    """A file. ``name`` is its path as a URL has it; the default file needs no URL."""

    path: Path
    name: str
    default: bool

    @property
    def url(self) -> str | None:
        return None if self.default else self.place

    @property
    def place(self) -> str:
        return f"{SQLITE}{self.name}"

    def exists(self) -> bool:
        return self.path.exists()

    def create(self) -> None:
        from oneseek.adapters.ledger.sqlite_ledger import create_ledger

        create_ledger(self.path)

    def open(
        self, seal: "Seal", origin: str | None = None, guard: "Guard | None" = None
    ) -> "OpenLedger":
        from oneseek.adapters.ledger.sqlite_ledger import SqliteLedger

        return SqliteLedger(self.path, seal, guard=guard)

    def refold(self) -> int:
        from oneseek.adapters.ledger.sqlite_refold import refold

        return refold(self.path)

    def leases(self, local: "Leases") -> "Leases":
        return local  # a file is used by one machine

    def missing_guards(self) -> list[str]:
        from oneseek.adapters.ledger.sqlite_guards import missing
        from oneseek.adapters.ledger.sqlite_reader import open_read_only

        connection = open_read_only(self.path)
        try:
            return missing(connection.execute)
        finally:
            connection.close()

    def same_as(self, other: Location) -> bool:
        return isinstance(other, SqliteLocation) and self.path.resolve() == other.path.resolve()

    def hold(self, origin: str | None = None) -> "AbstractContextManager[Hold]":
        from oneseek.adapters.ledger.sqlite_hold import hold

        return hold(self.path)

    def hold_for_repair(self) -> "AbstractContextManager[Hold]":
        from oneseek.adapters.ledger.sqlite_hold import hold

        return hold(self.path, ())


@dataclass(frozen=True, slots=True)
class PostgresLocation:
    """A schema in a database."""

    address: "Address"

    @property
    def url(self) -> str:
        return self.address.public

    @property
    def place(self) -> str:
        return self.address.public

    def exists(self) -> bool:
        from oneseek.adapters.ledger.postgres_ledger import ledger_exists

        return ledger_exists(self.address)

    def create(self) -> None:
        from oneseek.adapters.ledger.postgres_ledger import create_ledger

        create_ledger(self.address)

    def open(
        self, seal: "Seal", origin: str | None = None, guard: "Guard | None" = None
    ) -> "OpenLedger":
        from oneseek.adapters.ledger.postgres_ledger import PostgresLedger

        return PostgresLedger(self.address, seal, origin=origin, guard=guard)

    def refold(self) -> int:
        from oneseek.adapters.ledger.postgres_refold import refold

        return refold(self.address)

    def leases(self, local: "Leases") -> "Leases":
        from oneseek.adapters.ledger.postgres_leases import PostgresLeases

        return PostgresLeases(self.address, local)

    def missing_guards(self) -> list[str]:
        from functools import partial

        from oneseek.adapters.ledger.postgres_driver import database_errors, run
        from oneseek.adapters.ledger.postgres_guards import missing
        from oneseek.adapters.ledger.postgres_reader import open_checked

        with database_errors(self.address), open_checked(self.address) as connection:
            return missing(partial(run, connection))

    def same_as(self, other: Location) -> bool:
        return self.place == other.place

    def hold(self, origin: str | None = None) -> "AbstractContextManager[Hold]":
        from oneseek.adapters.ledger.postgres_hold import hold

        return hold(self.address, origin)

    def hold_for_repair(self) -> "AbstractContextManager[Hold]":
        from oneseek.adapters.ledger.postgres_hold import hold

        return hold(self.address, tables=("head",))


def locate(
    path: Path, url: str | None, source: str = VARIABLE, root: Path | None = None
) -> SqliteLocation | PostgresLocation:
    """Return the place that ``url`` names, the file at ``path`` where there is none.

    A relative path in ``url`` counts from ``root``, the folder of the workspace.

    Raises:
        InvalidInput: it is not a URL of a database that we know; it is never repeated.
        ServiceFailed: the library for that database is not installed.
    """
    root = root or path.parent
    if not url:
        return _file(path, path, root)
    if url.startswith(SQLITE):
        return _file(_named_path(url.removeprefix(SQLITE), source, root), path, root)
    scheme, found, _ = url.partition("://")
    if not found or scheme not in _SCHEMES:
        raise InvalidInput(
            f"{source} does not begin with postgresql:// or sqlite:",
            hint="for example postgresql://user@host/database, or sqlite:.oneseek/ledger.db",
        )
    with postgres_libraries():
        from oneseek.adapters.ledger.postgres_address import parse_address
    return PostgresLocation(parse_address(url, source))


def _named_path(text: str, source: str, root: Path) -> Path:
    if text.startswith("//"):
        text = text[2:]
        if not text.startswith("/"):
            raise InvalidInput(
                f"{source} names a host, and a file has none",
                hint="write sqlite:/absolute/path.db, or sqlite:path/from/the/workspace.db",
            )
    if not text or text.endswith("/") or "\x00" in text:
        raise InvalidInput(f"{source} names no file", hint="for example sqlite:ledger.db")
    return root / text


def _file(path: Path, default: Path, root: Path) -> SqliteLocation:
    """Return the file as the settings would name it: from ``root`` where it is below."""
    plain, folder = Path(os.path.normpath(path)), Path(os.path.normpath(root))
    name = plain.relative_to(folder) if plain.is_relative_to(folder) else plain
    return SqliteLocation(plain, str(name), plain == Path(os.path.normpath(default)))


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
