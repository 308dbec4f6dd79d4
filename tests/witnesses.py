"""Witnesses for tests: real keys in a folder, and cosigning with them."""

from dataclasses import dataclass
from pathlib import Path

from oneseek.adapters.keys.witness_key import create_witness_key, load_witness_key
from oneseek.domain.note.cosignature import cosign
from oneseek.domain.note.signed_note import VerifierKey, format_note, parse_note

TIME = 1_790_000_000


@dataclass(frozen=True)
class Witness:
    """A second party with a key of its own; it cosigns whatever it is shown."""

    key: VerifierKey
    pem: Path

    def cosign(self, note: bytes, time: int = TIME) -> bytes:
        _, private = load_witness_key(self.pem, self.key.name)
        signed, _ = cosign(parse_note(note), self.key, time, private.sign)
        return format_note(signed)


def witness(folder: Path, name: str, algorithm: str = "ed25519") -> Witness:
    pem = folder / f"{name.replace('/', '-')}-{algorithm}.pem"
    return Witness(create_witness_key(pem, name, algorithm), pem)
