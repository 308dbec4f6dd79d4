"""A bucket that is driven by the real library, with little patience."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from oneseek.adapters.objects.shared.address import SharedAddress

if TYPE_CHECKING:
    from oneseek.adapters.backups.storage_place import StorageBackups
    from storage_server.server import Running

Opening = Callable[[], "StorageBackups"]


@pytest.fixture
def opening(storage: "Running", tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Opening:
    """Give a function that opens gs://things/pre/fix as a new process would."""
    from oneseek.adapters.backups.patience import Patience
    from oneseek.adapters.backups.storage_opening import open_storage

    monkeypatch.setenv("STORAGE_EMULATOR_HOST", storage.url)
    patience = Patience(connect=0.5, answer=0.5, first=0.3, total=0.6)
    address = SharedAddress("gs://things/pre/fix")
    return lambda: open_storage(address, "demo", None, tmp_path / "uploads", patience)


@pytest.fixture
def place(opening: Opening) -> "StorageBackups":
    return opening()
