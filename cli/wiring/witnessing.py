"""What a witness does with a file, and whom an operator trusts as a witness."""

import time
from pathlib import Path

from oneseek.adapters.keys.ed25519 import check_ed25519
from oneseek.adapters.keys.pinned import read_witnesses
from oneseek.adapters.keys.witness_key import check_cosignature
from oneseek.adapters.objects.durable import write_atomic
from oneseek.adapters.witness.folder import WitnessFolder, refuse_own_log, require_own
from oneseek.adapters.workspace.locks import locked
from oneseek.cli.app import App
from oneseek.cli.wiring.given_keys import given_keys
from oneseek.cli.wiring.proof_check import Trusted
from oneseek.cli.wiring.proof_files import note_of, read_proof
from oneseek.domain.errors import InvalidInput
from oneseek.domain.note.checkpoint import Checkpoint
from oneseek.domain.note.consistency_file import ConsistencyFile
from oneseek.domain.note.cosignature import Cosignature, require_witnesses, verify_cosignatures
from oneseek.domain.note.signed_note import Note, VerifierKey
from oneseek.domain.note.witnessing import accept_checkpoint


def cosign_file(
    state: Path, path: Path, logs: tuple[str, ...], previous: Path | None
) -> tuple[Note, Checkpoint, Cosignature]:
    """Cosign the checkpoint in the file ``path`` with the witness in the folder ``state``.

    Returns the note with the new line, the checkpoint, and the cosignature.

    Raises:
        ProofRefused, Conflict: see
            :func:`~oneseek.domain.note.witnessing.accept_checkpoint`.
        InvalidInput: a file or a key cannot be used.
    """
    trusted, witness = Trusted(given_keys(logs)), WitnessFolder(state)
    key, origin = witness.key(), trusted.origin
    refuse_own_log(key, trusted.log_keys)
    read = read_proof(path)
    submitted = read if isinstance(read, ConsistencyFile) else note_of(read)
    before = require_own(note_of(read_proof(previous)), key, origin) if previous else None

    def accept(last: Checkpoint | None) -> Note:
        return accept_checkpoint(submitted, last, origin, trusted.log_keys, check_ed25519)

    signed = witness.cosign(origin, accept, lambda: int(time.time()), before)
    (mine,) = verify_cosignatures(signed, (key,), check_cosignature)
    return signed, Checkpoint.parse(signed.text), mine


def trust_witness(app: App, key: VerifierKey) -> bool:
    """Pin the key of a witness; return whether it is new.

    Raises:
        InvalidInput: it is a log's key, this ledger's own, or that of a witness under another name.
        FoundDamage: the file of pinned keys is damaged.
    """
    path = app.paths.witness_keys
    with locked(app.paths.locks / "witness.lock"):
        known = read_witnesses(path)
        require_witnesses((*known, key), app.ring().keys)
        if key in known:
            return False
        lines = "".join(f"{item}\n" for item in (*known, key))
        write_atomic(path, lines.encode())
    return True


def witnesses_or_refuse(app: App) -> tuple[VerifierKey, ...]:
    """Return the trusted witnesses, at least one.

    Raises:
        InvalidInput: nobody is trusted.
    """
    if found := app.witnesses:
        return found
    raise InvalidInput(
        "no witness is trusted here", hint="trust one with: oneseek witness trust VKEY"
    )
