"""What is known of a ledger besides its backup: kept checkpoints, published logs, documents.

They are given when a machine was lost, to say what the backup lacks. One that has the entries
themselves gives them back: they are verified against the checkpoint that comes with them.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from oneseek.adapters.documents.firestore import open_firestore
from oneseek.adapters.documents.mirror import MirrorStore
from oneseek.adapters.documents.target import POSITIONS
from oneseek.adapters.keys.ed25519 import check_ed25519
from oneseek.adapters.static_log.reference import open_reference
from oneseek.adapters.static_log.refused import LogRefused
from oneseek.adapters.static_log.source import open_source
from oneseek.cli.wiring.ledger_choice import PassedOver
from oneseek.cli.wiring.proof_files import note_of, read_proof
from oneseek.domain.documents import DocumentStore
from oneseek.domain.errors import FoundDamage, InvalidInput, ProofRefused
from oneseek.domain.keys import KeyRing
from oneseek.domain.merkle.frontier import Frontier
from oneseek.domain.merkle.hashing import leaf_hash
from oneseek.domain.note.checkpoint import Checkpoint
from oneseek.domain.note.signed_note import (
    Note,
    VerifierKey,
    format_note,
    parse_note,
    verify_note,
)
from oneseek.domain.projections.collections.ledger import NAME as LEDGER
from oneseek.domain.projections.collections.proof import verify_block
from oneseek.domain.registry import REGISTRY

_FIRESTORE = "firestore:"
_SQLITE = b"SQLite format 3\0"


class Entries(Protocol):
    """The entries of a known tree, verified."""

    def entries(self, start: int, stop: int) -> Iterator[bytes]: ...
    def root_at(self, size: int) -> bytes: ...


@dataclass(frozen=True, slots=True)
class KnownTree:
    """A tree that is known to have existed, signed by a trusted key."""

    place: str
    size: int
    root: bytes
    note: bytes
    reference: Entries | None
    """Its entries, where the source has them."""
    told: Mapping[int, tuple[str, str]] = field(default_factory=dict)
    """Kind and time of entries that the source shows, proved, without having all of them."""

    def entries(self, start: int, stop: int) -> Iterator[bytes]:
        assert self.reference is not None
        return self.reference.entries(start, stop)

    def root_at(self, size: int) -> bytes:
        """Return the root over its first ``size`` entries, proved by its source."""
        assert self.reference is not None
        return self.reference.root_at(size)


def known_tree(
    text: str, pinned: Sequence[VerifierKey], ring: KeyRing, origin: str, standing: Frontier
) -> KnownTree:
    """Return the tree that ``text`` speaks of: a note, a published log, or documents of a mirror.

    ``standing`` is the ledger as the backup had it: documents prove themselves by going on from it.

    Raises:
        InvalidInput: it is none, is of another log, or no trusted key has signed it.
        FoundDamage: a published log does not prove what it says.
    """
    store = _documents(text)
    if store is not None:
        keys = tuple(dict.fromkeys((*pinned, *ring.keys)))
        return documents_tree(store, text, keys, origin, standing)
    if "://" in text or Path(text).is_dir():
        try:
            log = open_reference(open_source(text), pinned, origin)
        except LogRefused as error:
            raise FoundDamage(
                f"{text} is no log to go by: {error.finding.where}: {error.finding.found}"
            ) from None
        return KnownTree(text, log.size, log.root, log.checkpoint, log)
    return _signed(text, note_of(read_proof(Path(text))), (*pinned, *ring.keys), origin)


def documents_tree(
    store: DocumentStore,
    text: str,
    keys: Sequence[VerifierKey],
    origin: str,
    standing: Frontier,
) -> KnownTree:
    """Return the tree that documents of ``oqt_ledger`` are proved under.

    Raises:
        InvalidInput: there are none beyond the backup, or none is proved by a trusted key.
        FoundDamage: all of them are there, and do not lead to the root that was signed.
    """
    position = store.get(POSITIONS, LEDGER)
    size = position.fields.get("size") if position else None
    found: dict[int, tuple[bytes, Checkpoint, bytes]] = {}
    for index in range(standing.size, size if isinstance(size, int) else 0):
        stored = store.get(LEDGER, str(index))
        if stored is None:
            continue
        try:
            proved = verify_block(stored.fields, origin, keys, check_ed25519, id=stored.id)
        except (ProofRefused, InvalidInput):
            continue  # changed by hand: it proves nothing
        entry, signed = str(stored.fields["entry"]), str(stored.fields["checkpoint"])
        found[index] = (entry.encode(), proved, signed.encode())
    if not found:
        raise InvalidInput(f"{text} proves no entry beyond the {standing.size} of the backup")
    _, largest, note = max(found.values(), key=lambda item: item[1].size)
    wanted = range(standing.size, largest.size)
    if all(index in found for index in wanted):
        raws = [found[index][0] for index in wanted]
        if standing.extend([leaf_hash(raw) for raw in raws]).root() != largest.root:
            raise FoundDamage(f"the documents in {text} do not go on from the backup")
        return KnownTree(text, largest.size, largest.root, note, HeldEntries(standing, raws))
    told = {index: _told(raw) for index, (raw, _, _) in found.items()}
    return KnownTree(text, largest.size, largest.root, note, None, told)


@dataclass(frozen=True, slots=True)
class HeldEntries:
    """Entries that go on from ``standing``, in memory; it was verified that they do."""

    standing: Frontier
    raws: Sequence[bytes]

    def entries(self, start: int, stop: int) -> Iterator[bytes]:
        first = self.standing.size
        return iter(self.raws[start - first : stop - first])

    def root_at(self, size: int) -> bytes:
        new = self.raws[: size - self.standing.size]
        return self.standing.extend([leaf_hash(raw) for raw in new]).root()


def _told(raw: bytes) -> tuple[str, str]:
    entry = REGISTRY.read(raw)
    return entry.kind, entry.time


def _documents(text: str) -> DocumentStore | None:
    """Return the documents that ``text`` names: of a Firebase project, or of a mirror's file."""
    if text.startswith(_FIRESTORE):
        return open_firestore(text.removeprefix(_FIRESTORE))
    try:
        with Path(text).open("rb") as file:
            return MirrorStore(Path(text)) if file.read(16) == _SQLITE else None
    except OSError:
        return None


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
