"""Whom to believe while a log is read from its first entry on: keys follow as they are announced.

A log that is damaged, or that somebody else publishes, can be asked for nothing in advance. So the
announcements of keys are gathered from entries as they are proved, and a checkpoint counts when a
key has signed it that was trusted by what came before it (:mod:`oneseek.domain.keys`).
"""

from collections.abc import Collection, Iterable

from oneseek.domain.audit.key_chain import CheckSignature
from oneseek.domain.entry import Entry
from oneseek.domain.errors import LedgerBroken, ProofRefused
from oneseek.domain.events import KeyAdded, KeyRetired
from oneseek.domain.keys import Announcement, KeyRing, announcements, key_ring
from oneseek.domain.note.checkpoint import Checkpoint
from oneseek.domain.note.signed_note import VerifierKey, parse_note, verify_note
from oneseek.domain.registry import REGISTRY
from oneseek.domain.state.fold import apply
from oneseek.domain.state.store import DictState

_passes_by = REGISTRY.passes_by((KeyAdded, KeyRetired))


class Signers:
    """The keys trusted so far, beginning with ``pinned``, of the log named ``origin``."""

    def __init__(self, pinned: Collection[VerifierKey], check: CheckSignature, origin: str) -> None:
        self._pinned = tuple(pinned)
        self._check = check
        self._origin = origin
        self._state = DictState()
        self._trusted = 0

    @property
    def announced(self) -> tuple[Announcement, ...]:
        """The keys announced so far, believed or not, the oldest first."""
        return announcements(self._state, self._origin)

    def ring(self) -> KeyRing:
        """Return the keys that are trusted by what was vouched for."""
        return key_ring(self._pinned, self.announced, self._trusted)

    def learn(self, entries: Iterable[tuple[int, bytes]]) -> None:
        """Gather the announcements and retirements in ``entries``, index and bytes of each.

        What is no entry of ours announces nothing.
        """
        for index, raw in entries:
            if (entry := key_entry(raw)) is not None:
                apply(self._state, index, entry)

    def signed(self, note: bytes) -> Checkpoint:
        """Return what a trusted key has signed.

        Raises:
            InvalidInput: it is no checkpoint.
            ProofRefused: no key that may sign a tree of that size has signed it, or it is another
                log's.
        """
        parsed = parse_note(note)
        found = Checkpoint.parse(parsed.text)
        if found.origin != self._origin:
            raise ProofRefused(f"the checkpoint is of the log {found.origin!r}")
        verify_note(parsed, self.ring().at(found.size), self._check)
        return found

    def vouch(self, size: int) -> None:
        """Believe what the first ``size`` entries announce: a trusted key has signed their root."""
        self._trusted = max(self._trusted, size)


def key_entry(raw: bytes) -> Entry | None:
    """Return the entry if it announces or retires a key of checkpoints, None for any other."""
    if _passes_by(raw):
        return None
    try:
        return REGISTRY.decode(raw)
    except LedgerBroken:
        return None
