"""What is PostgreSQL's own in the vault: tables of its own, and pages that keep old rows."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psycopg
import pytest

from oneseek.adapters.ledger.location import PostgresLocation, locate
from oneseek.adapters.objects.postgres_vault import PostgresVault
from oneseek.adapters.objects.store import FileObjectStore
from oneseek.adapters.objects.vault import Erased, Vault
from oneseek.domain.errors import Conflict, ServiceFailed
from postgres import VARIABLE, session

TEXT = "Var bor du? På Storgatan 4.".encode()


@pytest.fixture
def database(postgres_url: str, tmp_path: Path) -> PostgresVault:
    location = locate(tmp_path / "ledger.db", postgres_url)
    assert isinstance(location, PostgresLocation)
    location.create()
    return PostgresVault(location.address)


@pytest.fixture
def vault(database: PostgresVault, tmp_path: Path) -> Vault:
    return Vault(database, FileObjectStore(tmp_path / "objects", tmp_path / "staging"))


@contextmanager
def superuser(url: str) -> Iterator[tuple[Path, "psycopg.Connection[tuple[Any, ...]]"]]:
    """Connect as the server's owner, to the database of ``url``; give its data folder too."""
    if os.environ.get(VARIABLE):
        pytest.skip("the files of that server are not ours")
    port = urlsplit(url).port
    for found in Path(tempfile.gettempdir()).glob("pg*/data/postmaster.pid"):
        if found.read_text().split("\n")[3] == str(port):
            data = found.parent
            words = f"host={data} port={port} user=postgres dbname=ledgers"
            with psycopg.connect(words, autocommit=True) as connection:
                yield data, connection
            return
    pytest.fail("the data folder of the server was not found")


def keys(url: str) -> list[bytes]:
    with session(url) as connection:
        rows = connection.execute("SELECT key FROM vault_keys WHERE key IS NOT NULL").fetchall()
    return [bytes(row[0]) for row in rows]


def in_files(url: str, key: bytes) -> bool:
    """Say whether the key is in a file of the server's tables, after all pages were written."""
    with superuser(url) as (data, connection):
        connection.execute("CHECKPOINT")
        return any(
            key in path.read_bytes() for path in (data / "base").rglob("*") if path.is_file()
        )


def test_no_bytes_of_an_erased_key_stay_in_the_tables(vault: Vault, postgres_url: str) -> None:
    first = vault.seal(TEXT)
    (key,) = keys(postgres_url)
    second = vault.seal(TEXT)
    assert in_files(postgres_url, key)
    vault.erase([first])
    assert not in_files(postgres_url, key)
    assert vault.unseal(second) == TEXT


def test_the_vault_is_in_tables_of_its_own(vault: Vault, postgres_url: str) -> None:
    def tables() -> set[str]:
        with session(postgres_url) as connection:
            query = "SELECT tablename FROM pg_tables WHERE schemaname = current_schema"
            return {row[0] for row in connection.execute(query).fetchall()}

    before = tables()
    vault.seal(TEXT)
    assert tables() - before == {"vault_keys", "vault_salts"}


def test_a_key_that_another_machine_has_just_written_is_never_swept(
    vault: Vault, database: PostgresVault
) -> None:
    digest = vault.seal(TEXT)
    assert vault.sweep(set()) == 0
    assert vault.unseal(digest) == TEXT
    with database.writing() as run:
        run("UPDATE vault_keys SET sealed = sealed - ?", (timedelta(days=8),))
    assert vault.sweep(set()) == 1


def test_an_erasure_beside_a_reader_destroys_the_key_and_says_that_the_page_is_left(
    vault: Vault, postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("oneseek.adapters.objects.postgres_vault.LOCK_SECONDS", 0.05)
    digest = vault.seal(TEXT)
    with session(postgres_url) as reader, reader.transaction():
        reader.execute("SELECT count(*) FROM vault_keys")
        with pytest.raises(Conflict, match="erased, but"):
            vault.erase([digest])
        with pytest.raises(Erased):
            vault.unseal(digest)
    assert vault.erase([digest]) == 0


def test_a_user_who_does_not_own_the_table_is_told_that_the_page_is_left(
    vault: Vault, postgres_url: str, tmp_path: Path
) -> None:
    digest, schema = vault.seal(TEXT), postgres_url.rpartition("=")[2]
    role = f"guest_{schema}"
    with superuser(postgres_url) as (_, connection):
        connection.execute(f"CREATE ROLE {role} LOGIN PASSWORD 'guest'".encode())
        try:
            connection.execute(f"GRANT USAGE ON SCHEMA {schema} TO {role}".encode())
            tables = f"ON ALL TABLES IN SCHEMA {schema} TO {role}"
            connection.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE {tables}".encode())
            rest = postgres_url.rpartition("@")[2]
            guest = locate(tmp_path / "ledger.db", f"postgresql://{role}:guest@{rest}")
            assert isinstance(guest, PostgresLocation)
            machine = Vault(PostgresVault(guest.address), vault._objects)
            with pytest.raises(ServiceFailed, match="may not write the table"):
                machine.erase([digest])
            with pytest.raises(Erased):
                vault.unseal(digest)
        finally:
            connection.execute(f"DROP OWNED BY {role}".encode())
            connection.execute(f"DROP ROLE {role}".encode())


def test_a_user_without_rights_is_told_so(
    vault: Vault, database: PostgresVault, postgres_url: str
) -> None:
    vault.seal(TEXT)
    with session(postgres_url) as connection:
        connection.execute("REVOKE ALL ON vault_keys FROM CURRENT_USER")
    assert not database.is_readable()
    with pytest.raises(ServiceFailed, match="permission denied"):
        vault.seal(TEXT)
