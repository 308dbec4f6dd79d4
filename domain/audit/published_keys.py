"""Following the keys of a log that somebody publishes, who may have lost or hidden some of it.

Beside the files of the static log lie proofs of the entries that announce and retire keys, each
under the first checkpoint that covered it. With them a reader who was given one key knows, before
he reads a single bundle, who signs today (:func:`introduce`). When he has read all entries he knows
every announcement and every retirement, and judges again (:func:`settle`): what was kept from him
at first counts now.
"""

from collections.abc import Callable, Iterable

from oneseek.domain.audit.signers import Signers, key_entry
from oneseek.domain.errors import OneSeekError
from oneseek.domain.merkle.hashing import leaf_hash
from oneseek.domain.merkle.proofs import verify_inclusion
from oneseek.domain.note.checkpoint import Checkpoint
from oneseek.domain.note.signed_note import parse_note
from oneseek.domain.note.tlog_proof import TlogProof


def parse_key_proof(data: bytes) -> TlogProof | None:
    """Return the proof of an entry that announces or retires a key, None for anything else.

    Its path is verified against its own checkpoint; whose signature that bears is not looked at.
    """
    try:
        proof = TlogProof.parse(data)
        claimed = Checkpoint.parse(parse_note(proof.checkpoint).text)
        raw = proof.extra or b""
        verify_inclusion(leaf_hash(raw), proof.index, claimed.size, proof.path, claimed.root)
    except OneSeekError:
        return None
    return proof if key_entry(raw) is not None else None


def introduce(signers: Signers, proofs: Iterable[TlogProof]) -> None:
    """Let ``signers`` learn from proofs in the order of the log, as far as they can be believed.

    One whose checkpoint no trusted key has signed says nothing. ``proofs`` are such as
    :func:`parse_key_proof` gives.
    """
    for proof in proofs:
        try:
            believed = signers.signed(proof.checkpoint)
        except OneSeekError:
            continue
        signers.learn([(proof.index, proof.extra or b"")])
        signers.vouch(believed.size)


def settle(
    signers: Signers,
    entries: Iterable[tuple[int, bytes]],
    notes: Iterable[bytes],
    root_at: Callable[[int], bytes],
    size: int,
) -> None:
    """Let ``signers`` judge with all that the first ``size`` entries announce.

    ``entries`` are all those of keys; ``notes`` are checkpoints over announcements, of which those
    count that lie on this history: ``root_at`` gives its roots.
    """
    signers.learn(entries)
    for claimed, note in sorted(_sized(notes), key=lambda item: item[0].size):
        if claimed.size > size or claimed.root != root_at(claimed.size):
            continue
        try:
            signers.signed(note)
        except OneSeekError:
            continue
        signers.vouch(claimed.size)


def _sized(notes: Iterable[bytes]) -> Iterable[tuple[Checkpoint, bytes]]:
    for note in notes:
        try:
            yield Checkpoint.parse(parse_note(note).text), note
        except OneSeekError:
            continue
