"""A vault's backup: useless without its passphrase, and it brings nothing back that was erased."""

from pathlib import Path

import pytest

from builders import digest
from oneseek.adapters.objects import vault_backup
from oneseek.adapters.objects.store import FileObjectStore
from oneseek.adapters.objects.vault import Vault
from oneseek.adapters.objects.vault_backup import Kept, pack_vault, read_header, unpack_vault
from oneseek.adapters.objects.vault_db import SqliteVault
from oneseek.domain.errors import Erased, FoundDamage, InvalidInput

ROOT = digest("root")


@pytest.fixture(autouse=True)
def cheap(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vault_backup, "_COST", 1 << 10)


def vault(folder: Path, name: str = "vault.db") -> tuple[SqliteVault, Vault]:
    database = SqliteVault(folder / name)
    return database, Vault(database, FileObjectStore(folder / "objects", folder / "staging"))


def pack(database: SqliteVault) -> bytes:
    return pack_vault(database, b"secret", "test.example/log", 7, ROOT)[0]


def test_keys_salts_and_tombstones_come_back(tmp_path: Path) -> None:
    database, old = vault(tmp_path)
    stays, gone = old.seal("Vem är du?".encode()), old.seal(b"gone")
    old.put_salts(ROOT, b"s" * 64)
    old.erase([gone])
    data = pack(database)

    empty, new = vault(tmp_path, "new.db")
    assert unpack_vault(data, b"secret", empty, ()) == Kept(1, 1, 1)

    assert new.unseal(stays).decode() == "Vem är du?"
    assert new.salts(ROOT) == b"s" * 64
    with pytest.raises(Erased):
        new.unseal(gone)
    assert read_header(data).tree_size == 7


def test_nothing_in_it_can_be_read(tmp_path: Path) -> None:
    database, old = vault(tmp_path)
    sealed = old.seal(b"text")
    data = pack(database)

    assert sealed.encode() not in data
    assert bytes.fromhex(sealed) not in data


def test_what_was_erased_since_is_not_put_back(tmp_path: Path) -> None:
    database, old = vault(tmp_path)
    by_ledger, by_vault, stays = old.seal(b"1"), old.seal(b"2"), old.seal(b"3")
    data = pack(database)
    other, new = vault(tmp_path, "other.db")
    new.erase([by_vault])

    assert unpack_vault(data, b"secret", other, {by_ledger}) == Kept(2, 1, 0)

    for name in (by_ledger, by_vault):
        with pytest.raises(Erased):
            new.unseal(name)
    assert new.unseal(stays) == b"3"
    assert bytes.fromhex(by_ledger) in (tmp_path / "other.db").read_bytes()


def test_an_empty_vault_holds_nothing(tmp_path: Path) -> None:
    database, _ = vault(tmp_path)

    assert pack_vault(database, b"secret", "o", 0, ROOT)[1] == Kept(0, 0, 0)


@pytest.mark.parametrize(
    ("change", "error"),
    [
        (lambda data: data[:-1], InvalidInput),
        (lambda data: data.replace(b'"tree_size":7', b'"tree_size":8'), InvalidInput),
        (lambda data: b"{}\n" + data, FoundDamage),
        (lambda data: data.replace(b'"n":1024', b'"n":9999999'), FoundDamage),
        (lambda data: data.partition(b"\n")[0], InvalidInput),
    ],
)
def test_a_changed_backup_is_refused(tmp_path: Path, change, error) -> None:  # type: ignore[no-untyped-def]
    database, old = vault(tmp_path)
    old.seal(b"text")
    empty, _ = vault(tmp_path, "new.db")

    with pytest.raises(error):
        unpack_vault(change(pack(database)), b"secret", empty, ())
    assert not (tmp_path / "new.db").exists()


def test_another_passphrase_does_not_open_it(tmp_path: Path) -> None:
    database, old = vault(tmp_path)
    old.seal(b"text")

    with pytest.raises(InvalidInput, match="does not open"):
        unpack_vault(pack(database), b"another", SqliteVault(tmp_path / "new.db"), ())


@pytest.mark.parametrize("text", [b"no json\n", b'["key","00","AA=="]\n', b'["key","zz"]\n'])
def test_other_lines_inside_are_damage(tmp_path: Path, text: bytes) -> None:
    scrypt = vault_backup.Scrypt(1 << 10, 8, 1, b"salt")
    header = vault_backup.msgspec.json.encode(vault_backup.Header("o", 0, ROOT, scrypt)) + b"\n"
    data = header + vault_backup._encrypt(scrypt, b"secret", header, text)

    with pytest.raises(FoundDamage):
        unpack_vault(data, b"secret", SqliteVault(tmp_path / "new.db"), ())
