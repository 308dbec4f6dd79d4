"""Checking a history proof offline: with the log's public key and nothing else.

What it rests on. That the entries which are shown are in the ledger, in this order, at these
places of their streams: on the signed checkpoint alone. That *no other* entry of a stream comes
after them: on the index besides, which the same log has logged under the same signature. A log
that logs a false index has signed the evidence against itself: whoever holds the whole ledger
makes every logged index again (:mod:`oneseek.domain.audit.stream_index_audit`).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from oneseek.domain.errors import ProofRefused
from oneseek.domain.events import IndexLogged
from oneseek.domain.index.answering import Answer, answer
from oneseek.domain.index.parts import require_moment, shown_entry, shown_stream
from oneseek.domain.index.proof_file import ActiveAt, HistoryProof, Moment, NeverActive, Question
from oneseek.domain.note.checkpoint import Checkpoint
from oneseek.domain.note.signed_note import VerifierKey, parse_note, verify_note

Check = Callable[[VerifierKey, bytes, bytes], bool]
"""``check(key, text, signature)`` of :func:`~oneseek.domain.note.signed_note.verify_note`."""


@dataclass(frozen=True, slots=True)
class ProvedHistory:
    """What a history proof has been found to prove; in words: :mod:`oneseek.domain.index.saying`.

    ``signed_by`` is empty where no key was given: then nothing is proved yet.
    """

    question: Question
    answer: Answer
    checkpoint: Checkpoint
    signed_by: tuple[VerifierKey, ...]
    index_entry: int
    index_time: str
    size: int
    """Entries that the index covers."""
    covered: int
    """The largest tree that is spoken of: one more where the index-logged entry comes next."""


def check_history_proof(data: bytes, keys: Sequence[VerifierKey], check: Check) -> ProvedHistory:
    """Return what the file ``data`` proves to whoever trusts ``keys``, keys of the log.

    Without keys everything but the signature is checked.

    Raises:
        InvalidInput: it is not a history proof.
        ProofRefused: it does not prove what it claims, or proves the opposite: a version that is
            said to have never been active was, and the sentence says when.
    """
    proof = HistoryProof.parse(data)
    note = parse_note(proof.checkpoint.encode())
    signed_by = verify_note(note, keys, check) if keys else ()
    checkpoint = Checkpoint.parse(note.text)
    if signed_by and checkpoint.origin not in {key.name for key in signed_by}:
        raise ProofRefused(f"the checkpoint is of the log {checkpoint.origin!r}, not of its signer")
    entry = shown_entry(proof.index, checkpoint)
    index = entry.body
    if not isinstance(index, IndexLogged):
        raise ProofRefused(f"entry {proof.index.index} logs no index")
    if index.size > proof.index.index:
        raise ProofRefused(f"the index of entry {proof.index.index} covers later entries")
    root = bytes.fromhex(index.root)
    streams = [shown_stream(run, root, index.size, checkpoint) for run in proof.streams]
    covered = covered_by(index, proof.index.index)
    for moment in _moments(proof.question):
        require_moment(moment, covered, checkpoint)
    return ProvedHistory(
        question=proof.question,
        answer=answer(proof.question, streams),
        checkpoint=checkpoint,
        signed_by=signed_by,
        index_entry=proof.index.index,
        index_time=entry.time,
        size=index.size,
        covered=covered,
    )


def covered_by(index: IndexLogged, at: int) -> int:
    """Return the largest tree that the index logged by entry ``at`` speaks of.

    The entry itself is none of the streams asked about: where it comes right after the entries
    that are indexed, the index speaks for one entry more.
    """
    return index.size + (index.size == at)


def _moments(question: Question) -> tuple[Moment, ...]:
    match question:
        case ActiveAt():
            return (question.at,)
        case NeverActive():
            return (question.since, question.until)
        case _:
            return ()
