"""The Ed25519 key that signs checkpoints, in the C2SP signed-note form.

``cryptography`` is imported inside the functions: reading a ledger does not need it.
"""

from pathlib import Path

from oneseek.adapters.keys.key_file import KeyFile, make_key_file
from oneseek.domain.note.checkpoint import Checkpoint
from oneseek.domain.note.signed_note import (
    ALGORITHM_ED25519,
    Note,
    NoteSignature,
    VerifierKey,
    format_note,
    key_id,
)

WHAT = "signing key"
_KEY_BYTES = 32


class Ed25519Sealer:
    """Signs tree heads of the log named ``origin`` with the private key at ``path``.

    The key is read at the first signature, so that commands that only read never touch it.
    """

    def __init__(self, origin: str, path: Path) -> None:
        self._origin = origin
        self.file = KeyFile(path, "Ed25519", WHAT)

    @property
    def public_key(self) -> VerifierKey:
        """The public half, under the log's name."""
        return _verifier(self._origin, self.file.public_der())

    def unlock(self) -> None:
        """Ask for what is needed to sign; see :meth:`KeyFile.private`."""
        self.file.private()

    def __call__(self, size: int, root: bytes) -> bytes:
        """Return the signed checkpoint note of a tree head (the sequencer's ``Seal``)."""
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

        key = self.file.private()
        assert isinstance(key, Ed25519PrivateKey)
        text = Checkpoint(self._origin, size, root).body()
        public = key.public_key().public_bytes_raw()
        signature = NoteSignature(
            self._origin,
            key_id(self._origin, ALGORITHM_ED25519, public),
            key.sign(text.encode()),
        )
        return format_note(Note(text, (signature,)))


def create_key(path: Path, name: str, passphrase: bytes | None = None) -> VerifierKey:
    """Make a private key at ``path`` and return its public half under the key name ``name``.

    Raises:
        Conflict: the file exists; a key is never overwritten.
    """
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    key = Ed25519PrivateKey.generate()
    make_key_file(path, key, passphrase)
    public = key.public_key().public_bytes_raw()
    return VerifierKey(name, key_id(name, ALGORITHM_ED25519, public), ALGORITHM_ED25519, public)


def public_key(path: Path, name: str) -> VerifierKey:
    """Return the public half of the private key at ``path`` under the key name ``name``.

    Raises: see :meth:`KeyFile.private`.
    """
    return Ed25519Sealer(name, path).public_key


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


def _verifier(name: str, der: bytes) -> VerifierKey:
    # RFC 8410: the key is the end of its SubjectPublicKeyInfo.
    public = der[-_KEY_BYTES:]
    return VerifierKey(name, key_id(name, ALGORITHM_ED25519, public), ALGORITHM_ED25519, public)
