"""The format of a sealed object: one text under one key of its own.

``oneseek-sealed/v1\\n`` · nonce (12 bytes) · ciphertext with its tag (AES-256-GCM, NIST SP 800-38D;
the first line is authenticated too). The object's digest is of all these bytes. A key seals one
object only, so a nonce cannot repeat under it, and destroying the key destroys one text.
"""

import os

from oneseek.domain.errors import FoundDamage

HEADER = b"oneseek-sealed/v1\n"
KEY_BYTES = 32
_NONCE_BYTES = 12


def seal_bytes(key: bytes, plaintext: bytes) -> bytes:
    """Return the bytes of a sealed object. ``key`` has 32 bytes and was never used before."""
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    nonce = os.urandom(_NONCE_BYTES)
    return HEADER + nonce + AESGCM(key).encrypt(nonce, plaintext, HEADER)


def unseal_bytes(key: bytes, sealed: bytes) -> bytes:
    """Return the text of a sealed object.

    Raises:
        FoundDamage: it is not a sealed object, was changed, or the key is another's.
    """
    from cryptography.exceptions import InvalidTag
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    body = sealed.removeprefix(HEADER)
    try:
        if len(body) == len(sealed):
            raise InvalidTag
        return AESGCM(key).decrypt(body[:_NONCE_BYTES], body[_NONCE_BYTES:], HEADER)
    except (InvalidTag, ValueError):  # ValueError: too short to hold a nonce
        raise FoundDamage(
            "a sealed object does not open with its key", hint="restore the vault from a backup"
        ) from None
