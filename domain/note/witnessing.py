"""What a witness asks of a checkpoint before it cosigns (https://c2sp.org/tlog-witness).

A witness remembers one checkpoint for each log: the last one that it cosigned. It signs another one
only if the log signed it and its tree begins with the remembered tree. So two histories can never
both be cosigned, whatever is shown to whom.
"""

from collections.abc import Sequence

from oneseek.domain.errors import Conflict, ProofRefused
from oneseek.domain.merkle.hashing import EMPTY_ROOT
from oneseek.domain.merkle.proofs import verify_consistency
from oneseek.domain.note.checkpoint import Checkpoint
from oneseek.domain.note.consistency_file import ConsistencyFile, verify_checkpoint
from oneseek.domain.note.cosignature import CheckSignature
from oneseek.domain.note.signed_note import Note, VerifierKey, parse_note


def accept_checkpoint(
    submitted: Note | ConsistencyFile,
    last: Checkpoint | None,
    origin: str,
    log_keys: Sequence[VerifierKey],
    check: CheckSignature,
) -> Note:
    """Return the note to cosign; ``last`` is what was cosigned for this log before, if anything.

    A checkpoint of the tree that was cosigned last may be cosigned again: that says nothing new,
    and whoever lost the first answer gets another.

    Raises:
        ProofRefused: the log did not sign it, it is another log's, has extension lines, is of a
            smaller tree, of another tree of the same size, or the proof is wrong.
        Conflict: there is no proof, or one that goes on from another size than the last one's.
    """
    proof = submitted if isinstance(submitted, ConsistencyFile) else None
    note = submitted if isinstance(submitted, Note) else parse_note(submitted.checkpoint)
    new = verify_checkpoint(note, origin, log_keys, check)
    if new.extensions:
        raise ProofRefused("the checkpoint has extension lines: a witness vouches for none")
    old = last or Checkpoint(origin, 0, EMPTY_ROOT)
    if new.size < old.size:
        raise ProofRefused(
            f"the log was rolled back: {old.size} entries were cosigned, these are {new.size}"
        )
    if (new.size, new.root) == (old.size, old.root):
        return note
    if new.size == old.size:
        raise ProofRefused(
            f"the log was forked: another tree of {old.size} entries was cosigned before"
        )
    begins = proof.old_size if proof else 0
    if begins != old.size:
        found = f"this one goes on from {begins}" if proof else "there is none"
        raise Conflict(
            f"a proof is needed that the log goes on from the {old.size} entries that were "
            f"cosigned last: {found}",
            hint=f"ask the operator for: oneseek ledger consistency {old.size}",
        )
    verify_consistency(old.size, old.root, new.size, new.root, proof.path if proof else ())
    return note
