"""Public keys that a person gives on the command line."""

from pathlib import Path

from oneseek.cli.wiring.files import read_input
from oneseek.domain.errors import InvalidInput, NotFound
from oneseek.domain.note.signed_note import VerifierKey


def given_key(text: str) -> VerifierKey:
    """Return the verifier key that ``text`` spells, or that the file ``text`` holds.

    Raises:
        InvalidInput: it is neither.
    """
    try:
        return VerifierKey.parse(text)
    except InvalidInput:
        pass
    try:
        return VerifierKey.parse(read_input(Path(text)).decode("utf-8").strip())
    except (NotFound, UnicodeDecodeError):
        raise InvalidInput(
            f"neither a public key nor a file with one: {text!r}",
            hint="it looks like example.org/log+1a2b3c4d+AQ…; see .oneseek/checkpoint.vkey",
        ) from None
