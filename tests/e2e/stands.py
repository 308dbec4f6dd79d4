"""A log whose operator signs whatever he likes, and the machine of a witness of it."""

from dataclasses import dataclass
from pathlib import Path

from e2e.workspaces import Workspace
from oneseek.adapters.keys.ed25519 import Ed25519Sealer
from oneseek.adapters.keys.witness_key import load_witness_key
from oneseek.domain.merkle.hashing import leaf_hash, tree_root
from oneseek.domain.merkle.proofs import consistency_path
from oneseek.domain.note.consistency_file import ConsistencyFile
from oneseek.domain.note.signed_note import Note, NoteSignature, VerifierKey, format_note

ORIGIN = "log.example/oneseek"
LEAVES = [leaf_hash(b"entry %d" % number) for number in range(12)]
FORK = [*LEAVES[:2], leaf_hash(b"another"), *LEAVES[3:]]


@dataclass(frozen=True)
class Log:
    """An operator who signs whatever he likes."""

    folder: Path

    @property
    def pem(self) -> Path:
        return self.folder / "log.pem"

    def note(
        self, size: int, leaves: list[bytes] = LEAVES, origin: str = ORIGIN, root: bytes = b""
    ) -> bytes:
        return Ed25519Sealer(origin, self.pem)(size, root or tree_root(leaves[:size]))

    def proof(self, old: int, size: int, leaves: list[bytes] = LEAVES) -> bytes:
        def node(level: int, number: int) -> bytes:
            return tree_root(leaves[number << level : (number + 1) << level])

        path = tuple(consistency_path(old, size, node))
        return ConsistencyFile(old, path, self.note(size, leaves)).format()

    def signed(self, text: str) -> bytes:
        """Sign any text as the log, whether it is a checkpoint or not."""
        _, key = load_witness_key(self.pem, ORIGIN)
        number = VerifierKey.parse((self.folder / "log.vkey").read_text().strip()).key_id
        return format_note(Note(text, (NoteSignature(ORIGIN, number, key.sign(text.encode())),)))


@dataclass(frozen=True)
class Stand:
    """The machine of a witness: its folder ``w``, the log's key, and files from the operator."""

    log: Log
    here: Workspace

    def cosign(self, data: bytes, *words: str, expect: int = 0) -> str:
        """Show ``data`` to the witness; return the cosigned note, or what it said."""
        (self.here.root / "shown").write_bytes(data)
        done = self.here.run(
            "witness", "cosign", "shown", "--log", "log.vkey", "--state", "w", *words,
            expect=expect, env={"OQT_WORKSPACE": ""},
        )  # fmt: skip
        if expect:
            assert done.out == ""
            assert len(done.err.strip().splitlines()) <= 2
        return done.out or done.err
