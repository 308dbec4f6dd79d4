"""Proving that an entry is in the signed ledger, as a C2SP tlog-proof."""

from oneseek.domain.errors import InvalidInput, LedgerBroken, NotFound, ProofRefused
from oneseek.domain.merkle.hashing import leaf_hash
from oneseek.domain.merkle.proofs import inclusion_path, verify_inclusion
from oneseek.domain.merkle.tiles import node_reader
from oneseek.domain.note.checkpoint import Checkpoint
from oneseek.domain.note.signed_note import parse_note
from oneseek.domain.note.tlog_proof import TlogProof
from oneseek.domain.ports import Ledger
from oneseek.domain.stored import Record

_HINT = "look at it with: oneseek verify"


def prove_entry(ledger: Ledger, index: int) -> TlogProof:
    """Return the proof of entry ``index`` under the first checkpoint that covers it.

    The entry's bytes are the extra data. The first such checkpoint is stored and never changes, so
    the same entry always gives the same proof, byte for byte.

    Raises:
        NotFound: there is no such entry.
        LedgerBroken: entry, hashes and checkpoint do not belong together.
    """
    record = _record(ledger, index)
    try:
        size, note = ledger.checkpoint_covering(index)
    except NotFound as error:
        raise LedgerBroken(f"entry {index} cannot be proved: {error.message}", hint=_HINT) from None
    return _prove(ledger, record, size, note)


def prove_entry_under(ledger: Ledger, index: int, size: int, note: bytes) -> TlogProof:
    """Return the proof of entry ``index`` under ``note``, the checkpoint of ``size`` entries.

    Raises: see :func:`prove_entry`.
    """
    return _prove(ledger, _record(ledger, index), size, note)


def _record(ledger: Ledger, index: int) -> Record:
    record = next(ledger.records(index, index + 1), None) if index >= 0 else None
    if record is None:
        entries = ledger.head().size
        if 0 <= index < entries:
            raise LedgerBroken(f"entry {index} is missing from the ledger", hint=_HINT)
        raise NotFound(f"there is no entry {index}: the ledger has {entries}")
    return record


def _prove(ledger: Ledger, record: Record, size: int, note: bytes) -> TlogProof:
    index = record.index
    path = inclusion_path(index, size, node_reader(ledger.hashes_at, size))
    try:
        root = Checkpoint.parse(parse_note(note).text).root
        verify_inclusion(leaf_hash(record.raw), index, size, path, root)
    except (InvalidInput, ProofRefused) as error:
        # A proof that does not prove must not leave the house.
        raise LedgerBroken(
            f"entry {index} cannot be proved: {error.message}",
            hint=_HINT,
        ) from None
    return TlogProof(index=index, path=tuple(path), checkpoint=note, extra=record.raw)
