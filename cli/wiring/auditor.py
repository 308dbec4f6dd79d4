"""Whom an auditor trusts, what they have kept, and how far they want to look."""

from dataclasses import dataclass
from pathlib import Path

from oneseek.cli.app import App
from oneseek.cli.wiring.given_keys import given_keys
from oneseek.cli.wiring.proof_files import note_of, read_proof
from oneseek.domain.errors import InvalidInput, NotFound
from oneseek.domain.note.checkpoint import Checkpoint
from oneseek.domain.note.cosignature import is_witness, require_witnesses
from oneseek.domain.note.signed_note import Note, VerifierKey


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be looked at besides what always is."""

    deep: bool = False
    reproduce: bool = False
    witnesses: int | None = None
    """So many witnesses must have cosigned a checkpoint."""


@dataclass(frozen=True, slots=True)
class Auditor:
    """Keys and the kept checkpoint of an auditor."""

    keys: tuple[VerifierKey, ...]
    origin: str
    """The log's name: the one in the auditor's keys, not the one in the folder's settings."""
    witnesses: tuple[VerifierKey, ...]
    kept: Note | None
    checkpoint: Checkpoint | None
    """What ``kept`` says."""

    @classmethod
    def of(
        cls, app: App, trust: tuple[str, ...], since: Path | None, required: int | None
    ) -> "Auditor":
        """Read what the auditor gave; ``required`` is the number of witnesses asked for.

        Raises:
            InvalidInput: it is no key or no checkpoint, they are not of one log, or fewer witnesses
                are trusted than required.
            NotFound: no key was given, and the workspace names none.
        """
        given = given_keys(trust)
        logs = tuple(key for key in given if not is_witness(key))
        # Whoever names keys does not trust the folder: its witnesses do not count then either.
        witnesses = tuple(key for key in given if is_witness(key)) if trust else app.witnesses
        keys = logs or _own(app)
        require_witnesses(witnesses, keys)
        origin = keys[0].name if logs else app.settings.ledger.origin
        for key in logs:
            if key.name != origin:
                raise InvalidInput(f"the keys are of two logs: {origin} and {key.name}")
        names = {key.name for key in witnesses}
        if required is not None and required > len(names):
            raise InvalidInput(
                f"witnesses required: {required}, trusted here: {len(names)}",
                hint="name the key of a witness with --trust",
            )
        note, checkpoint = _kept(since, origin) if since is not None else (None, None)
        return cls(keys, origin, witnesses, note, checkpoint)


def _own(app: App) -> tuple[VerifierKey, ...]:
    try:
        return app.pinned
    except NotFound as error:
        raise NotFound(error.message, hint="name the key that you trust with --trust") from None


def _kept(path: Path, origin: str) -> tuple[Note, Checkpoint]:
    try:
        note = note_of(read_proof(path))
        checkpoint = Checkpoint.parse(note.text)
    except InvalidInput as error:
        raise InvalidInput(
            error.message,
            hint="keep one with: oneseek ledger head --note > kept.checkpoint",
        ) from None
    if checkpoint.origin != origin:
        raise InvalidInput(f"{path} is a checkpoint of {checkpoint.origin}, not of {origin}")
    return note, checkpoint
