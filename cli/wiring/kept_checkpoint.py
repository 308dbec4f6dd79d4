"""A checkpoint that an auditor kept, as a file."""

from pathlib import Path

from oneseek.adapters.keys.ed25519 import check_ed25519
from oneseek.cli.app import App
from oneseek.cli.wiring.files import read_input
from oneseek.domain.errors import InvalidInput, ProofRefused
from oneseek.domain.note.checkpoint import Checkpoint
from oneseek.domain.note.signed_note import VerifierKey, parse_note, verify_note


def kept_checkpoint(app: App, path: Path, keys: tuple[VerifierKey, ...]) -> Checkpoint:
    """Return the checkpoint in the file ``path``, signed by one of ``keys`` or of the ledger's.

    Raises:
        InvalidInput: it is no checkpoint, is another log's, or no such key has signed it.
        NotFound, ServiceFailed: the file cannot be read.
    """
    try:
        note = parse_note(read_input(path))
        found = Checkpoint.parse(note.text)
    except InvalidInput as error:
        raise InvalidInput(
            f"{path} holds no checkpoint: {error.message}",
            hint="keep one with: oneseek ledger head --note > kept.checkpoint",
        ) from None
    origin = app.settings.ledger.origin
    if found.origin != origin:
        raise InvalidInput(f"{path} is a checkpoint of {found.origin}, not of {origin}")
    try:
        verify_note(note, (*keys, *app.ring().keys), check_ed25519)
    except ProofRefused as error:
        raise InvalidInput(
            f"{path} is signed by no key that you trust: {error.message}",
            hint="name the key with --key",
        ) from None
    return found
