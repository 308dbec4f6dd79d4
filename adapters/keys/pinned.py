"""The public keys that a workspace was told to trust, one on each line of a file.

Those of the log and those of witnesses lie in files of their own: neither ever counts as the other.
"""

from pathlib import Path

from oneseek.adapters.workspace.small_file import read_small
from oneseek.domain.errors import FoundDamage, InvalidInput, NotFound, ServiceFailed
from oneseek.domain.note.cosignature import is_witness
from oneseek.domain.note.signed_note import VerifierKey


def read_pinned(path: Path) -> tuple[VerifierKey, ...]:
    """Return the keys in the file at ``path``.

    Raises:
        NotFound: there is no such file.
        FoundDamage: it holds something else.
        ServiceFailed: it cannot be read.
    """
    try:
        if keys := tuple(VerifierKey.parse(line) for line in read_small(path).decode().split()):
            return keys
        raise InvalidInput("no key")
    except FileNotFoundError:
        raise NotFound(
            f"the public key {path} is missing",
            hint="put it back from your safe copy, or give it with --key",
        ) from None
    except (InvalidInput, UnicodeDecodeError):
        raise FoundDamage(
            f"{path} does not hold a public key",
            hint="put it back from your safe copy, or give the key with --key",
        ) from None
    except OSError as error:
        raise ServiceFailed(
            f"{path} cannot be read: {error.strerror}", hint="give the public key with --key"
        ) from None


def read_witnesses(path: Path) -> tuple[VerifierKey, ...]:
    """Return the keys of witnesses in the file at ``path``, none where there is no file.

    Raises:
        FoundDamage: it holds something else.
        ServiceFailed: it cannot be read.
    """
    try:
        keys = tuple(VerifierKey.parse(line) for line in read_small(path).decode().split())
    except FileNotFoundError:
        return ()
    except (InvalidInput, UnicodeDecodeError):
        keys = ()
    except OSError as error:
        raise ServiceFailed(f"{path} cannot be read: {error.strerror}") from None
    if not keys or not all(is_witness(key) for key in keys):
        raise FoundDamage(
            f"{path} holds something else than keys of witnesses",
            hint="put it back from your safe copy, or delete it and trust them again",
        )
    return keys
