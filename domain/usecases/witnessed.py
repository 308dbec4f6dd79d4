"""Checkpoints with the cosignatures that are kept beside them, and entries proved under them.

Whoever wants ``--require-witnesses N`` asks for the newest checkpoint that at least N trusted
witnesses cosigned and that covers the entry, and for the proof that the ledger goes on from there
to its head. What is stored counts only as far as it verifies: rows beside the checkpoints are under
no signature of the log, so a wrong one is passed over, here and in every note that is given out.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby

from oneseek.domain.errors import InvalidInput, NotFound, ProofRefused
from oneseek.domain.note.checkpoint import Checkpoint
from oneseek.domain.note.consistency_file import ConsistencyFile
from oneseek.domain.note.cosignature import (
    CheckSignature,
    Cosignature,
    count_witnesses,
    require_witnesses,
    verify_cosignature,
    verify_cosignatures,
    with_signatures,
)
from oneseek.domain.note.signed_note import (
    Note,
    NoteSignature,
    VerifierKey,
    format_note,
    parse_note,
)
from oneseek.domain.note.tlog_proof import TlogProof
from oneseek.domain.ports import Ledger
from oneseek.domain.stored import StoredCosignature
from oneseek.domain.usecases.prove_consistency import checkpoint_of, prove_consistency
from oneseek.domain.usecases.prove_entry import prove_entry_under


@dataclass(frozen=True, slots=True)
class Witnessed:
    """A stored checkpoint of ``size`` entries: its note with the lines of trusted witnesses."""

    size: int
    note: bytes
    cosignatures: tuple[Cosignature, ...]


@dataclass(frozen=True, slots=True)
class WitnessedProof:
    """An entry under a cosigned checkpoint, and the way from there to the head."""

    entry: TlogProof
    consistency: ConsistencyFile
    checkpoint: Witnessed


@dataclass(frozen=True, slots=True)
class Attached:
    """What was taken from a cosigned checkpoint; ``passed_over`` names signers nobody trusts."""

    size: int
    cosignatures: tuple[Cosignature, ...]
    new: int
    passed_over: tuple[str, ...]


def cosigned_checkpoint(
    ledger: Ledger, size: int, witnesses: Sequence[VerifierKey], check: CheckSignature
) -> Witnessed:
    """Return the checkpoint of exactly ``size`` entries with who of ``witnesses`` cosigned it.

    Raises:
        NotFound: no checkpoint of that size was signed.
        InvalidInput: see :func:`~oneseek.domain.note.cosignature.require_witnesses`.
    """
    require_witnesses(witnesses)
    note = checkpoint_of(ledger, size)
    rows = [] if not witnesses else [r for r in ledger.cosignatures(size - 1) if r.size == size]
    return _witnessed(size, note, rows, witnesses, check)


def newest_cosigned(
    ledger: Ledger,
    index: int,
    witnesses: Sequence[VerifierKey],
    required: int,
    check: CheckSignature,
) -> Witnessed:
    """Return the newest checkpoint over entry ``index`` that ``required`` witnesses cosigned.

    Two keys under one name are one witness.

    Raises:
        InvalidInput: fewer witnesses are trusted, or see
            :func:`~oneseek.domain.note.cosignature.require_witnesses`.
        NotFound: there is none.
    """
    require_witnesses(witnesses)
    trusted = len({key.name for key in witnesses})
    if not 1 <= required <= trusted:
        raise InvalidInput(
            f"witnesses required: {required}, trusted here: {trusted}",
            hint="trust the key of a witness with: oneseek witness trust VKEY",
        )
    for size, rows in groupby(ledger.cosignatures(max(index, 0)), key=lambda row: row.size):
        try:
            note = checkpoint_of(ledger, size)
        except NotFound:
            continue  # a row that somebody wrote by hand
        found = _witnessed(size, note, rows, witnesses, check)
        if count_witnesses(found.cosignatures) >= required:
            return found
    raise NotFound(
        f"no checkpoint that covers entry {index} is cosigned by {required} trusted "
        f"{'witness' if required == 1 else 'witnesses'}",
        hint="let a witness cosign the head, then: oneseek witness attach FILE",
    )


def prove_witnessed(
    ledger: Ledger,
    index: int,
    witnesses: Sequence[VerifierKey],
    required: int,
    check: CheckSignature,
) -> WitnessedProof:
    """Prove entry ``index`` under :func:`newest_cosigned`, and that the head goes on from there.

    Raises: see :func:`newest_cosigned` and
        :func:`~oneseek.domain.usecases.prove_entry.prove_entry`.
    """
    found = newest_cosigned(ledger, index, witnesses, required, check)
    entry = prove_entry_under(ledger, index, found.size, found.note)
    head = ledger.head()
    return WitnessedProof(entry, prove_consistency(ledger, found.size, head.checkpoint), found)


def attach_cosignatures(
    ledger: Ledger,
    note: Note,
    origin: str,
    witnesses: Sequence[VerifierKey],
    check: CheckSignature,
) -> Attached:
    """Keep what trusted ``witnesses`` said in ``note`` beside the stored checkpoint.

    Raises:
        InvalidInput: the note is no checkpoint, is another log's, or no trusted witness is in it.
        NotFound: no checkpoint of that size was signed here.
        ProofRefused: it is another checkpoint than the stored one, or a cosignature is wrong.
    """
    checkpoint = Checkpoint.parse(note.text)
    if checkpoint.origin != origin:
        raise InvalidInput(f"it is a checkpoint of {checkpoint.origin}, not of {origin}")
    stored = parse_note(checkpoint_of(ledger, checkpoint.size))
    if stored.text != note.text:
        raise ProofRefused(
            f"the checkpoint of {checkpoint.size} entries that was cosigned is not the one that is "
            "stored here: somebody was shown another history",
            hint="keep the file as evidence; look at the ledger with: oneseek verify --deep",
        )
    found = verify_cosignatures(note, witnesses, check)
    known = {(key.name, key.key_id) for key in witnesses}
    ours = {(line.name, line.key_id) for line in stored.signatures}
    lines = [line for line in note.signatures if (line.name, line.key_id) not in ours]
    strangers = dict.fromkeys(
        f"{line.name}+{line.key_id:08x}" for line in lines if (line.name, line.key_id) not in known
    )
    if not found:
        who = f"only by {', '.join(strangers)}" if strangers else "by nobody"
        raise InvalidInput(
            f"the checkpoint is cosigned {who}: no witness that is trusted here",
            hint="trust the key of a witness with: oneseek witness trust VKEY",
        )
    rows = [
        StoredCosignature(checkpoint.size, line.name, line.key_id, line.signature)
        for line in lines
        if (line.name, line.key_id) in known
    ]
    return Attached(checkpoint.size, found, ledger.attach(rows), tuple(strangers))


def _witnessed(
    size: int,
    note: bytes,
    rows: Iterable[StoredCosignature],
    witnesses: Sequence[VerifierKey],
    check: CheckSignature,
) -> Witnessed:
    """Return the note with those of ``rows`` that a trusted witness made for it."""
    known = {(key.name, key.key_id): key for key in witnesses}
    parsed = parse_note(note)
    lines: list[NoteSignature] = []
    found: list[Cosignature] = []
    for row in rows:
        key = known.get((row.name, row.key_id))
        if key is None:
            continue
        try:
            line = NoteSignature(row.name, row.key_id, row.signature)
            found.append(verify_cosignature(parsed.text, line, key, check))
        except (InvalidInput, ProofRefused):
            continue
        lines.append(line)
    if not lines:
        return Witnessed(size, note, ())
    return Witnessed(size, format_note(with_signatures(parsed, lines)), tuple(found))
