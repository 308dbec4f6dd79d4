"""The key of a witness: for its owner alone, with a passphrase if wanted, of two algorithms."""

import io
import stat
from pathlib import Path
from typing import Any

import pytest
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import mldsa

from oneseek.adapters.keys.ed25519 import create_key
from oneseek.adapters.keys.passphrase import VARIABLE as PASSPHRASE
from oneseek.adapters.keys.witness_key import (
    ALGORITHMS,
    check_cosignature,
    create_witness_key,
    load_witness_key,
)
from oneseek.domain.errors import CannotCheck, Conflict, InvalidInput, NotFound, ServiceFailed

NAME = "witness.example/w1"
both = pytest.mark.parametrize("algorithm", ALGORITHMS)


@both
def test_a_key_signs_and_only_its_public_half_verifies(tmp_path: Path, algorithm: str) -> None:
    pem = tmp_path / "witness.pem"
    made = create_witness_key(pem, NAME, algorithm)
    assert (made.name, made.algorithm) == (NAME, ALGORITHMS[algorithm])
    assert stat.S_IMODE(pem.stat().st_mode) == 0o600
    key, private = load_witness_key(pem, NAME)
    assert key == made
    signature = private.sign(b"message")
    assert check_cosignature(key, b"message", signature)
    assert not check_cosignature(key, b"massage", signature)
    assert not check_cosignature(key, b"message", signature[:-1])
    other = create_witness_key(tmp_path / "other.pem", NAME, algorithm)
    assert not check_cosignature(other, b"message", signature)


def test_the_key_of_a_log_verifies_nothing_here(tmp_path: Path) -> None:
    log = create_key(tmp_path / "log.pem", NAME)
    _, private = load_witness_key(tmp_path / "log.pem", NAME)
    assert not check_cosignature(log, b"message", private.sign(b"message"))


@both
def test_a_passphrase_protects_the_file(
    tmp_path: Path, algorithm: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    pem = tmp_path / "witness.pem"
    monkeypatch.setenv(PASSPHRASE, "räksmörgås")
    made = create_witness_key(pem, NAME, algorithm)
    assert load_witness_key(pem, NAME)[0] == made
    monkeypatch.setenv(PASSPHRASE, "wrong")
    with pytest.raises(InvalidInput, match="does not open"):
        load_witness_key(pem, NAME)
    monkeypatch.delenv(PASSPHRASE)
    monkeypatch.setattr("sys.stdin", io.StringIO())
    with pytest.raises(CannotCheck, match="needs a passphrase") as caught:
        load_witness_key(pem, NAME)
    assert PASSPHRASE in (caught.value.hint or "")


def test_a_passphrase_that_is_not_needed_does_no_harm(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = create_witness_key(tmp_path / "witness.pem", NAME, "ed25519")
    monkeypatch.setenv(PASSPHRASE, "of another key")
    assert load_witness_key(tmp_path / "witness.pem", NAME)[0] == made


def test_a_key_is_never_overwritten_and_nothing_is_made_under_a_bad_name(tmp_path: Path) -> None:
    pem = tmp_path / "witness.pem"
    create_witness_key(pem, NAME, "ed25519")
    before = pem.read_bytes()
    with pytest.raises(Conflict, match="exists already"):
        create_witness_key(pem, NAME, "ed25519")
    assert pem.read_bytes() == before
    for name in ("", "a b", "a+b", "a\nb"):
        with pytest.raises(InvalidInput):
            create_witness_key(tmp_path / "bad.pem", name, "ed25519")
    assert [path.name for path in tmp_path.iterdir()] == ["witness.pem"]
    with pytest.raises(ServiceFailed, match="cannot be written"):
        create_witness_key(tmp_path / "nowhere" / "w.pem", NAME, "ed25519")


def test_what_is_no_key_is_said(tmp_path: Path) -> None:
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    with pytest.raises(NotFound, match="is missing"):
        load_witness_key(tmp_path / "none.pem", NAME)
    with pytest.raises(ServiceFailed, match="cannot be read"):
        load_witness_key(tmp_path, NAME)
    (tmp_path / "text.pem").write_text("no key")
    with pytest.raises(ServiceFailed, match="does not hold a private key"):
        load_witness_key(tmp_path / "text.pem", NAME)
    other = ec.generate_private_key(ec.SECP256R1()).private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    (tmp_path / "ec.pem").write_bytes(other)
    with pytest.raises(ServiceFailed, match="neither an Ed25519 nor an ML-DSA-44"):
        load_witness_key(tmp_path / "ec.pem", NAME)


def test_a_machine_without_ml_dsa_says_so_plainly(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = create_witness_key(tmp_path / "witness.pem", NAME, "ml-dsa-44")

    def unsupported(*_: Any) -> None:
        raise UnsupportedAlgorithm("not in this OpenSSL")

    for owner, method in (
        ("MLDSA44PrivateKey", "generate"),
        ("MLDSA44PublicKey", "from_public_bytes"),
    ):
        stand_in = type(owner, (), {method: staticmethod(unsupported)})
        monkeypatch.setattr(mldsa, owner, stand_in)
    with pytest.raises(CannotCheck, match="has no ML-DSA-44") as caught:
        create_witness_key(tmp_path / "other.pem", NAME, "ml-dsa-44")
    assert caught.value.exit_code == 6
    with pytest.raises(CannotCheck, match="has no ML-DSA-44"):
        check_cosignature(made, b"message", bytes(2420))
