"""A checkpoint that an auditor kept, as a file."""

from pathlib import Path

from oneseek.adapters.keys.ed25519 import check_ed25519
from oneseek.cli.app import App
from oneseek.cli.wiring.proof_files import note_of, read_proof
from oneseek.domain.errors import InvalidInput, ProofRefused
from oneseek.domain.note.checkpoint import Checkpoint
from oneseek.domain.note.signed_note import VerifierKey, verify_note
from oneseek.domain.usecases.keys import trusted_keys


def kept_checkpoint(
    app: App, path: Path, keys: tuple[VerifierKey, ...]
) -> tuple[Checkpoint, tuple[VerifierKey, ...]]:
    """Return the checkpoint in the file ``path``, and who of those trusted has signed it.

    Trusted are ``keys`` and those of the ledger that these vouch for.

    Raises:
        InvalidInput: it is no checkpoint, is another log's, or no such key has signed it.
        NotFound, ServiceFailed: the file cannot be read.
    """
    try:
        note = note_of(read_proof(path))
        found = Checkpoint.parse(note.text)
    except InvalidInput as error:
        raise InvalidInput(
            error.message,
            hint="keep one with: oneseek ledger head --note > kept.checkpoint",
        ) from None
    origin = app.settings.ledger.origin
    if found.origin != origin:
        raise InvalidInput(f"{path} is a checkpoint of {found.origin}, not of {origin}")
    try:
        signers = verify_note(note, _trusted(app, keys), check_ed25519)
    except ProofRefused as error:
        raise InvalidInput(
            f"{path} is signed by no key that you trust: {error.message}",
            hint="name the key with --key",
        ) from None
    return found, signers


def _trusted(app: App, keys: tuple[VerifierKey, ...]) -> tuple[VerifierKey, ...]:
    # Not by way of the workspace's own keys: whoever gives others may not trust this folder.
    ring = trusted_keys(
        app.ledger, app.ledger.head(), keys, app.settings.ledger.origin, check_ed25519
    )
    return ring.keys
