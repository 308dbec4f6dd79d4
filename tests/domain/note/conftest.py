"""Ed25519 for the tests of notes, which leave the cryptography to their caller."""

from collections.abc import Callable
from hashlib import sha256

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from oneseek.domain.note.signed_note import (
    ALGORITHM_ED25519,
    Note,
    NoteSignature,
    VerifierKey,
    key_id,
)


def _private(name: str) -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(sha256(name.encode()).digest())


def _key(name: str) -> VerifierKey:
    material = _private(name).public_key().public_bytes_raw()
    number = key_id(name, ALGORITHM_ED25519, material)
    return VerifierKey(name, number, ALGORITHM_ED25519, material)


@pytest.fixture(scope="session")
def key_of() -> Callable[[str], VerifierKey]:
    """The public key of a test name."""
    return _key


@pytest.fixture(scope="session")
def sign() -> Callable[..., Note]:
    """``sign(text, name, …)``: the note with a signature of each name."""

    def signed(text: str, *names: str) -> Note:
        signatures = (
            NoteSignature(name, _key(name).key_id, _private(name).sign(text.encode()))
            for name in names
        )
        return Note(text, tuple(signatures))

    return signed


@pytest.fixture(scope="session")
def check() -> Callable[[VerifierKey, bytes, bytes], bool]:
    """The check of an Ed25519 signature that ``verify_note`` asks for."""

    def is_good(key: VerifierKey, text: bytes, signature: bytes) -> bool:
        try:
            Ed25519PublicKey.from_public_bytes(key.key).verify(signature, text)
        except InvalidSignature:
            return False
        return True

    return is_good
