"""Cosignatures: a second party's statement that a log went on from what it saw before.

The format is https://c2sp.org/tlog-cosignature. A witness adds a line to the checkpoint; behind the
key ID stand the time, eight bytes, and the signature. What it signs depends on the algorithm:

- Ed25519 (4): two lines, ``cosignature/v1`` and ``time N``, before the whole text of the note;
- ML-DSA-44 (6): a structure with the witness's name, the time, and origin, size and root of the
  log. Extension lines are not in it.

So a signature of a log never passes as one of a witness, nor the reverse: the algorithm of the key
says which it is, and the signed bytes differ. The cryptography is the caller's: ``check`` tells
whether a signature over a message is a key's.
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Final

from oneseek.domain.errors import InvalidInput, ProofRefused
from oneseek.domain.note.checkpoint import Checkpoint
from oneseek.domain.note.encoding import MAX_INTEGER
from oneseek.domain.note.signed_note import (
    ALGORITHM_ED25519_COSIGNATURE,
    ALGORITHM_ML_DSA_44_COSIGNATURE,
    Note,
    NoteSignature,
    VerifierKey,
)

CheckSignature = Callable[[VerifierKey, bytes, bytes], bool]
"""``check(key, message, signature)``: whether the signature over the message is the key's."""

_TIME_SIZE: Final = 8
_SIGNATURE_SIZES: Final = {
    ALGORITHM_ED25519_COSIGNATURE: 64,
    ALGORITHM_ML_DSA_44_COSIGNATURE: 2420,
}
_ML_DSA_LABEL: Final = b"subtree/v1\n\0"
_MAX_NAME: Final = 255
"""Bytes of a name or an origin in what ML-DSA-44 signs."""


@dataclass(frozen=True, slots=True)
class Cosignature:
    """A verified cosignature: whose, and when it was made, in seconds since 1970.

    ``time`` is a claim of the witness; 0 means that it states none.
    """

    key: VerifierKey
    time: int


def is_witness(key: VerifierKey) -> bool:
    """Return whether ``key`` is a witness's; a log's key never is."""
    return key.algorithm in _SIGNATURE_SIZES


def require_witnesses(
    witnesses: Collection[VerifierKey], log_keys: Collection[VerifierKey] = ()
) -> None:
    """Check that ``witnesses`` are keys of witnesses, each of a party of its own.

    Raises:
        InvalidInput: one is a key of a log, one serves the log too, two names share one key, or two
            keys one name and one key ID.
    """
    logs = {key.key: key.name for key in log_keys}
    named: dict[tuple[str, int], VerifierKey] = {}
    owners: dict[bytes, str] = {}
    for key in witnesses:
        if not is_witness(key):
            raise InvalidInput(
                f"{key.name}+{key.key_id:08x} is the key of a log, not of a witness",
                hint="the key of a witness is printed by: oneseek witness init",
            )
        if key.key in logs:
            raise InvalidInput(
                f"the witness {key.name} has the key of the log {logs[key.key]} itself"
            )
        if named.setdefault((key.name, key.key_id), key) != key:
            raise InvalidInput(f"two keys are named {key.name} and have the ID {key.key_id:08x}")
        if (owner := owners.setdefault(key.key, key.name)) != key.name:
            raise InvalidInput(f"the witnesses {owner} and {key.name} have one key: that is one")


def cosigned_message(key: VerifierKey, time: int, text: str) -> bytes:
    """Return the bytes that the witness ``key`` signs for the checkpoint in the note ``text``.

    Raises:
        InvalidInput: the text is no checkpoint, the time is not 0 to 2^63 - 1, the key is none of a
            witness, or a name is too long for the structure.
    """
    if not 0 <= time <= MAX_INTEGER:
        raise InvalidInput(f"the time of a cosignature is 0 to 2^63 - 1, not {time}")
    checkpoint = Checkpoint.parse(text)
    if key.algorithm == ALGORITHM_ED25519_COSIGNATURE:
        return f"cosignature/v1\ntime {time}\n{text}".encode()
    if key.algorithm != ALGORITHM_ML_DSA_44_COSIGNATURE:
        raise InvalidInput(f"{key.name} is the key of a log, not of a witness")
    return b"".join(
        (
            _ML_DSA_LABEL,
            _short(key.name, "the name of a witness"),
            time.to_bytes(8, "big"),
            _short(checkpoint.origin, "the origin of a log"),
            bytes(8),  # the first leaf
            checkpoint.size.to_bytes(8, "big"),
            checkpoint.root,
        )
    )


