import os
import random
import sqlite3
import stat
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing, suppress
from pathlib import Path

import pytest

from oneseek.adapters.objects.store import FileObjectStore
from oneseek.adapters.objects.vault import Vault
from oneseek.adapters.objects.vault_db import SqliteVault
from oneseek.domain.digest import sha256
from oneseek.domain.errors import Conflict, ServiceFailed

TEXT = "Var bor du? På Storgatan 4.".encode()
UNKNOWN = sha256(b"unknown")

Rows = Callable[[Path], dict[bytes, bytes | None]]


def test_only_the_owner_may_read_the_vault_whatever_the_umask(vault: Vault, db: Path) -> None:
    before = os.umask(0)
    try:
        vault.seal(TEXT)
    finally:
        os.umask(before)
    assert stat.S_IMODE(db.stat().st_mode) == 0o600


def test_no_bytes_of_a_destroyed_key_stay_in_the_file(vault: Vault, db: Path, rows: Rows) -> None:
    source = random.Random(7)  # enough keys, in a random order, that pages are split and merged
    keys = {source.randbytes(32): source.randbytes(32) for _ in range(3000)}
    vault.put_salts(UNKNOWN, bytes(32 * 1000))
    waiting = list(keys.items())
    while waiting:
        batch, waiting = waiting[:100], waiting[100:]
        with SqliteVault(db).writing() as run:
            for row in batch:
                run("INSERT INTO keys (object, key) VALUES (?, ?)", row)
    raw = db.read_bytes()
    assert all(raw.count(key) == 1 for key in keys.values())

    objects = sorted(keys, key=lambda name: keys[name])
    erased, swept, kept = objects[:1000], objects[1000:2000], objects[2000:]
    assert vault.erase(name.hex() for name in erased) == 1000
    assert vault.sweep({name.hex() for name in kept}) == 1000
    raw = db.read_bytes()
    assert not any(keys[name][:8] in raw for name in erased + swept)
    assert all(raw.count(keys[name]) == 1 for name in kept)
    assert rows(db) == dict.fromkeys(erased) | {name: keys[name] for name in kept}


def test_no_journal_stays_behind(
    vault: Vault, tmp_path: Path, names: Callable[[Path], list[str]]
) -> None:
    vault.erase([vault.seal(TEXT)])
    assert names(tmp_path) == ["objects", "staging", "vault.db"]


def test_a_row_is_as_long_for_a_long_text_as_for_a_short_one(
    vault: Vault, db: Path, rows: Rows
) -> None:
    for text in (b"", b"x", bytes(100_000)):
        vault.seal(text)
    assert {(len(name), len(key or b"")) for name, key in rows(db).items()} == {(32, 32)}
    assert db.stat().st_size < 100_000


@pytest.mark.parametrize("method", ["seal", "unseal", "erase", "sweep", "salts", "put_salts"])
def test_a_file_that_is_not_sqlite_is_an_error_of_one_sentence(
    vault: Vault, db: Path, method: str
) -> None:
    db.write_bytes(b"this is not a database, but it is long enough to have a header " * 100)
    before = db.read_bytes()
    calls: dict[str, Callable[[], object]] = {
        "seal": lambda: vault.seal(TEXT),
        "unseal": lambda: vault.unseal(UNKNOWN),
        "erase": lambda: vault.erase([UNKNOWN]),
        "sweep": lambda: vault.sweep(set()),
        "salts": lambda: vault.salts(UNKNOWN),
        "put_salts": lambda: vault.put_salts(UNKNOWN, bytes(32)),
    }
    with pytest.raises(ServiceFailed) as caught:
        calls[method]()
    assert caught.value.message == f"{db} is not a vault"
    assert db.read_bytes() == before


def test_another_database_is_not_a_vault(vault: Vault, db: Path) -> None:
    with closing(sqlite3.connect(db)) as connection:
        connection.execute("CREATE TABLE keys (object BLOB, key BLOB)")
    with pytest.raises(ServiceFailed, match="not a vault"):
        vault.seal(TEXT)


def test_a_vault_of_a_later_format_is_refused(vault: Vault, db: Path) -> None:
    digest = vault.seal(TEXT)
    with closing(sqlite3.connect(db)) as connection:
        connection.execute("PRAGMA user_version = 2")
    with pytest.raises(ServiceFailed, match="format 2"):
        vault.unseal(digest)


def test_a_vault_in_use_is_a_conflict(
    vault: Vault, db: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    vault.seal(TEXT)
    monkeypatch.setattr("oneseek.adapters.objects.vault_db._WAIT_SECONDS", 0.01)
    with SqliteVault(db).writing(), pytest.raises(Conflict, match="locked"):
        vault.seal(TEXT)


def test_a_full_disk_is_an_error_and_leaves_no_object(
    store: FileObjectStore, tmp_path: Path, db: Path, rows: Rows
) -> None:
    code = """
import resource, sys
from pathlib import Path
from oneseek.adapters.objects.store import FileObjectStore
from oneseek.adapters.objects.vault import Vault
from oneseek.adapters.objects.vault_db import SqliteVault
from oneseek.domain.errors import ServiceFailed
base = Path(sys.argv[1])
vault = Vault(SqliteVault(base / "vault.db"), FileObjectStore(base / "objects", base / "staging"))
vault.seal(b"first")
resource.setrlimit(resource.RLIMIT_FSIZE, (6000, 6000))
try:
    vault.seal(b"second")
except ServiceFailed as error:
    print(error.message)
"""
    command = [sys.executable, "-I", "-c", code, str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stdout.startswith(f"cannot use the vault {db}: ")
    assert len(list(store.digests())) == len(rows(db)) == 1
    assert list(store.check()) == []


def test_a_vault_that_is_being_made_is_empty_or_whole(
    vault: Vault, db: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    db.touch(0o600)

    class Slow(sqlite3.Connection):
        def execute(self, sql: str, *values: object) -> sqlite3.Cursor:
            if sql == "PRAGMA user_version":
                meanwhile()
            return super().execute(sql, *values)  # type: ignore[arg-type]

    def meanwhile() -> None:
        other = connect(db, timeout=0, isolation_level=None)
        with closing(other), suppress(sqlite3.OperationalError):  # it has to wait for the reader
            other.execute("BEGIN")
            other.execute("CREATE TABLE salts (dataset BLOB, salts BLOB)")
            other.execute("COMMIT")

    connect = sqlite3.connect
    monkeypatch.setattr(sqlite3, "connect", lambda *a, **k: connect(*a, **k, factory=Slow))
    assert vault.sweep(()) == 0
