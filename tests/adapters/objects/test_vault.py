import os
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from oneseek.adapters.objects.store import FileObjectStore
from oneseek.adapters.objects.vault import Erased, Vault
from oneseek.domain.digest import sha256
from oneseek.domain.errors import Conflict, FoundDamage, InvalidInput, NotFound

TEXT = "Var bor du? På Storgatan 4.".encode()
UNKNOWN = sha256(b"unknown")

Rows = Callable[[Path], dict[bytes, bytes | None]]


def test_a_text_is_sealed_and_read_back_by_another_vault_on_the_same_file(
    vault: Vault, store: FileObjectStore, db: Path
) -> None:
    digest = vault.seal(TEXT)
    assert Vault(db, store).unseal(digest) == TEXT
    assert sha256(store.read(digest)) == digest
    assert TEXT not in store.read(digest)
    assert TEXT not in db.read_bytes()


def test_the_same_text_never_gives_the_same_digest(vault: Vault) -> None:
    assert vault.seal(TEXT) != vault.seal(TEXT)


def test_reading_makes_no_file(vault: Vault, db: Path) -> None:
    with pytest.raises(NotFound):
        vault.unseal(UNKNOWN)
    with pytest.raises(NotFound):
        vault.salts(UNKNOWN)
    assert vault.sweep(set()) == 0
    assert not db.exists()


def test_an_erased_text_is_told_from_one_that_never_was(vault: Vault) -> None:
    first, second = vault.seal(TEXT), vault.seal(TEXT)
    assert vault.erase([first]) == 1
    with pytest.raises(Erased, match="was erased"):
        vault.unseal(first)
    with pytest.raises(NotFound) as caught:
        vault.unseal(UNKNOWN)
    assert not isinstance(caught.value, Erased)
    assert vault.unseal(second) == TEXT


def test_erasing_again_is_harmless(vault: Vault) -> None:
    digest = vault.seal(TEXT)
    assert vault.erase([digest, digest]) == 1
    assert vault.erase([digest]) == 0
    with pytest.raises(Erased):
        vault.unseal(digest)


def test_an_erasure_can_be_repeated_on_a_vault_that_was_begun_anew(
    vault: Vault, store: FileObjectStore, db: Path
) -> None:
    digest = vault.seal(TEXT)
    db.unlink()
    assert vault.erase([digest]) == 0
    with pytest.raises(Erased):
        vault.unseal(digest)


def test_one_bad_digest_stops_the_whole_erasure(vault: Vault) -> None:
    digest = vault.seal(TEXT)
    with pytest.raises(InvalidInput):
        vault.erase([digest, "nonsense"])
    assert vault.unseal(digest) == TEXT


def test_an_erased_text_stays_erased_without_its_object(
    vault: Vault, store: FileObjectStore
) -> None:
    digest = vault.seal(TEXT)
    vault.erase([digest])
    store.remove(digest)
    with pytest.raises(Erased):
        vault.unseal(digest)


def test_salts_are_kept_for_each_dataset(vault: Vault) -> None:
    salts = os.urandom(32 * 500)
    vault.put_salts(UNKNOWN, salts)
    vault.put_salts(UNKNOWN, salts)
    assert vault.salts(UNKNOWN) == salts
    with pytest.raises(NotFound, match="no salts"):
        vault.salts(sha256(b"other"))


def test_other_salts_for_the_same_dataset_are_refused(vault: Vault) -> None:
    salts = os.urandom(64)
    vault.put_salts(UNKNOWN, salts)
    with pytest.raises(Conflict, match=UNKNOWN):
        vault.put_salts(UNKNOWN, os.urandom(64))
    assert vault.salts(UNKNOWN) == salts


def test_salts_of_another_length_are_refused(vault: Vault) -> None:
    with pytest.raises(InvalidInput, match="33 bytes"):
        vault.put_salts(UNKNOWN, bytes(33))


def test_a_sweep_destroys_what_no_entry_names_and_nothing_else(
    vault: Vault, store: FileObjectStore
) -> None:
    kept, orphan, bare, erased = (vault.seal(TEXT) for _ in range(4))
    plain = store.put(b"not sealed")
    store.remove(bare)
    vault.erase([erased])
    assert vault.sweep({kept}) == 2
    assert vault.unseal(kept) == TEXT
    assert [store.has(digest) for digest in (orphan, plain, erased)] == [False, True, True]
    for digest in (orphan, bare):
        with pytest.raises(NotFound, match="no key"):
            vault.unseal(digest)
    with pytest.raises(Erased):
        vault.unseal(erased)
    assert vault.sweep({kept}) == 0


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