def cosign(
    note: Note, key: VerifierKey, time: int, sign: Callable[[bytes], bytes]
) -> tuple[Note, NoteSignature]:
    """Return ``note`` with the cosignature of ``key``, in place of an older one, and that line.

    Raises:
        InvalidInput: see :func:`cosigned_message`; or the note has too many signatures.
    """
    blob = time.to_bytes(_TIME_SIZE, "big") + sign(cosigned_message(key, time, note.text))
    line = NoteSignature(key.name, key.key_id, blob)
    return with_signatures(note, (line,)), line


def with_signatures(note: Note, lines: Sequence[NoteSignature]) -> Note:
    """Return ``note`` with ``lines`` at its end, in place of lines under the same names and IDs."""
    new = {(line.name, line.key_id) for line in lines}
    kept = (line for line in note.signatures if (line.name, line.key_id) not in new)
    return Note(note.text, (*kept, *lines))


def verify_cosignature(
    text: str, line: NoteSignature, key: VerifierKey, check: CheckSignature
) -> Cosignature:
    """Return the cosignature in ``line`` after checking that it is by ``key`` over ``text``.

    Raises:
        ProofRefused: it is not.
        InvalidInput: ``text`` is no checkpoint, or ``key`` none of a witness.
    """
    blob = line.signature
    if len(blob) != _TIME_SIZE + _SIGNATURE_SIZES.get(key.algorithm, 0):
        raise ProofRefused(f"the cosignature of {key.name} has {len(blob)} bytes, a wrong number")
    time = int.from_bytes(blob[:_TIME_SIZE], "big")
    if time > MAX_INTEGER:
        raise ProofRefused(f"the cosignature of {key.name} states a time beyond 2^63 - 1")
    if not check(key, cosigned_message(key, time, text), blob[_TIME_SIZE:]):
        raise ProofRefused(f"the cosignature of {key.name} is not over this checkpoint")
    return Cosignature(key, time)


def verify_cosignatures(
    note: Note, witnesses: Sequence[VerifierKey], check: CheckSignature
) -> tuple[Cosignature, ...]:
    """Return which of ``witnesses`` cosigned the checkpoint in ``note``, in their order.

    Lines of other keys are ignored, as the format demands; the log's own is among them.

    Raises:
        ProofRefused: a line under the name and ID of a known witness is wrong.
        InvalidInput: the note holds no checkpoint, or see :func:`require_witnesses`.
    """
    require_witnesses(witnesses)
    Checkpoint.parse(note.text)
    known = {(key.name, key.key_id): key for key in witnesses}
    found: dict[VerifierKey, Cosignature] = {}
    for line in note.signatures:
        key = known.get((line.name, line.key_id))
        if key is not None:
            one = verify_cosignature(note.text, line, key, check)
            # Twice by one key counts once: as of the later time.
            found[key] = max(one, found.get(key, one), key=lambda item: item.time)
    return tuple(found[key] for key in known.values() if key in found)


def count_witnesses(found: Collection[Cosignature]) -> int:
    """Return how many parties cosigned: two keys under one name are one party's."""
    return len({item.key.name for item in found})


def require_cosigned(found: Collection[Cosignature], required: int) -> None:
    """Check that at least ``required`` parties cosigned.

    Raises:
        ProofRefused: fewer did.
    """
    count = count_witnesses(found)
    if count < required:
        raise ProofRefused(f"{count} of the trusted witnesses cosigned it, {required} are required")


def _short(text: str, what: str) -> bytes:
    """Return ``text`` behind its length in one byte."""
    data = text.encode()
    if len(data) > _MAX_NAME:
        raise InvalidInput(f"{what} has {len(data)} bytes, ML-DSA-44 signs at most {_MAX_NAME}")
    return bytes([len(data)]) + data
