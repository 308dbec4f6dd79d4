"""A store and a vault in a folder of their own, and processes that die at a chosen disk call."""

import os
import signal
import sqlite3
import warnings
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from oneseek.adapters.objects.store import FileObjectStore
from oneseek.adapters.objects.vault import Vault
from oneseek.adapters.objects.vault_db import SqliteVault

DISK_CALLS = ("open", "write", "fchmod", "fsync", "replace", "mkdir", "unlink")

Action = Callable[[], object]


@pytest.fixture
def staging(tmp_path: Path) -> Path:
    return tmp_path / "staging"


@pytest.fixture
def store(tmp_path: Path, staging: Path) -> FileObjectStore:
    return FileObjectStore(tmp_path / "objects", staging)


@pytest.fixture
def db(tmp_path: Path) -> Path:
    return tmp_path / "vault.db"


@pytest.fixture
def vault(db: Path, store: FileObjectStore) -> Vault:
    return Vault(SqliteVault(db), store)


@pytest.fixture
def rows() -> Callable[[Path], dict[bytes, bytes | None]]:
    """Give the keys in a vault by object, None for a tombstone."""

    def _rows(db: Path) -> dict[bytes, bytes | None]:
        with closing(sqlite3.connect(db)) as connection:
            return dict(connection.execute("SELECT object, key FROM keys").fetchall())

    return _rows


@pytest.fixture
def names() -> Callable[[Path], list[str]]:
    """Give the sorted names in a folder."""
    return lambda folder: sorted(path.name for path in folder.iterdir())


@pytest.fixture
def start() -> Callable[[Action], int]:
    """Run an action in a process of its own and give its id; its exit status 0 means no error."""

    def _start(action: Action) -> int:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)  # about forking beside threads
            pid = os.fork()
        if pid == 0:
            status = 1
            try:
                action()
                status = 0
            finally:
                os._exit(status)
        return pid

    return _start


@pytest.fixture
def killed_at(start: Callable[[Action], int]) -> Callable[[Action, int], bool]:
    """Run an action in a process that is killed just before its disk call number ``at`` (from 0).

    False when the action ended before it made so many calls.
    """

    def _killed_at(action: Action, at: int) -> bool:
        def run() -> None:
            _kill_before(at)
            action()

        _, status = os.waitpid(start(run), 0)
        assert status in (0, signal.SIGKILL)
        return status == signal.SIGKILL

    return _killed_at


def _kill_before(at: int) -> None:
    left = at

    def watched(call: Callable[..., Any]) -> Callable[..., Any]:
        def _call(*args: Any, **kwargs: Any) -> Any:
            nonlocal left
            if left == 0:
                os.kill(os.getpid(), signal.SIGKILL)
            left -= 1
            return call(*args, **kwargs)

        return _call

    for name in DISK_CALLS:
        setattr(os, name, watched(getattr(os, name)))
