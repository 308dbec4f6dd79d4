"""Signed notes: a text and, after an empty line, one line per signature.

The format is https://c2sp.org/signed-note::

    The text, one or more lines.

    — key.name base64(4-byte key ID || signature)

A reader knows keys by name and key ID. It ignores signatures of keys that it does not know and
never believes a text that no known key has signed. The cryptography itself is the caller's: a
``check`` function tells whether a signature is good, so this module needs no library.
"""

import hashlib
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from oneseek.domain.errors import InvalidInput, ProofRefused
from oneseek.domain.note.encoding import decode_base64, encode_base64, require_line, require_text

ALGORITHM_ED25519: Final = 1
"""Ed25519 over the note text (RFC 8032)."""

ALGORITHM_ED25519_COSIGNATURE: Final = 4
"""Timestamped Ed25519 of a witness (https://c2sp.org/tlog-cosignature)."""

ALGORITHM_ML_DSA_44_COSIGNATURE: Final = 6
"""Timestamped ML-DSA-44 of a witness (https://c2sp.org/tlog-cosignature)."""

MAX_NOTE_SIZE = 1_000_000
"""Bytes. Room for more than a hundred post-quantum signatures."""

MAX_SIGNATURES = 100
"""The format asks for at least 16."""

_KEY_SIZES: Final = {
    ALGORITHM_ED25519: 32,
    ALGORITHM_ED25519_COSIGNATURE: 32,
    ALGORITHM_ML_DSA_44_COSIGNATURE: 1312,
}
_KEY_ID_SIZE: Final = 4
_KEY_ID: Final = re.compile(r"[0-9a-f]{8}")
_DASH: Final = "\N{EM DASH}"


def key_id(name: str, algorithm: int, key: bytes) -> int:
    """Return the 32-bit number that, with ``name``, identifies a public key in a note.

    Raises:
        InvalidInput: the name cannot stand in a note, or ``algorithm`` is not a byte.
    """
    _require_name(name)
    if not 0 <= algorithm <= 0xFF:
        raise InvalidInput(f"a signature algorithm is a number 0 to 255, not {algorithm}")
    digest = hashlib.sha256(name.encode() + b"\n" + bytes([algorithm]) + key).digest()
    return int.from_bytes(digest[:_KEY_ID_SIZE], "big")


@dataclass(frozen=True, slots=True)
class VerifierKey:
    """A public key with its name; ``str()`` writes the ``name+hash+base64`` form.

    Raises:
        InvalidInput: algorithm and key size do not fit, or the key ID is not that of the key.
    """

    name: str
    key_id: int
    algorithm: int
    key: bytes

    def __post_init__(self) -> None:
        if _KEY_SIZES.get(self.algorithm) != len(self.key):
            raise InvalidInput(
                f"a key of {len(self.key)} bytes for algorithm {self.algorithm} is not supported",
                hint="Supported: Ed25519 (1), Ed25519 witnesses (4), ML-DSA-44 witnesses (6).",
            )
        if self.key_id != key_id(self.name, self.algorithm, self.key):
            raise InvalidInput(
                f"the key ID of {self.name} does not belong to its key",
                hint="The key was copied wrongly, or somebody changed its name: ask its owner.",
            )

    @classmethod
    def parse(cls, text: str) -> "VerifierKey":
        """Return the key that ``str()`` wrote.

        Raises:
            InvalidInput: any other text.
        """
        # Neither a name nor a key ID holds a plus, base64 may.
        name, _, rest = text.partition("+")
        hexadecimal, _, encoded = rest.partition("+")
        if _KEY_ID.fullmatch(hexadecimal) is None:
            raise InvalidInput(
                f"not a verifier key: {text[:100]!r}",
                hint="It looks like name+1a2b3c4d+AbCd…, on one line.",
            )
        material = decode_base64(encoded, "the key")
        if not material:
            raise InvalidInput(f"the verifier key {name!r} is empty")
        return cls(name, int(hexadecimal, 16), material[0], material[1:])

    def __str__(self) -> str:
        material = encode_base64(bytes([self.algorithm]) + self.key)
        return f"{self.name}+{self.key_id:08x}+{material}"


