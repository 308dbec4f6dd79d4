"""The key of a witness: Ed25519 or ML-DSA-44, a PKCS #8 PEM file that only its owner can read.

A passphrase in the environment encrypts the file when it is made, and opens it later (see
:mod:`oneseek.adapters.keys.passphrase`). ``cryptography`` is imported inside the functions: reading
a ledger does not need it.
"""

from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from oneseek.adapters.keys.key_file import make_key_file
from oneseek.adapters.keys.passphrase import ask_passphrase, given_passphrase
from oneseek.domain.errors import CannotCheck, InvalidInput, NotFound, ServiceFailed
from oneseek.domain.note.signed_note import (
    ALGORITHM_ED25519_COSIGNATURE,
    ALGORITHM_ML_DSA_44_COSIGNATURE,
    VerifierKey,
    key_id,
)

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric import ed25519, mldsa

    Private = ed25519.Ed25519PrivateKey | mldsa.MLDSA44PrivateKey
    Public = ed25519.Ed25519PublicKey | mldsa.MLDSA44PublicKey

ALGORITHMS = {
    "ed25519": ALGORITHM_ED25519_COSIGNATURE,
    "ml-dsa-44": ALGORITHM_ML_DSA_44_COSIGNATURE,
}


def create_witness_key(path: Path, name: str, algorithm: str) -> VerifierKey:
    """Make a private key at ``path``; return its public half under the key name ``name``.

    Raises:
        Conflict: the file exists; a key is never overwritten.
        CannotCheck: this machine has no ML-DSA-44.
        InvalidInput: the name cannot stand in a note.
        ServiceFailed: the file cannot be written.
    """
    number = ALGORITHMS[algorithm]
    key_id(name, number, b"")  # refuses a bad name before anything is made
    private = _generate(number)
    # Written as the other keys are, which are of other algorithms.
    make_key_file(path, cast(Any, private), given_passphrase())
    return _verifier(name, number, private.public_key().public_bytes_raw())


def load_witness_key(path: Path, name: str) -> "tuple[VerifierKey, Private]":
    """Return the key at ``path``: its public half under the key name ``name``, and what signs.

    Raises:
        NotFound: there is no such file.
        InvalidInput: the passphrase is wrong.
        CannotCheck: it needs one and nobody is there to ask, or this machine has no ML-DSA-44.
        ServiceFailed: it is no such key, or cannot be read.
    """
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    try:
        pem = path.read_bytes()
    except FileNotFoundError:
        raise NotFound(
            f"the key of the witness {path} is missing",
            hint="make a witness with: oneseek witness init DIR --name NAME",
        ) from None
    except OSError as error:
        raise ServiceFailed(f"the key {path} cannot be read: {error.strerror}") from None
    encrypted = b"BEGIN ENCRYPTED PRIVATE KEY" in pem
    phrase = ask_passphrase(f"the key of the witness {path}") if encrypted else None
    try:
        private = load_pem_private_key(pem, password=phrase)
    except UnsupportedAlgorithm:
        raise _no_ml_dsa() from None
    except (ValueError, TypeError):
        if encrypted:
            raise InvalidInput(f"the passphrase does not open {path}") from None
        raise ServiceFailed(f"{path} does not hold a private key") from None
    if isinstance(private, Ed25519PrivateKey):
        number, public = ALGORITHM_ED25519_COSIGNATURE, private.public_key().public_bytes_raw()
        return _verifier(name, number, public), private
    try:
        from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PrivateKey
    except ImportError:
        raise _no_ml_dsa() from None
    if isinstance(private, MLDSA44PrivateKey):
        public = private.public_key().public_bytes_raw()
        return _verifier(name, ALGORITHM_ML_DSA_44_COSIGNATURE, public), private
    raise ServiceFailed(f"{path} holds neither an Ed25519 nor an ML-DSA-44 key")


def check_cosignature(key: VerifierKey, message: bytes, signature: bytes) -> bool:
    """Return whether ``signature`` over ``message`` is by the witness ``key``.

    False for the key of a log.

    Raises:
        CannotCheck: it is an ML-DSA-44 signature, which this machine cannot verify.
    """
    from cryptography.exceptions import InvalidSignature

    try:
        public = _public(key)
        if public is None:
            return False
        public.verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True


def _public(key: VerifierKey) -> "Public | None":
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    if key.algorithm == ALGORITHM_ED25519_COSIGNATURE:
        return Ed25519PublicKey.from_public_bytes(key.key)
    if key.algorithm != ALGORITHM_ML_DSA_44_COSIGNATURE:
        return None
    try:
        from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PublicKey

        return MLDSA44PublicKey.from_public_bytes(key.key)
    except (ImportError, UnsupportedAlgorithm):
        raise _no_ml_dsa() from None


def _generate(number: int) -> "Private":
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    if number == ALGORITHM_ED25519_COSIGNATURE:
        return Ed25519PrivateKey.generate()
    try:
        from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PrivateKey

        return MLDSA44PrivateKey.generate()
    except (ImportError, UnsupportedAlgorithm):
        raise _no_ml_dsa() from None


def _no_ml_dsa() -> CannotCheck:
    return CannotCheck(
        "this machine has no ML-DSA-44: its cryptography package or its OpenSSL is too old",
        hint='pip install --upgrade cryptography, or use "--algorithm ed25519"',
    )


def _verifier(name: str, number: int, public: bytes) -> VerifierKey:
    return VerifierKey(name, key_id(name, number, public), number, public)
