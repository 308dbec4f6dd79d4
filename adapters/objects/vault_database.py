"""What the vault needs of a database: rows that can really be destroyed."""

from collections.abc import Sequence
from contextlib import AbstractContextManager
from typing import Any, Protocol


class Cursor(Protocol):
    """What a statement gave."""

    @property
    def rowcount(self) -> int: ...
    def fetchone(self) -> tuple[Any, ...] | None: ...
    def fetchall(self) -> list[tuple[Any, ...]]: ...


class Run(Protocol):
    """Executes a statement whose values stand as ``?``."""

    def __call__(self, statement: str, values: Sequence[Any] = (), /) -> Cursor: ...


class VaultDatabase(Protocol):
    """A database with a table of keys and one of salts, which the first write makes."""

    keys: str
    """The table of keys: ``object`` (digest), ``key`` (32 bytes; NULL is an erased text)."""

    salts: str
    """The table of salts: ``dataset`` (digest), ``salts`` (32 bytes for each row)."""

    abandoned: str
    """The condition under which a key that no entry names was left by a process that died."""

    @property
    def name(self) -> str:
        """Where it is, for messages."""
        ...

    def prepare(self) -> None:
        """Make the tables where others are to be granted their use; elsewhere do nothing."""
        ...

    def writing(self) -> AbstractContextManager[Run]:
        """Give a write transaction: committed at the end, rolled back on an error."""
        ...

    def reading(self) -> AbstractContextManager[Run | None]:
        """Give something to read with, None where nothing was ever kept."""
        ...

    def scrub(self) -> None:
        """Overwrite or give back what committed changes have freed."""
        ...

    def is_readable(self) -> bool:
        """Say whether there is a vault that this user may read."""
        ...
