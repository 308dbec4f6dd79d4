"""A file that proves, offline, that an entry is in a log (https://c2sp.org/tlog-proof)::

    c2sp.org/tlog-proof@v1
    extra YW55IGJ5dGVz
    index 73894
    gSKyXoYZUgZ6jduWYrkDOARinOMGJveXjgMkBTcdPlQ=
    B95lDa8R83lS8n0eG+o0buTxRKQTYFi//1U8anccXmA=

    example.com/fancylog
    …the rest of the signed checkpoint, as it is

The line of extra bytes may be missing. Nothing signs them: use them as a hint, never as a fact.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from oneseek.domain.errors import InvalidInput, ProofRefused
from oneseek.domain.merkle.hashing import HASH_SIZE
from oneseek.domain.merkle.proofs import verify_inclusion
from oneseek.domain.note.checkpoint import Checkpoint
from oneseek.domain.note.encoding import (
    MAX_INTEGER,
    decode_base64,
    encode_base64,
    parse_decimal,
)
from oneseek.domain.note.signed_note import VerifierKey, parse_note, verify_note

HEADER = "c2sp.org/tlog-proof@v1"

MAX_PATH = 63
"""Hashes in the longest inclusion proof, as a tree has fewer than 2^63 leaves."""


@dataclass(frozen=True, slots=True)
class TlogProof:
    """An index, the inclusion path of that leaf, and the checkpoint note that it leads to.

    ``checkpoint`` is the note byte for byte, ``extra`` any bytes, at least one, or None.

    Raises:
        InvalidInput: the parts do not make a proof, or ``checkpoint`` is no signed checkpoint.
    """

    index: int
    path: tuple[bytes, ...]
    checkpoint: bytes
    extra: bytes | None = None

    def __post_init__(self) -> None:
        if not 0 <= self.index <= MAX_INTEGER:
            raise InvalidInput(f"a leaf index is 0 to 2^63 - 1, not {self.index}")
        if len(self.path) > MAX_PATH or any(len(item) != HASH_SIZE for item in self.path):
            raise InvalidInput(f"an inclusion path has at most {MAX_PATH} hashes of 32 bytes")
        if self.extra == b"":
            raise InvalidInput("extra data must not be empty: leave it out")
        Checkpoint.parse(parse_note(self.checkpoint).text)

    def format(self) -> bytes:
        """Return the bytes of the file; :meth:`parse` gives the same proof back."""
        lines = [HEADER]
        if self.extra is not None:
            lines.append(f"extra {encode_base64(self.extra)}")
        lines.append(f"index {self.index}")
        lines.extend(encode_base64(item) for item in self.path)
        return "".join(f"{line}\n" for line in (*lines, "")).encode() + self.checkpoint

    @classmethod
    def parse(cls, data: bytes) -> "TlogProof":
        """Return the proof in ``data``. Nothing is verified: see :func:`verify_tlog_proof`.

        Raises:
            InvalidInput: it is not a proof in the one accepted spelling.
        """
        head, empty_line, checkpoint = data.partition(b"\n\n")
        if not empty_line or not head.isascii():
            raise InvalidInput("the proof has no empty line between its path and its checkpoint")
        header, *lines = head.decode("ascii").split("\n")
        if header != HEADER:
            raise InvalidInput(f"the proof does not begin with the line {HEADER}")
        extra = None
        if lines and lines[0].startswith("extra "):
            extra = decode_base64(lines.pop(0).removeprefix("extra "), "the extra data")
        if not lines or not lines[0].startswith("index "):
            raise InvalidInput("the proof has no line with the index of the leaf")
        index = parse_decimal(lines.pop(0).removeprefix("index "), "the index of the leaf")
        path = tuple(decode_base64(line, "a hash of the proof") for line in lines)
        return cls(index, path, checkpoint, extra)


def verify_tlog_proof(
    proof: TlogProof,
    leaf: bytes,
    origin: str,
    log_keys: Sequence[VerifierKey],
    check: Callable[[VerifierKey, bytes, bytes], bool],
) -> Checkpoint:
    """Return the checkpoint after checking that it is signed and that the leaf hash is under it.

    ``log_keys`` are keys of the log itself, none of a witness; ``check`` is that of
    :func:`~oneseek.domain.note.signed_note.verify_note`.

    Raises:
        ProofRefused: no key of the log has signed, a signature is wrong, the checkpoint is
            another log's, or the path does not lead from the leaf to its root.
        InvalidInput: two different keys share one name and one key ID.
    """
    note = parse_note(proof.checkpoint)
    verify_note(note, log_keys, check)
    checkpoint = Checkpoint.parse(note.text)
    if checkpoint.origin != origin:
        raise ProofRefused(
            f"the proof is of the log {checkpoint.origin!r}, {origin!r} was expected"
        )
    verify_inclusion(leaf, proof.index, checkpoint.size, proof.path, checkpoint.root)
    return checkpoint
