"""The Ed25519 key that signs checkpoints, in the C2SP signed-note form.

The private key is a PKCS #8 PEM file that only its owner can read. ``cryptography`` is imported
inside the functions: reading a ledger does not need it.
"""

import os
from pathlib import Path

from oneseek.adapters.objects.durable import fsync_dir, write_all
from oneseek.adapters.objects.partial import partial_file
from oneseek.domain.errors import Conflict, NotFound, ServiceFailed
from oneseek.domain.note.checkpoint import Checkpoint
from oneseek.domain.note.signed_note import (
    ALGORITHM_ED25519,
    Note,
    NoteSignature,
    VerifierKey,
    format_note,
    key_id,
)


class Ed25519Sealer:
    """Signs tree heads of the log named ``origin`` with the private key at ``path``.

    The key is read at the first signature, so that commands that only read never touch it.
    """

    def __init__(self, origin: str, path: Path) -> None:
        self._origin = origin
        self._path = path
        self._key: object = None

    def __call__(self, size: int, root: bytes) -> bytes:
        """Return the signed checkpoint note of a tree head (the sequencer's ``Seal``)."""
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

        if self._key is None:
            self._key = load_key(self._path)
        assert isinstance(self._key, Ed25519PrivateKey)
        text = Checkpoint(self._origin, size, root).body()
        public = self._key.public_key().public_bytes_raw()
        signature = NoteSignature(
            self._origin,
            key_id(self._origin, ALGORITHM_ED25519, public),
            self._key.sign(text.encode()),
        )
        return format_note(Note(text, (signature,)))


def create_key(path: Path, name: str) -> VerifierKey:
    """Make a private key at ``path`` and return its public half under the key name ``name``.

    Raises:
        Conflict: the file exists; a key is never overwritten.
    """
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    key = Ed25519PrivateKey.generate()
    pem = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    try:
        # Made for its owner alone: at no moment can anybody else read it.
        with partial_file(path.parent) as partial:
            write_all(partial.fd, pem)
            os.fsync(partial.fd)
            # A link, not a rename: that would take the place of a key that is there.
            path.hardlink_to(partial.path)
        fsync_dir(path.parent)
    except FileExistsError:
        raise Conflict(f"the key file {path} exists already") from None
    except OSError as error:
        raise ServiceFailed(f"the key file {path} cannot be written: {error.strerror}") from error
    return _verifier(name, key.public_key().public_bytes_raw())


def load_key(path: Path) -> object:
    """Return the Ed25519 private key at ``path``.

    Raises:
        NotFound: there is no such file.
        ServiceFailed: it is not an unencrypted Ed25519 key in PEM form, or cannot be read.
    """
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    try:
        key = serialization.load_pem_private_key(path.read_bytes(), password=None)
    except FileNotFoundError:
        raise NotFound(
            f"the signing key {path} is missing",
            hint="put it back from your safe copy: without it nothing can be recorded",
        ) from None
    except OSError as error:
        raise ServiceFailed(f"the signing key {path} cannot be read: {error.strerror}") from None
    except (ValueError, TypeError):
        key = None
    if not isinstance(key, Ed25519PrivateKey):
        raise ServiceFailed(f"{path} does not hold an Ed25519 private key")
    return key


def public_key(path: Path, name: str) -> VerifierKey:
    """Return the public half of the private key at ``path`` under the key name ``name``."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    key = load_key(path)
    assert isinstance(key, Ed25519PrivateKey)
    return _verifier(name, key.public_key().public_bytes_raw())


def check_ed25519(key: VerifierKey, text: bytes, signature: bytes) -> bool:
    """Return whether ``signature`` over ``text`` is by ``key``; False for other algorithms."""
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    if key.algorithm != ALGORITHM_ED25519:
        return False
    try:
        Ed25519PublicKey.from_public_bytes(key.key).verify(signature, text)
    except (InvalidSignature, ValueError):
        return False
    return True


def _verifier(name: str, public: bytes) -> VerifierKey:
    return VerifierKey(name, key_id(name, ALGORITHM_ED25519, public), ALGORITHM_ED25519, public)
