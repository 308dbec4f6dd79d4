"""The promises of a vault, kept in a file and in a PostgreSQL database that machines share."""

import os
from datetime import timedelta
from pathlib import Path
from threading import Barrier, Thread

import pytest

from oneseek.adapters.ledger.location import PostgresLocation, locate
from oneseek.adapters.objects.store import FileObjectStore
from oneseek.adapters.objects.vault import Erased, Vault
from oneseek.adapters.objects.vault_database import VaultDatabase
from oneseek.adapters.objects.vault_db import SqliteVault
from oneseek.domain.digest import sha256
from oneseek.domain.errors import Conflict, InvalidInput, NotFound

TEXT = "Var bor du? På Storgatan 4.".encode()
UNKNOWN = sha256(b"unknown")


@pytest.fixture(params=["sqlite", "postgres"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> VaultDatabase:
    if request.param == "sqlite":
        return SqliteVault(tmp_path / "vault.db")
    from oneseek.adapters.objects.postgres_vault import PostgresVault

    location = locate(tmp_path / "ledger.db", request.getfixturevalue("postgres_url"))
    assert isinstance(location, PostgresLocation)
    location.create()
    return PostgresVault(location.address)


@pytest.fixture
def objects(tmp_path: Path) -> FileObjectStore:
    return FileObjectStore(tmp_path / "objects", tmp_path / "staging")


@pytest.fixture
def vault(database: VaultDatabase, objects: FileObjectStore) -> Vault:
    return Vault(database, objects)


@pytest.fixture
def another(database: VaultDatabase, objects: FileObjectStore) -> Vault:
    """The same vault as another process or machine sees it."""
    return Vault(database, objects)


def age(database: VaultDatabase, by: timedelta) -> None:
    """Make every key of a shared vault older."""
    with database.writing() as run:
        run(f"UPDATE {database.keys} SET sealed = sealed - ?", (by,))


def test_a_text_is_sealed_here_and_read_there(
    vault: Vault, another: Vault, objects: FileObjectStore
) -> None:
    digest = vault.seal(TEXT)
    assert another.unseal(digest) == TEXT
    assert sha256(objects.read(digest)) == digest
    assert TEXT not in objects.read(digest)


def test_the_same_text_never_gives_the_same_digest(vault: Vault) -> None:
    assert vault.seal(TEXT) != vault.seal(TEXT)


def test_reading_makes_nothing(vault: Vault, database: VaultDatabase) -> None:
    with pytest.raises(NotFound, match="no key"):
        vault.unseal(UNKNOWN)
    with pytest.raises(NotFound, match="no salts"):
        vault.salts(UNKNOWN)
    assert vault.sweep(set()) == 0
    with database.reading() as run:
        assert run is None
    assert not database.is_readable()
    vault.seal(TEXT)
    assert database.is_readable()


def test_what_one_machine_erases_no_machine_can_read(vault: Vault, another: Vault) -> None:
    first, second = vault.seal(TEXT), vault.seal(TEXT)
    assert another.unseal(first) == TEXT
    assert vault.erase([first]) == 1
    for machine in (vault, another):
        with pytest.raises(Erased, match="was erased"):
            machine.unseal(first)
        assert machine.unseal(second) == TEXT
    with pytest.raises(NotFound) as caught:
        vault.unseal(UNKNOWN)
    assert not isinstance(caught.value, Erased)


def test_many_texts_are_read_at_once_and_an_erased_one_is_none(vault: Vault) -> None:
    assert vault.unseal_many([]) == []
    first, second, third = (vault.seal(text) for text in (TEXT, b"two", b"three"))
    vault.erase([second])
    assert vault.unseal_many([third, second, first]) == [b"three", None, TEXT]
    with pytest.raises(NotFound, match="no key"):
        vault.unseal_many([first, UNKNOWN])


def test_erasing_again_is_harmless(vault: Vault, another: Vault) -> None:
    digest = vault.seal(TEXT)
    assert vault.erase([digest, digest]) == 1
    assert another.erase([digest]) == 0
    with pytest.raises(Erased):
        vault.unseal(digest)


def test_an_erasure_can_be_repeated_on_a_vault_that_was_begun_anew(vault: Vault) -> None:
    assert vault.erase([UNKNOWN]) == 0
    with pytest.raises(Erased):
        vault.unseal(UNKNOWN)


def test_one_bad_digest_stops_the_whole_erasure(vault: Vault) -> None:
    digest = vault.seal(TEXT)
    with pytest.raises(InvalidInput):
        vault.erase([digest, "nonsense"])
    assert vault.unseal(digest) == TEXT


def test_salts_are_kept_for_each_dataset_and_never_replaced(vault: Vault, another: Vault) -> None:
    salts = os.urandom(32 * 500)
    vault.put_salts(UNKNOWN, salts)
    another.put_salts(UNKNOWN, salts)
    with pytest.raises(Conflict, match=UNKNOWN):
        another.put_salts(UNKNOWN, os.urandom(64))
    assert another.salts(UNKNOWN) == salts
    with pytest.raises(NotFound, match="no salts"):
        vault.salts(sha256(b"other"))
    with pytest.raises(InvalidInput, match="33 bytes"):
        vault.put_salts(UNKNOWN, bytes(33))


def test_two_machines_may_make_the_vault_at_once(
    database: VaultDatabase, objects: FileObjectStore
) -> None:
    barrier, sealed = Barrier(4), list[str]()

    def seal() -> None:
        barrier.wait()
        sealed.append(Vault(database, objects).seal(TEXT))

    threads = [Thread(target=seal) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [Vault(database, objects).unseal(digest) for digest in sealed] == [TEXT] * 4


def test_a_sweep_destroys_what_no_entry_names_and_nothing_else(
    vault: Vault, database: VaultDatabase, objects: FileObjectStore
) -> None:
    kept, orphan, bare, erased = (vault.seal(TEXT) for _ in range(4))
    plain = objects.put(b"not sealed")
    objects.remove(bare)
    vault.erase([erased])
    if not isinstance(database, SqliteVault):
        age(database, timedelta(days=8))
    assert vault.sweep({kept}) == 2
    assert vault.unseal(kept) == TEXT
    assert [objects.has(digest) for digest in (orphan, plain, erased)] == [False, True, True]
    for digest in (orphan, bare):
        with pytest.raises(NotFound, match="no key"):
            vault.unseal(digest)
    with pytest.raises(Erased):
        vault.unseal(erased)
    assert vault.sweep({kept}) == 0


def test_texts_that_are_sealed_together_open_one_by_one_and_are_erased_one_by_one(
    vault: Vault, objects: FileObjectStore
) -> None:
    texts = [b"en fr\xc3\xa5ga", b"", b"en fr\xc3\xa5ga"]
    with objects.together() as keeper:
        digests = vault.seal_many(texts, keeper)
    assert len(set(digests)) == len(texts)
    assert [vault.unseal(digest) for digest in digests] == texts
    vault.erase([digests[0]])
    with pytest.raises(Erased):
        vault.unseal(digests[0])
    assert vault.unseal(digests[2]) == texts[2]
    assert vault.seal_many([], objects) == []
