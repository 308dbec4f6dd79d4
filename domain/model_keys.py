"""Keys that sign versions (ECDSA over P-256): what they are named by, and what they may sign.

A model key is another thing than a checkpoint key: it signs the files of versions, in a format
that other people's tools verify, and no checkpoint. The entry that announces it makes it one of
this ledger's; the entry that retires it ends that. What it signed in between stays good.
"""

import binascii
from base64 import b64decode, b64encode
from textwrap import wrap

from oneseek.domain.digest import Digest, sha256
from oneseek.domain.errors import InvalidInput
from oneseek.domain.state.documents import ModelKey

MODEL = "model"
"""The purpose of a key that signs versions."""

ALGORITHM = "ecdsa-p256-sha256"

# RFC 5480: so begins every uncompressed public key on P-256 as DER SubjectPublicKeyInfo.
_BEGINNING = bytes.fromhex("3059301306072a8648ce3d020106082a8648ce3d030107034200") + b"\x04"
_LENGTH = 91

# SEC 2, section 2.4.2: y^2 = x^3 - 3x + b over the field of p elements.
_P = 2**256 - 2**224 + 2**192 + 2**96 - 1
_B = 0x5AC635D8AA3A93E7B3EBBD55769886BC651D06B0CC53B0F63BCE3C3E27D2604B

POINT_BYTES = 65
"""The end of the DER bytes is the point on the curve, uncompressed (SEC 1)."""


def require_public_key(public: bytes) -> bytes:
    """Return ``public`` if it is a P-256 key as DER SubjectPublicKeyInfo.

    Raises:
        InvalidInput: it is anything else, or its point is not on the curve: with such a one every
            tool says something else.
    """
    if len(public) != _LENGTH or not public.startswith(_BEGINNING) or not _on_curve(public):
        raise InvalidInput("not a public key on P-256 (DER SubjectPublicKeyInfo)")
    return public


def _on_curve(public: bytes) -> bool:
    x, y = (int.from_bytes(public[at : at + 32], "big") for at in (_LENGTH - 64, _LENGTH - 32))
    return max(x, y) < _P and (y * y - x**3 + 3 * x - _B) % _P == 0


def key_digest(public: bytes) -> Digest:
    """Return the identity of a model key: the SHA-256 of its DER SubjectPublicKeyInfo."""
    return sha256(public)


def as_text(public: bytes) -> str:
    """Return the DER bytes of a public key as the base64 that its announcement carries."""
    return b64encode(public).decode()


def public_bytes(key: ModelKey) -> bytes:
    """Return the DER SubjectPublicKeyInfo that ``key`` announces.

    Raises:
        InvalidInput: the announcement names another key than it carries, or none that can sign.
    """
    try:
        public = b64decode(key.public_key, validate=True)
    except (binascii.Error, ValueError):
        public = b""
    require_public_key(public)
    if (key.algorithm, key.key, key.public_key) != (ALGORITHM, sha256(public), as_text(public)):
        raise InvalidInput(f"the announcement of the model key {key.key} contradicts itself")
    return public


def as_pem(der: bytes) -> str:
    """Return a DER SubjectPublicKeyInfo as PEM (RFC 7468), for openssl and model_signing."""
    lines = wrap(b64encode(der).decode(), 64)
    return "\n".join(("-----BEGIN PUBLIC KEY-----", *lines, "-----END PUBLIC KEY-----", ""))


def hint_of(public: bytes) -> str:
    """Return what a signature names its key by: the SHA-256 of the PEM text, in hexadecimal."""
    return sha256(as_pem(public).encode())


def was_in_force(key: ModelKey, index: int) -> bool:
    """Say whether ``key`` might sign the version that the entry ``index`` calls signed."""
    return key.added < index and (key.retired is None or index < key.retired)
