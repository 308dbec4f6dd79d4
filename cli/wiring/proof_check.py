"""Checking proofs with public keys alone: no workspace, no ledger, no network."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from oneseek.adapters.keys.ed25519 import check_ed25519
from oneseek.adapters.keys.witness_key import check_cosignature
from oneseek.cli.output import one_line
from oneseek.cli.wiring.cosigners import cosigner_lines, cosigners_json
from oneseek.cli.wiring.proof_files import ProofFile, note_of, read_proof
from oneseek.cli.wiring.summary import summarize
from oneseek.domain.entry import Entry
from oneseek.domain.errors import CannotCheck, InvalidInput, LedgerBroken, ProofRefused
from oneseek.domain.merkle.hashing import EMPTY_ROOT, leaf_hash
from oneseek.domain.note.checkpoint import Checkpoint
from oneseek.domain.note.consistency_file import (
    ConsistencyFile,
    verify_checkpoint,
    verify_consistency_file,
)
from oneseek.domain.note.cosignature import (
    Cosignature,
    require_cosigned,
    require_witnesses,
    verify_cosignatures,
)
from oneseek.domain.note.signed_note import ALGORITHM_ED25519, Note, VerifierKey
from oneseek.domain.note.tlog_proof import TlogProof, verify_tlog_proof
from oneseek.domain.registry import REGISTRY


@dataclass(frozen=True, slots=True)
class Trusted:
    """Whom the checker trusts: keys of one log, keys of witnesses, and how many must cosign."""

    log_keys: tuple[VerifierKey, ...]
    witnesses: tuple[VerifierKey, ...] = ()
    required: int = 0

    def __post_init__(self) -> None:
        for key in self.log_keys:
            if key.algorithm != ALGORITHM_ED25519:
                raise InvalidInput(
                    f"{key.name}+{key.key_id:08x} is the key of a witness, not of a log",
                    hint="give it with --witness, and the log's own with --key",
                )
        names = sorted({key.name for key in self.log_keys})
        if len(names) != 1:
            raise InvalidInput(f"the keys are of several logs: {', '.join(names)}")
        require_witnesses(self.witnesses, self.log_keys)
        given = len({key.name for key in self.witnesses})
        if self.required > given:
            raise InvalidInput(
                f"{self.required} witnesses are required, and the keys of {given} were given",
                hint="give the key of each witness with --witness",
            )

    @property
    def origin(self) -> str:
        return self.log_keys[0].name


@dataclass(frozen=True, slots=True)
class Proven:
    """What a file proves: always a checkpoint; an entry under it, or an older tree before it."""

    what: str
    """``entry``, ``consistency`` or ``checkpoint``."""
    checkpoint: Checkpoint
    cosignatures: tuple[Cosignature, ...] = ()
    index: int | None = None
    raw: bytes = field(default=b"", repr=False)
    old: Checkpoint | None = None

    def as_json(self) -> dict[str, Any]:
        found, old, entry = self.checkpoint, self.old, self._entry()
        return {
            "ok": True,
            "what": self.what,
            "origin": found.origin,
            "size": found.size,
            "root": found.root.hex(),
            "extensions": list(found.extensions),
            "index": self.index,
            "leaf_hash": leaf_hash(self.raw).hex() if self.raw else None,
            "entry": None
            if entry is None
            else {
                "kind": entry.kind,
                "stream": entry.stream,
                "time": entry.time,
                "actor": entry.actor,
                "summary": summarize(entry.body),
            },
            "raw": self.raw.decode(errors="replace") if self.raw else None,
            "old_size": old.size if old else None,
            "old_root": old.root.hex() if old else None,
            "cosignatures": cosigners_json(self.cosignatures),
        }

    def lines(self) -> list[str]:
        found = self.checkpoint
        size = f"{found.size} entries, root {found.root.hex()}"
        lines = [f"✓ {self._verdict()}", ""]
        lines += [f"Log          {one_line(found.origin)}", f"Checkpoint   {size}"]
        lines += [f"Cosigned by  {line}" for line in cosigner_lines(self.cosignatures)]
        lines += [f"Extension    {one_line(line)} (no meaning)" for line in found.extensions]
        if self.old is not None:
            lines.append(f"Before       {self.old.size} entries, root {self.old.root.hex()}")
        if self.index is not None:
            lines += [f"Entry        {self.index}: {self._entry_line()}"]
        return lines

    def _entry(self) -> Entry | None:
        try:
            return REGISTRY.decode(self.raw) if self.raw else None
        except LedgerBroken:
            return None

    def _entry_line(self) -> str:
        entry = self._entry()
        if entry is None:
            return f"{len(self.raw)} bytes that this version of OneSeek cannot read"
        words = (entry.time, entry.kind, entry.stream, summarize(entry.body))
        return one_line("  ".join(word for word in words if word))

    def _verdict(self) -> str:
        if self.what == "entry":
            return f"entry {self.index} is in the log, under the checkpoint that it signed"
        if self.old is not None:
            return f"the log of {self.checkpoint.size} entries begins with the {self.old.size}"
        return "the log signed this checkpoint"


def check_proof(path: Path, trusted: Trusted, old_path: Path | None = None) -> Proven:
    """Verify the file ``path``, with the older checkpoint in ``old_path`` where one is given.

    Raises:
        ProofRefused: it does not prove what it says, or too few witnesses cosigned.
        InvalidInput: it is no proof.
        CannotCheck: what it needs is not here: an older checkpoint, the entry, a library.
    """
    proof = read_proof(path)
    _require_known_signer(note_of(proof), trusted)
    old = _signed(read_proof(old_path), trusted) if old_path else None
    if isinstance(proof, TlogProof):
        found = _entry(proof, trusted, path)
    elif isinstance(proof, ConsistencyFile):
        old = old or _known_old(proof, trusted, path)
        found = verify_consistency_file(proof, old, trusted.log_keys, check_ed25519)
    else:
        found = _signed(proof, trusted)
    if old is not None and not isinstance(proof, ConsistencyFile):
        _require_same(found, old, path)
    cosignatures = verify_cosignatures(note_of(proof), trusted.witnesses, check_cosignature)
    require_cosigned(cosignatures, trusted.required)
    if isinstance(proof, TlogProof):
        return Proven("entry", found, cosignatures, proof.index, proof.extra or b"", old)
    return Proven("consistency" if old else "checkpoint", found, cosignatures, old=old)


def _require_known_signer(note: Note, trusted: Trusted) -> None:
    """Name who has signed where none of the keys given did: often it was another machine."""
    known = {(key.name, key.key_id) for key in trusted.log_keys}
    found = [(line.name, line.key_id) for line in note.signatures]
    if not known & set(found):
        ids = ", ".join(f"{name}+{number:08x}" for name, number in found)
        raise ProofRefused(
            f"no known key has signed the checkpoint; its signatures say {one_line(ids)}",
            hint="give the key of that machine with --key, if you trust it",
        )


def _signed(proof: ProofFile, trusted: Trusted) -> Checkpoint:
    return verify_checkpoint(note_of(proof), trusted.origin, trusted.log_keys, check_ed25519)


def _entry(proof: TlogProof, trusted: Trusted, path: Path) -> Checkpoint:
    if proof.extra is None:
        raise CannotCheck(
            f"{path} does not hold the entry that it proves, so its hash is not known",
            hint="proofs by oneseek ledger prove hold it",
        )
    leaf, keys = leaf_hash(proof.extra), trusted.log_keys
    return verify_tlog_proof(proof, leaf, trusted.origin, keys, check_ed25519)


def _known_old(proof: ConsistencyFile, trusted: Trusted, path: Path) -> Checkpoint:
    """Return the only older tree that is known without a checkpoint: the empty one."""
    if proof.old_size:
        raise CannotCheck(
            f"{path} proves that the log goes on from {proof.old_size} entries: to check it, the "
            "checkpoint of these is needed",
            hint=f"oneseek ledger check {path} --key KEY --old CHECKPOINT",
        )
    return Checkpoint(trusted.origin, 0, EMPTY_ROOT)


def _require_same(found: Checkpoint, old: Checkpoint, path: Path) -> None:
    """Let ``--old`` pass beside a file without a consistency path only for the very same tree."""
    if (found.size, found.root) != (old.size, old.root):
        raise CannotCheck(
            f"{path} does not say how the log goes on between {old.size} and {found.size} entries",
            hint=f"ask the operator for: oneseek ledger consistency {min(old.size, found.size)}",
        )
