"""Model keys: one identity, one spelling, and the entries between which a key may sign."""

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from msgspec.structs import replace

from oneseek.domain.digest import sha256
from oneseek.domain.errors import InvalidInput
from oneseek.domain.model_keys import (
    ALGORITHM,
    as_pem,
    as_text,
    hint_of,
    key_digest,
    public_bytes,
    require_public_key,
    was_in_force,
)
from oneseek.domain.state.documents import ModelKey

PRIVATE = ec.derive_private_key(7, ec.SECP256R1())
DER = PRIVATE.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
KEY = ModelKey(
    key=sha256(DER),
    algorithm=ALGORITHM,
    public_key=as_text(DER),
    added=5,
    retired=None,
    reason=None,
)


def test_a_key_is_named_by_the_hash_of_its_der_bytes() -> None:
    assert key_digest(DER) == sha256(DER)
    assert public_bytes(KEY) == DER


def test_pem_and_hint_are_those_of_other_tools() -> None:
    pem = PRIVATE.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    assert as_pem(DER).encode() == pem
    assert hint_of(DER) == sha256(pem)


@pytest.mark.parametrize(
    "public",
    [
        b"",
        DER[:-1],
        DER + b"\0",
        b"\x31" + DER[1:],
        DER[:-1] + bytes([DER[-1] ^ 1]),
        DER[:27] + b"\xff" * 64,
        ec.derive_private_key(7, ec.SECP384R1())
        .public_key()
        .public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo),
        ed25519.Ed25519PrivateKey.from_private_bytes(bytes(32))
        .public_key()
        .public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo),
    ],
    ids=[
        "nothing",
        "cut short",
        "one byte more",
        "another tag",
        "beside the curve",
        "beyond the field",
        "P-384",
        "Ed25519",
    ],
)
def test_only_keys_on_p256_sign_versions(public: bytes) -> None:
    with pytest.raises(InvalidInput):
        require_public_key(public)


@pytest.mark.parametrize(
    "key",
    [
        replace(KEY, public_key="!"),
        replace(KEY, public_key=""),
        replace(KEY, key=sha256(b"other")),
        replace(KEY, algorithm="ecdsa-p384-sha384"),
    ],
)
def test_an_announcement_that_contradicts_itself_is_refused(key: ModelKey) -> None:
    with pytest.raises(InvalidInput):
        public_bytes(key)


@pytest.mark.parametrize(
    ("index", "retired", "may"),
    [
        (4, None, False), (5, None, False), (6, None, True), (6, 9, True), (8, 9, True),
        (9, 9, False), (10, 9, False),
    ],
)  # fmt: skip
def test_a_key_signs_after_its_announcement_and_before_its_retirement(
    index: int, retired: int | None, may: bool
) -> None:
    assert was_in_force(replace(KEY, retired=retired), index) is may
