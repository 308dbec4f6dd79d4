"""The public keys that a workspace was told to trust, one on each line of a file."""

from pathlib import Path

from oneseek.domain.errors import FoundDamage, InvalidInput, NotFound, ServiceFailed
from oneseek.domain.note.signed_note import VerifierKey


def read_pinned(path: Path) -> tuple[VerifierKey, ...]:
    """Return the keys in the file at ``path``.

    Raises:
        NotFound: there is no such file.
        FoundDamage: it holds something else.
        ServiceFailed: it cannot be read.
    """
    try:
        if keys := tuple(VerifierKey.parse(line) for line in path.read_text("utf-8").split()):
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
