"""The key that signs versions: ECDSA over P-256 with SHA-256, as model_signing wants it."""

from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from oneseek.adapters.keys.key_file import KeyFile, make_key_file
from oneseek.domain.errors import Conflict, InvalidInput
from oneseek.domain.model_keys import POINT_BYTES, require_public_key

WHAT = "model key"


class FileModelSigner:
    """Signs with the key at ``path``, which is made when it is first needed.

    ``passphrase`` gives the one that a new key is protected with; None: it is not.
    """

    def __init__(self, path: Path, passphrase: Callable[[], bytes | None]) -> None:
        self.file = KeyFile(path, "P-256", WHAT)
        self._passphrase = passphrase

    @property
    def public_key(self) -> bytes:
        """The public half as DER SubjectPublicKeyInfo."""
        if not self.file.exists():
            with suppress(Conflict):  # another process was first: then it is that one
                create_model_key(self.file.path, self._passphrase())
        return self.file.public_der()

    def unlock(self) -> None:
        """Ask for what is needed to sign, if there is a key; see :meth:`KeyFile.private`."""
        if self.file.exists():
            self.file.private()

    def sign(self, data: bytes) -> bytes:
        """Return an ECDSA signature with SHA-256 over ``data``, DER-encoded."""
        from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, EllipticCurvePrivateKey
        from cryptography.hazmat.primitives.hashes import SHA256

        key = self.file.private()
        assert isinstance(key, EllipticCurvePrivateKey)
        return key.sign(data, ECDSA(SHA256()))


def create_model_key(path: Path, passphrase: bytes | None = None) -> None:
    """Make a private key at ``path``. Raises as :func:`make_key_file`."""
    from cryptography.hazmat.primitives.asymmetric import ec

    make_key_file(path, ec.generate_private_key(ec.SECP256R1()), passphrase)


def check_p256(public: bytes, data: bytes, signature: bytes) -> bool:
    """Return whether ``signature`` over ``data`` is by the key ``public`` (DER), one on P-256."""
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.hazmat.primitives.hashes import SHA256

    try:
        # Its reader of DER would load twice as much of the library.
        point = require_public_key(public)[-POINT_BYTES:]
        key = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), point)
        key.verify(signature, data, ec.ECDSA(SHA256()))
    except (InvalidSignature, InvalidInput, ValueError):
        return False
    return True
