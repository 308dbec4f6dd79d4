import os
import random
import sqlite3
import stat
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from oneseek.adapters.objects.store import FileObjectStore
from oneseek.adapters.objects.vault import Erased, Vault
from oneseek.adapters.objects.vault_db import writing
from oneseek.domain.digest import sha256
from oneseek.domain.errors import Conflict, FoundDamage, InvalidInput, NotFound, ServiceFailed

TEXT = "Var bor du? På Storgatan 4.".encode()
UNKNOWN = sha256(b"unknown")


@pytest.fixture
def db(tmp_path: Path) -> Path:
    return tmp_path / "vault.db"


def rows(db: Path) -> dict[bytes, bytes | None]:
    with closing(sqlite3.connect(db)) as connection:
        return dict(connection.execute("SELECT object, key FROM keys").fetchall())


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


def test_only_the_owner_may_read_the_vault_whatever_the_umask(vault: Vault, db: Path) -> None:
    before = os.umask(0)
    try:
        vault.seal(TEXT)
    finally:
        os.umask(before)
    assert stat.S_IMODE(db.stat().st_mode) == 0o600


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


def test_no_bytes_of_a_destroyed_key_stay_in_the_file(vault: Vault, db: Path) -> None:
    source = random.Random(7)  # enough keys, in a random order, that pages are split and merged
    keys = {source.randbytes(32): source.randbytes(32) for _ in range(3000)}
    vault.put_salts(UNKNOWN, bytes(32 * 1000))
    waiting = list(keys.items())
    while waiting:
        batch, waiting = waiting[:100], waiting[100:]
        with writing(db) as connection:
            connection.executemany("INSERT INTO keys (object, key) VALUES (?, ?)", batch)
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


def test_a_row_is_as_long_for_a_long_text_as_for_a_short_one(vault: Vault, db: Path) -> None:
    for text in (b"", b"x", bytes(100_000)):
        vault.seal(text)
    assert {(len(name), len(key or b"")) for name, key in rows(db).items()} == {(32, 32)}
    assert db.stat().st_size < 100_000


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


def test_a_changed_object_does_not_open(vault: Vault, store: FileObjectStore, db: Path) -> None:
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
    with writing(db), pytest.raises(Conflict, match="locked"):
        vault.seal(TEXT)


def test_a_full_disk_is_an_error_and_leaves_no_object(
    store: FileObjectStore, tmp_path: Path, db: Path
) -> None:
    code = """
import resource, sys
from pathlib import Path
from oneseek.adapters.objects.store import FileObjectStore
from oneseek.adapters.objects.vault import Vault
from oneseek.domain.errors import ServiceFailed
base = Path(sys.argv[1])
vault = Vault(base / "vault.db", FileObjectStore(base / "objects", base / "staging"))
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


def test_looking_at_the_vault_loads_no_cryptography(tmp_path: Path) -> None:
    code = (
        "import sys, oneseek.adapters.objects.vault\n"
        "print([m for m in sys.modules if m.startswith('cryptography')])"
    )
    command = [sys.executable, "-I", "-c", code]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"
