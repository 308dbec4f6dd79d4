"""The file of a private key: PKCS #8 in PEM, for its owner alone, encrypted or not.

The public half stands behind the private one, so that a protected key need not be opened to know
which key it is; openssl and ``cryptography`` read the first block. ``cryptography`` is imported
inside the functions: reading a ledger does not need it.
"""

import os
import re
from base64 import b64decode
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from oneseek.adapters.objects.durable import fsync_dir, write_all
from oneseek.adapters.objects.partial import partial_file
from oneseek.domain.errors import Conflict, InvalidInput, NotFound, ServiceFailed

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    Private = Ed25519PrivateKey | EllipticCurvePrivateKey

Kind = Literal["Ed25519", "P-256"]

_ENCRYPTED = b"-----BEGIN ENCRYPTED PRIVATE KEY-----"
_PUBLIC = re.compile(rb"-----BEGIN PUBLIC KEY-----([A-Za-z0-9+/=\s]+)-----END PUBLIC KEY-----")


class KeyFile:
    """The key at ``path``. It is read again whenever the file was replaced, and only then.

    So a training that takes hours signs with the key that a rotation has put there meanwhile.
    """

    def __init__(self, path: Path, kind: Kind, what: str) -> None:
        self.path = path
        self.kind: Kind = kind
        self.what = f"{what} {path}"
        self._seen: tuple[int, ...] = ()
        self._data = b""
        self._private: Private | None = None

    def exists(self) -> bool:
        """Return whether there is a key."""
        return self.path.exists()

    def is_protected(self) -> bool:
        """Return whether a passphrase is needed. Raises as :meth:`private`, but never asks."""
        return _ENCRYPTED in self._read()

    def public_der(self) -> bytes:
        """Return the public half as DER SubjectPublicKeyInfo, without a passphrase if possible."""
        if self.is_protected() and (found := _PUBLIC.search(self._data)):
            return b64decode(found[1])
        return public_der(self.private())

    def private(self) -> "Private":
        """Return the private key; a person may be asked for its passphrase, once.

        Raises:
            NotFound: there is no such file.
            InvalidInput: the passphrase is wrong.
            CannotCheck: it needs one, and there is nobody to ask.
            ServiceFailed: it is no such key, or cannot be read.
        """
        data = self._read()
        if self._private is None:
            passphrase = None
            if _ENCRYPTED in data:
                from oneseek.adapters.keys.passphrase import ask_passphrase

                passphrase = ask_passphrase(f"the {self.what}")
            self._private = self._opened(data, passphrase)
        return self._private

    def adopt(self, key: "Private") -> None:
        """Take ``key`` for what the file holds, which its owner has just written anew."""
        self._read()
        self._private = key

    def _read(self) -> bytes:
        try:
            status = self.path.stat()
            seen = (status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns)
            if seen != self._seen:
                self._data, self._seen, self._private = self.path.read_bytes(), seen, None
        except FileNotFoundError:
            raise NotFound(
                f"the {self.what} is missing",
                hint="put it back from your safe copy: without it nothing can be recorded",
            ) from None
        except OSError as error:
            raise ServiceFailed(f"the {self.what} cannot be read: {error.strerror}") from None
        return self._data

    def _opened(self, data: bytes, passphrase: bytes | None) -> "Private":
        from cryptography.exceptions import UnsupportedAlgorithm
        from cryptography.hazmat.primitives import serialization
        from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

        try:
            key = serialization.load_pem_private_key(data, passphrase)
        except (ValueError, TypeError, UnsupportedAlgorithm):
            if passphrase is not None:
                raise InvalidInput(f"the passphrase does not open the {self.what}") from None
            key = None
        if self.kind == "Ed25519" and isinstance(key, Ed25519PrivateKey):
            return key
        if (
            self.kind == "P-256"
            and isinstance(key, EllipticCurvePrivateKey)
            and key.curve.name == "secp256r1"
        ):
            return key
        article = "an" if self.kind == "Ed25519" else "a"
        raise ServiceFailed(f"{self.path} does not hold {article} {self.kind} private key")


def key_pem(key: "Private", passphrase: bytes | None) -> bytes:
    """Return the bytes of a key file: the private key, then the public one."""
    from cryptography.hazmat.primitives import serialization

    lock = (
        serialization.BestAvailableEncryption(passphrase)
        if passphrase is not None
        else serialization.NoEncryption()
    )
    pem, pkcs8 = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8
    public = key.public_key().public_bytes(pem, serialization.PublicFormat.SubjectPublicKeyInfo)
    return key.private_bytes(pem, pkcs8, lock) + public


def public_der(key: "Private") -> bytes:
    """Return the public half as DER SubjectPublicKeyInfo."""
    from cryptography.hazmat.primitives import serialization

    return key.public_key().public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )


def make_key_file(path: Path, key: "Private", passphrase: bytes | None = None) -> None:
    """Write a new key to ``path``, durably.

    Raises:
        Conflict: the file exists; a key is never overwritten.
        ServiceFailed: the disk refuses.
    """
    try:
        # Made for its owner alone: at no moment can anybody else read it.
        with partial_file(path.parent) as partial:
            write_all(partial.fd, key_pem(key, passphrase))
            os.fsync(partial.fd)
            # A link, not a rename: that would take the place of a key that is there.
            path.hardlink_to(partial.path)
        fsync_dir(path.parent)
    except FileExistsError:
        raise Conflict(f"the key file {path} exists already") from None
    except OSError as error:
        raise ServiceFailed(f"the key file {path} cannot be written: {error.strerror}") from error
