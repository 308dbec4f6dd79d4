"""Moving the keys of one machine beside the ledger that all machines share."""

import os
from pathlib import Path

import pytest

from oneseek.adapters.ledger.location import PostgresLocation, locate
from oneseek.adapters.objects.postgres_vault import PostgresVault
from oneseek.adapters.objects.store import FileObjectStore
from oneseek.adapters.objects.vault import Erased, Vault
from oneseek.adapters.objects.vault_db import SqliteVault
from oneseek.adapters.objects.vault_move import move_vault
from oneseek.domain.digest import sha256
from oneseek.domain.errors import Conflict, NotFound

DATASET = sha256(b"dataset")


@pytest.fixture
def here(tmp_path: Path) -> SqliteVault:
    return SqliteVault(tmp_path / "vault.db")


@pytest.fixture
def there(postgres_url: str, tmp_path: Path) -> PostgresVault:
    location = locate(tmp_path / "ledger.db", postgres_url)
    assert isinstance(location, PostgresLocation)
    location.create()
    return PostgresVault(location.address)


@pytest.fixture
def objects(tmp_path: Path) -> FileObjectStore:
    return FileObjectStore(tmp_path / "objects", tmp_path / "staging")


def test_keys_salts_and_tombstones_move_and_nothing_stays(
    here: SqliteVault, there: PostgresVault, objects: FileObjectStore, tmp_path: Path
) -> None:
    old, new, salts = Vault(here, objects), Vault(there, objects), os.urandom(64)
    text, erased, both = old.seal(b"text"), old.seal(b"erased"), new.seal(b"both")
    old.erase([erased, both])
    old.put_salts(DATASET, salts)
    with here.reading() as run:
        assert run is not None
        (key,) = [row[0] for row in run("SELECT key FROM keys WHERE key IS NOT NULL").fetchall()]
    assert move_vault(here, there) == 4
    assert new.unseal(text) == b"text"
    assert new.salts(DATASET) == salts
    for gone in (erased, both):
        with pytest.raises(Erased):
            new.unseal(gone)
    with pytest.raises(NotFound):
        old.unseal(text)
    assert key not in (tmp_path / "vault.db").read_bytes()
    assert move_vault(here, there) == 0


def test_what_was_erased_there_is_not_brought_back(
    here: SqliteVault, there: PostgresVault, objects: FileObjectStore
) -> None:
    digest = Vault(here, objects).seal(b"text")
    Vault(there, objects).erase([digest])
    move_vault(here, there)
    with pytest.raises(Erased):
        Vault(there, objects).unseal(digest)


def test_other_salts_there_stop_the_whole_move(
    here: SqliteVault, there: PostgresVault, objects: FileObjectStore
) -> None:
    old, new = Vault(here, objects), Vault(there, objects)
    digest = old.seal(b"text")
    old.put_salts(DATASET, bytes(32))
    new.put_salts(DATASET, b"x" * 32)
    with pytest.raises(Conflict, match="other salts"):
        move_vault(here, there)
    assert old.unseal(digest) == b"text"
    with pytest.raises(NotFound):
        new.unseal(digest)
