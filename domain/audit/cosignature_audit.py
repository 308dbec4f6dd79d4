"""Are the kept cosignatures over the checkpoints that are kept?

Whoever writes a history anew signs new checkpoints for it. What witnesses said of the old ones he
cannot make again: their lines beside the new checkpoints are wrong, and that is seen here, without
any file from elsewhere.
"""

from collections.abc import Iterator, Sequence

from oneseek.domain.errors import InvalidInput, NotFound, ProofRefused
from oneseek.domain.findings import Finding
from oneseek.domain.note.cosignature import CheckSignature, verify_cosignature
from oneseek.domain.note.signed_note import NoteSignature, VerifierKey, parse_note
from oneseek.domain.ports import Ledger
from oneseek.domain.stored import StoredCosignature


def audit_cosignatures(
    ledger: Ledger, witnesses: Sequence[VerifierKey], check: CheckSignature
) -> Iterator[Finding]:
    """Yield a finding for each kept line of one of ``witnesses`` that is not over its checkpoint.

    Lines of others are nobody's business: they count for nothing.
    """
    known = {(key.name, key.key_id): key for key in witnesses}
    if not known:
        return
    for row in ledger.cosignatures():
        key = known.get((row.name, row.key_id))
        if key is not None and not _is_over_checkpoint(ledger, row, key, check):
            yield Finding(
                "cosignature",
                f"checkpoint of {row.size} entries",
                f"the one that {row.name} cosigned",
                "another one or none: the history was written anew, or the line was made up",
                f"ask {row.name} for the checkpoint that it remembers, and compare",
            )


def _is_over_checkpoint(
    ledger: Ledger, row: StoredCosignature, key: VerifierKey, check: CheckSignature
) -> bool:
    try:
        size, note = ledger.checkpoint_covering(row.size - 1)
        line = NoteSignature(row.name, row.key_id, row.signature)
        verify_cosignature(parse_note(note).text, line, key, check)
    except (NotFound, InvalidInput, ProofRefused):
        return False
    return size == row.size
