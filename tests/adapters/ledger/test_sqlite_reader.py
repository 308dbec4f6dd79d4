"""Reading where nothing may be written: every entry, never an older ledger."""

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

import builders as make
from builders import ORIGIN
from oneseek.adapters.keys.ed25519 import Ed25519Sealer
from oneseek.adapters.ledger import sqlite_reader
from oneseek.adapters.ledger.location import locate
from workbench import Workbench


def size_in(folder: Path, key: Path) -> int:
    ledger = locate(folder / "ledger.db", None).open(Ed25519Sealer(ORIGIN, key), ORIGIN)
    try:
        return ledger.head().size
    finally:
        ledger.close()


@pytest.fixture
def copied(bench: Workbench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of a ledger that its writer still has open, in a folder that counts as unwritable."""
    bench.append(make.repaired())
    target = tmp_path / "copy"
    target.mkdir()
    for path in bench.folder.glob("ledger.db*"):
        shutil.copy(path, target)
    assert (target / "ledger.db-wal").stat().st_size > 0
    monkeypatch.setattr(sqlite_reader.os, "access", lambda *_: False)
    return target


def test_the_newest_entries_of_a_live_ledger_are_read(copied: Path, bench: Workbench) -> None:
    assert size_in(copied, bench.folder / "key.pem") == 3


def test_a_ledger_without_a_log_is_read_as_it_is(copied: Path, bench: Workbench) -> None:
    with closing(sqlite3.connect(copied / "ledger.db")) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    assert not (copied / "ledger.db-wal").exists()
    assert size_in(copied, bench.folder / "key.pem") == 3
