"""The key that signs versions: made when it is needed, and checked without believing anybody."""

from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.hazmat.primitives.hashes import SHA256, SHA384

from oneseek.adapters.keys.key_file import public_der
from oneseek.adapters.keys.p256 import FileModelSigner, check_p256
from oneseek.domain.model_keys import require_public_key


def signer_at(folder: Path, secret: bytes | None = None) -> FileModelSigner:
    return FileModelSigner(folder / "model.pem", lambda: secret)


def test_the_key_is_made_when_it_is_first_asked_for_and_stays(tmp_path: Path) -> None:
    signer = signer_at(tmp_path)
    signer.unlock()
    assert not signer.file.exists()
    public = require_public_key(signer.public_key)
    assert signer_at(tmp_path).public_key == public
    assert check_p256(public, b"data", signer.sign(b"data"))


def test_a_new_key_is_protected_as_it_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    signer = signer_at(tmp_path, b"hemlig")
    assert signer.public_key
    assert signer.file.is_protected()
    monkeypatch.setenv("OQT_KEY_PASSPHRASE", "hemlig")
    signer.unlock()
    assert check_p256(signer.public_key, b"data", signer.sign(b"data"))


def test_a_key_that_another_process_made_meanwhile_is_used(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = signer_at(tmp_path)
    public, second = first.public_key, signer_at(tmp_path)
    answers = iter((False, True))
    monkeypatch.setattr(second.file, "exists", lambda: next(answers))
    assert second.public_key == public


def test_only_a_good_signature_by_that_key_over_that_data_passes(tmp_path: Path) -> None:
    signer = signer_at(tmp_path)
    public, signature = signer.public_key, signer.sign(b"data")
    large = ec.generate_private_key(ec.SECP384R1())
    other = ed25519.Ed25519PrivateKey.generate()
    stranger = ec.generate_private_key(ec.SECP256R1())
    for key, data, found in (
        (public, b"other", signature),
        (public, b"data", b""),
        (public, b"data", signature[:-1]),
        (b"no key", b"data", signature),
        (public_der(stranger), b"data", signature),
        (public_der(large), b"data", large.sign(b"data", ec.ECDSA(SHA384()))),
        (public_der(large), b"data", large.sign(b"data", ec.ECDSA(SHA256()))),
        (public_der(other), b"data", other.sign(b"data")),
    ):
        assert not check_p256(key, data, found)