@dataclass(frozen=True, slots=True)
class NoteSignature:
    """One signature line; ``signature`` is without the key ID.

    Raises:
        InvalidInput: the name, the key ID or the signature cannot stand in a note.
    """

    name: str
    key_id: int
    signature: bytes

    def __post_init__(self) -> None:
        _require_name(self.name)
        if not 0 <= self.key_id <= 0xFFFFFFFF:
            raise InvalidInput(f"a key ID has 32 bits, {self.key_id} has not")
        if not self.signature:
            raise InvalidInput(f"the signature of {self.name} is empty")


@dataclass(frozen=True, slots=True)
class Note:
    """A text, its last newline included, with one or more signatures.

    Raises:
        InvalidInput: text and signatures do not make a note.
    """

    text: str
    signatures: tuple[NoteSignature, ...]

    def __post_init__(self) -> None:
        require_text(self.text, "the text of a note")
        if not self.text.endswith("\n"):
            raise InvalidInput("the text of a note must end with a newline")
        if not 1 <= len(self.signatures) <= MAX_SIGNATURES:
            raise InvalidInput(
                f"a note carries 1 to {MAX_SIGNATURES} signatures, not {len(self.signatures)}"
            )


def format_note(note: Note) -> bytes:
    """Return the bytes of a note; :func:`parse_note` gives the same note back.

    Raises:
        InvalidInput: they are more than :data:`MAX_NOTE_SIZE`.
    """
    lines = (
        f"{_DASH} {item.name} "
        f"{encode_base64(item.key_id.to_bytes(_KEY_ID_SIZE, 'big') + item.signature)}\n"
        for item in note.signatures
    )
    data = f"{note.text}\n{''.join(lines)}".encode()
    _require_note_size(data)
    return data


def parse_note(data: bytes) -> Note:
    """Return the note in ``data``. Nothing is verified: see :func:`verify_note`.

    Raises:
        InvalidInput: it is not a note in the one accepted spelling.
    """
    _require_note_size(data)
    try:
        content = data.decode("utf-8")
    except UnicodeDecodeError:
        raise InvalidInput("the note is not UTF-8") from None
    text, empty_line, block = content.rpartition("\n\n")
    if not empty_line or not block.endswith("\n"):
        raise InvalidInput("the note does not end with an empty line and signature lines")
    lines = block.removesuffix("\n").split("\n")
    return Note(text + "\n", tuple(_parse_signature(line) for line in lines))


def _parse_signature(line: str) -> NoteSignature:
    match line.split(" "):
        case [dash, name, encoded] if dash == _DASH:
            blob = decode_base64(encoded, "a signature")
            number = int.from_bytes(blob[:_KEY_ID_SIZE], "big")
            return NoteSignature(name, number, blob[_KEY_ID_SIZE:])
        case _:
            raise InvalidInput(f"not a signature line of a note: {line[:100]!r}")


def verify_note(
    note: Note,
    keys: Sequence[VerifierKey],
    check: Callable[[VerifierKey, bytes, bytes], bool],
) -> tuple[VerifierKey, ...]:
    """Return those of ``keys`` that signed ``note``, at least one, in the order of ``keys``.

    ``check(key, text, signature)`` tells whether the signature over the text is the key's.
    Signatures of other keys are ignored, as the format demands.

    Raises:
        ProofRefused: a signature under the name and ID of a known key is wrong, or no known key
            has signed.
        InvalidInput: two different keys share one name and one key ID.
    """
    known: dict[tuple[str, int], VerifierKey] = {}
    for key in keys:
        if known.setdefault((key.name, key.key_id), key) != key:
            raise InvalidInput(f"two keys are named {key.name} and have the ID {key.key_id:08x}")
    text, signed = note.text.encode(), set[VerifierKey]()
    for item in note.signatures:
        signer = known.get((item.name, item.key_id))
        if signer is None:
            continue
        if not check(signer, text, item.signature):
            raise ProofRefused(f"the signature of {item.name} is not over this text")
        signed.add(signer)
    if not signed:
        raise ProofRefused("no known key has signed the note")
    return tuple(key for key in known.values() if key in signed)


def _require_note_size(data: bytes) -> None:
    if len(data) > MAX_NOTE_SIZE:
        raise InvalidInput(f"a note has at most {MAX_NOTE_SIZE} bytes, not {len(data)}")


def _require_name(name: str) -> None:
    require_line(name, "a key name")
    if "+" in name or any(character.isspace() for character in name):
        raise InvalidInput(f"a key name holds neither spaces nor a plus: {name[:100]!r}")
