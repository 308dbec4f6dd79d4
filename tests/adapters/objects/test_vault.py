import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from oneseek.adapters.objects.store import FileObjectStore
from oneseek.adapters.objects.vault import Erased, Vault
from oneseek.adapters.objects.vault_db import SqliteVault
from oneseek.domain.digest import sha256
from oneseek.domain.errors import FoundDamage, NotFound

TEXT = "Var bor du? På Storgatan 4.".encode()
UNKNOWN = sha256(b"unknown")

Rows = Callable[[Path], dict[bytes, bytes | None]]


def test_a_text_is_sealed_and_read_back_by_another_vault_on_the_same_file(
    vault: Vault, store: FileObjectStore, db: Path
) -> None:
    digest = vault.seal(TEXT)
    assert Vault(SqliteVault(db), store).unseal(digest) == TEXT
    assert sha256(store.read(digest)) == digest
    assert TEXT not in store.read(digest)
    assert TEXT not in db.read_bytes()


def test_reading_makes_no_file(vault: Vault, db: Path) -> None:
    with pytest.raises(NotFound):
        vault.unseal(UNKNOWN)
    with pytest.raises(NotFound):
        vault.salts(UNKNOWN)
    assert vault.sweep(set()) == 0
    assert not db.exists()


def test_an_erasure_can_be_repeated_on_a_vault_that_was_begun_anew(
    vault: Vault, store: FileObjectStore, db: Path
) -> None:
    digest = vault.seal(TEXT)
    db.unlink()
    assert vault.erase([digest]) == 0
    with pytest.raises(Erased):
        vault.unseal(digest)


def test_an_erased_text_stays_erased_without_its_object(
    vault: Vault, store: FileObjectStore
) -> None:
    digest = vault.seal(TEXT)
    vault.erase([digest])
    store.remove(digest)
    with pytest.raises(Erased):
        vault.unseal(digest)


def test_whoever_is_killed_while_sealing_leaves_no_object_that_cannot_be_opened(
    vault: Vault,
    store: FileObjectStore,
    killed_at: Callable[[Callable[[], object], int], bool],
    db: Path,
    rows: Rows,
) -> None:
    at, orphans = 0, 0
    while killed_at(lambda: vault.seal(TEXT), at):
        for digest, _ in store.digests():
            assert vault.unseal(digest) == TEXT
        orphans += vault.sweep(set())
        store.sweep_staging()
        assert list(store.digests()) == []
        assert not db.exists() or db.stat().st_size == 0 or rows(db) == {}
        at += 1
    assert orphans > 0
    assert [vault.unseal(digest) for digest, _ in store.digests()] == [TEXT]


def test_whoever_is_killed_while_sweeping_leaves_it_to_be_swept_again(
    vault: Vault, store: FileObjectStore, killed_at: Callable[[Callable[[], object], int], bool]
) -> None:
    at = 0
    while True:
        kept = vault.seal(TEXT)
        vault.seal(TEXT)
        killed = killed_at(lambda: vault.sweep({kept}), at)  # noqa: B023
        vault.sweep({kept})
        assert [digest for digest, _ in store.digests()] == [kept]
        assert vault.unseal(kept) == TEXT
        vault.sweep(set())
        if not killed:
            break
        at += 1
    assert at > 0


def test_a_changed_object_does_not_open(
    vault: Vault, store: FileObjectStore, db: Path, rows: Rows
) -> None:
    first, second = vault.seal(TEXT), vault.seal(TEXT)
    with closing(sqlite3.connect(db)) as connection, connection:
        keys = rows(db)
        connection.execute(
            "UPDATE keys SET key = ? WHERE object = ?",
            (keys[bytes.fromhex(first)], bytes.fromhex(second)),
        )
    with pytest.raises(FoundDamage, match="does not open"):
        vault.unseal(second)
    store.path(first).chmod(0o644)
    store.path(first).write_bytes(b"changed")
    with pytest.raises(FoundDamage, match=first):
        vault.unseal(first)


def test_looking_at_the_vault_loads_no_cryptography(tmp_path: Path) -> None:
    code = (
        "import sys, oneseek.adapters.objects.vault\n"
        "print([m for m in sys.modules if m.startswith('cryptography')])"
    )
    command = [sys.executable, "-I", "-c", code]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"
