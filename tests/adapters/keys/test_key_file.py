"""The file of a private key: for its owner alone, with a passphrase or without."""

import stat
import subprocess
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519

from oneseek.adapters.keys.key_file import KeyFile, key_pem, make_key_file, public_der
from oneseek.adapters.objects.durable import write_atomic
from oneseek.domain.errors import CannotCheck, InvalidInput, NotFound, OneSeekError, ServiceFailed

SECRET = "hemligt lösen"
ED25519 = ed25519.Ed25519PrivateKey.generate()
P256 = ec.generate_private_key(ec.SECP256R1())


@pytest.fixture(autouse=True)
def _nobody_has_said_anything(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("OQT_KEY_PASSPHRASE", "OQT_KEY_PASSPHRASE_FILE"):
        monkeypatch.delenv(name, raising=False)


def made(path: Path, secret: str | None = None, *, kind: str = "P-256") -> KeyFile:
    key = P256 if kind == "P-256" else ED25519
    make_key_file(path, key, secret.encode() if secret else None)
    return KeyFile(path, "P-256" if kind == "P-256" else "Ed25519", "model key")


@pytest.mark.parametrize("kind", ["P-256", "Ed25519"])
def test_a_protected_key_is_known_without_its_passphrase_and_opened_with_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    file = made(tmp_path / "key.pem", SECRET, kind=kind)
    assert file.is_protected()
    assert file.public_der() == public_der(P256 if kind == "P-256" else ED25519)
    with pytest.raises(CannotCheck, match="no terminal"):
        file.private()
    monkeypatch.setenv("OQT_KEY_PASSPHRASE", "fel")
    with pytest.raises(InvalidInput, match="passphrase does not open"):
        file.private()
    monkeypatch.setenv("OQT_KEY_PASSPHRASE", SECRET)
    assert public_der(file.private()) == file.public_der()
    assert stat.S_IMODE(file.path.stat().st_mode) == 0o600
    assert SECRET.encode() not in file.path.read_bytes()


def test_a_key_without_passphrase_needs_none(tmp_path: Path) -> None:
    file = made(tmp_path / "key.pem")
    assert not file.is_protected()
    assert public_der(file.private()) == file.public_der()


def test_openssl_reads_the_file(tmp_path: Path) -> None:
    made(tmp_path / "key.pem", SECRET)
    for options in (["-passin", f"pass:{SECRET}"], ["-passin", "pass:fel"]):
        done = subprocess.run(
            ["openssl", "pkey", "-in", str(tmp_path / "key.pem"), "-noout", *options],
            capture_output=True, check=False,
        )  # fmt: skip
        assert (done.returncode == 0) is (options[1] == f"pass:{SECRET}")


def test_a_key_that_was_replaced_is_read_again(tmp_path: Path) -> None:
    file = made(tmp_path / "key.pem")
    first = file.private()
    assert file.private() is first
    other = ec.generate_private_key(ec.SECP256R1())
    write_atomic(tmp_path / "key.pem", key_pem(other, None), 0o600)
    assert file.public_der() == public_der(other)


def test_whoever_wrote_a_key_need_not_open_it(tmp_path: Path) -> None:
    file = made(tmp_path / "key.pem")
    key = file.private()
    write_atomic(file.path, key_pem(key, SECRET.encode()), 0o600)
    file.adopt(key)
    assert file.private() is key


@pytest.mark.parametrize(
    ("data", "error", "says"),
    [
        (b"", ServiceFailed, "does not hold a P-256 private key"),
        (b"garbage\xff", ServiceFailed, "does not hold"),
        (key_pem(ED25519, None), ServiceFailed, "does not hold"),
        (
            key_pem(ec.generate_private_key(ec.SECP384R1()), None), ServiceFailed, "does not hold",
        ),
        (None, NotFound, "is missing"),
    ],
)  # fmt: skip
def test_what_is_no_such_key_is_said_in_one_sentence(
    tmp_path: Path, data: bytes | None, error: type[OneSeekError], says: str
) -> None:
    path = tmp_path / "key.pem"
    if data is not None:
        path.write_bytes(data)
    with pytest.raises(error, match=says):
        KeyFile(path, "P-256", "model key").private()


def test_a_folder_in_its_place_is_said_too(tmp_path: Path) -> None:
    with pytest.raises(ServiceFailed, match="cannot be read"):
        KeyFile(tmp_path, "Ed25519", "signing key").private()
