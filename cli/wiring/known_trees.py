"""What is known of a ledger besides its backup: kept checkpoints, published logs, documents.

They are given when a machine was lost, to say what the backup lacks. One that has the entries
themselves gives them back: they are verified against the checkpoint that comes with them.
"""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from oneseek.adapters.keys.ed25519 import check_ed25519
from oneseek.adapters.static_log.reference import MirrorReference, open_reference
from oneseek.adapters.static_log.refused import LogRefused
from oneseek.adapters.static_log.source import open_source
from oneseek.cli.wiring.ledger_choice import PassedOver
from oneseek.cli.wiring.proof_files import note_of, read_proof
from oneseek.domain.errors import FoundDamage, InvalidInput, ProofRefused
from oneseek.domain.keys import KeyRing
from oneseek.domain.note.checkpoint import Checkpoint
from oneseek.domain.note.signed_note import (
    Note,
    VerifierKey,
    format_note,
    parse_note,
    verify_note,
)


@dataclass(frozen=True, slots=True)
class KnownTree:
    """A tree that is known to have existed, signed by a trusted key."""

    place: str
    size: int
    root: bytes
    note: bytes
    reference: MirrorReference | None
    """Its entries, where the source has them."""

    def entries(self, start: int, stop: int) -> Iterator[bytes]:
        assert self.reference is not None
        return self.reference.entries(start, stop)

    def root_at(self, size: int) -> bytes:
        """Return the root over its first ``size`` entries, proved by its source."""
        assert self.reference is not None
        return self.reference.root_at(size)


def known_tree(text: str, pinned: Sequence[VerifierKey], ring: KeyRing, origin: str) -> KnownTree:
    """Return the tree that ``text`` speaks of: a file with a note, or a published log.

    Raises:
        InvalidInput: it is none, is of another log, or no trusted key has signed it.
        FoundDamage: a published log does not prove what it says.
    """
    if "://" in text or Path(text).is_dir():
        try:
            log = open_reference(open_source(text), pinned, origin)
        except LogRefused as error:
            raise FoundDamage(
                f"{text} is no log to go by: {error.finding.where}: {error.finding.found}"
            ) from None
        return KnownTree(text, log.size, log.root, log.checkpoint, log)
    return _signed(text, note_of(read_proof(Path(text))), (*pinned, *ring.keys), origin)


def trees_of_backups(
    passed_over: Sequence[PassedOver], ring: KeyRing, origin: str
) -> list[KnownTree]:
    """Return the trees that damaged newer backups prove to have existed, if a known key signed."""
    found: list[KnownTree] = []
    for item in passed_over:
        if item.note is not None:
            with suppress(InvalidInput):
                found.append(_signed(item.name, parse_note(item.note), ring.keys, origin))
    return found


def _signed(text: str, note: Note, keys: Sequence[VerifierKey], origin: str) -> KnownTree:
    found = Checkpoint.parse(note.text)
    if found.origin != origin:
        raise InvalidInput(f"{text} is a checkpoint of {found.origin}, not of {origin}")
    try:
        verify_note(note, tuple(dict.fromkeys(keys)), check_ed25519)
    except ProofRefused as error:
        raise InvalidInput(
            f"{text} is signed by no key that is trusted: {error.message}",
            hint="name the key that signed it with --public-key",
        ) from None
    return KnownTree(text, found.size, found.root, format_note(note), None)
