"""Proving that the ledger goes on from an older tree, in the form that a witness asks for."""

from oneseek.domain.errors import NotFound, ProofRefused
from oneseek.domain.merkle.proofs import consistency_path, root_at
from oneseek.domain.merkle.tiles import node_reader
from oneseek.domain.note.checkpoint import Checkpoint
from oneseek.domain.note.consistency_file import ConsistencyFile
from oneseek.domain.note.signed_note import parse_note
from oneseek.domain.ports import Ledger


def checkpoint_of(ledger: Ledger, size: int) -> bytes:
    """Return the note of the checkpoint of exactly ``size`` entries.

    Raises:
        NotFound: none was signed: entries that came as a group have one checkpoint together.
    """
    if size < 1:
        raise NotFound("no checkpoint of an empty ledger is ever signed")
    found, note = ledger.checkpoint_covering(size - 1)
    if found != size:
        raise NotFound(
            f"no checkpoint of exactly {size} entries was signed",
            hint=f"the next one is of {found} entries",
        )
    return note


def require_same_history(ledger: Ledger, checkpoint: Checkpoint) -> None:
    """Check that the ledger holds, or goes on from, what ``checkpoint`` speaks of.

    Raises:
        ProofRefused: it has fewer entries, or others.
    """
    size = ledger.head().size
    if checkpoint.size > size:
        raise ProofRefused(
            f"the checkpoint is of {checkpoint.size} entries, the ledger has {size}: it was rolled "
            "back, or the checkpoint is of another copy"
        )
    if root_at(checkpoint.size, node_reader(ledger.hashes_at, checkpoint.size)) != checkpoint.root:
        raise ProofRefused(
            f"the first {checkpoint.size} entries of the ledger are not those of the checkpoint: "
            "one of the two is of another history"
        )


def prove_consistency(ledger: Ledger, old_size: int, note: bytes) -> ConsistencyFile:
    """Return the proof that the tree of the checkpoint ``note`` begins with ``old_size`` leaves.

    Raises:
        InvalidInput: ``note`` is no checkpoint, or of fewer entries than ``old_size``.
        ProofRefused: it is not of this ledger's history: a proof could not lead to its root.
    """
    new = Checkpoint.parse(parse_note(note).text)
    require_same_history(ledger, new)
    path = consistency_path(old_size, new.size, node_reader(ledger.hashes_at, new.size))
    return ConsistencyFile(old_size, tuple(path), note)
