"""A consistency proof as a file: the request ``add-checkpoint`` of https://c2sp.org/tlog-witness::

    old 20852014
    PlRNCrwHpqhGrupue0L7gxbjbMiKA9temvuZZDDpkaw=
    jrJZDmY8Y7SyJE0MWLpLozkIVMSMZcD5kvuKxPC3swk=

    example.com/behind-the-sofa
    20852163
    …the rest of the signed checkpoint, as it is

It says that the tree of the checkpoint begins with the tree of ``old`` leaves. The root of that
older tree is not in it: whoever verifies has it, from a checkpoint that was kept.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from oneseek.domain.errors import InvalidInput, ProofRefused
from oneseek.domain.merkle.hashing import HASH_SIZE
from oneseek.domain.merkle.proofs import verify_consistency
from oneseek.domain.note.checkpoint import Checkpoint
from oneseek.domain.note.cosignature import CheckSignature
from oneseek.domain.note.encoding import decode_base64, encode_base64, parse_decimal
from oneseek.domain.note.signed_note import Note, VerifierKey, parse_note, verify_note

MAX_PATH = 63
"""Hashes; the format allows no more."""


@dataclass(frozen=True, slots=True)
class ConsistencyFile:
    """The size of an older tree, the consistency path, and the newer checkpoint's note.

    Raises:
        InvalidInput: the parts do not make a proof, ``checkpoint`` is no signed checkpoint, or it
            is of a smaller tree.
    """

    old_size: int
    path: tuple[bytes, ...]
    checkpoint: bytes

    def __post_init__(self) -> None:
        if len(self.path) > MAX_PATH or any(len(item) != HASH_SIZE for item in self.path):
            raise InvalidInput(f"a consistency path has at most {MAX_PATH} hashes of 32 bytes")
        size = Checkpoint.parse(parse_note(self.checkpoint).text).size
        if not 0 <= self.old_size <= size:
            raise InvalidInput(f"a tree of {size} leaves cannot begin with {self.old_size} leaves")

    def format(self) -> bytes:
        """Return the bytes of the file; :meth:`parse` gives the same proof back."""
        lines = [f"old {self.old_size}", *map(encode_base64, self.path), ""]
        return "".join(f"{line}\n" for line in lines).encode() + self.checkpoint

    @classmethod
    def parse(cls, data: bytes) -> "ConsistencyFile":
        """Return the proof in ``data``. Nothing is verified: see :func:`verify_consistency_file`.

        Raises:
            InvalidInput: it is not a proof in the one accepted spelling.
        """
        head, empty_line, checkpoint = data.partition(b"\n\n")
        if not empty_line or not head.isascii():
            raise InvalidInput("the proof has no empty line between its path and its checkpoint")
        first, *lines = head.decode("ascii").split("\n")
        if not first.startswith("old "):
            raise InvalidInput("the proof does not begin with a line: old, and a tree size")
        size = parse_decimal(first.removeprefix("old "), "the older tree size")
        path = tuple(decode_base64(line, "a hash of the proof") for line in lines)
        return cls(size, path, checkpoint)


def verify_checkpoint(
    note: Note, origin: str, log_keys: Sequence[VerifierKey], check: CheckSignature
) -> Checkpoint:
    """Return the checkpoint in ``note`` after checking that the log ``origin`` signed it.

    ``log_keys`` are keys of the log itself, none of a witness.

    Raises:
        ProofRefused: no key of the log has signed, a signature is wrong, or it is another log's.
        InvalidInput: the note holds no checkpoint, or two different keys share name and ID.
    """
    checkpoint = Checkpoint.parse(note.text)
    verify_note(note, log_keys, check)
    if checkpoint.origin != origin:
        raise ProofRefused(
            f"the checkpoint is of the log {checkpoint.origin!r}, {origin!r} was expected"
        )
    return checkpoint


def verify_consistency_file(
    proof: ConsistencyFile,
    old: Checkpoint,
    log_keys: Sequence[VerifierKey],
    check: CheckSignature,
) -> Checkpoint:
    """Return the newer checkpoint after checking that its tree begins with that of ``old``.

    ``old`` is believed: whoever calls has verified it. The newer one must be the same log's.

    Raises:
        ProofRefused: the log did not sign, or the proof does not show it.
    """
    new = verify_checkpoint(parse_note(proof.checkpoint), old.origin, log_keys, check)
    if proof.old_size != old.size:
        raise ProofRefused(f"the proof goes on from {proof.old_size} leaves, not from {old.size}")
    verify_consistency(old.size, old.root, new.size, new.root, proof.path)
    return new
