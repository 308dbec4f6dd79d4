"""Which keys may sign a checkpoint: trust begins with pinned keys and goes on through the ledger.

Several machines may write one ledger, each with a key of its own. All keys carry the log's origin
as their name, so that every reader of C2SP checkpoints understands them; the key ID tells them
apart. What a key may sign follows from the entries ``key-added`` and ``key-retired``:

- a pinned key, which a person has chosen to trust, may sign from the beginning;
- an announced key may sign once the entry that announces it is under a checkpoint by a key that is
  trusted without it: **a key never vouches for itself**;
- no key may sign a tree that holds its own retirement. What it signed before stays good.

Everything here is pure: who has checked signatures and roots says so in :class:`Endorsement`.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from oneseek.domain.errors import InvalidInput
from oneseek.domain.note.signed_note import ALGORITHM_ED25519, VerifierKey
from oneseek.domain.state.documents import Key
from oneseek.domain.state.store import Reading

CHECKPOINT = "checkpoint"
"""The purpose of a key that signs checkpoints."""

_FIRST = 1
"""The entry of the first key. Nobody could vouch for it before there was a ledger."""


@dataclass(frozen=True, slots=True)
class Announcement:
    """A key as the entries tell of it: the indices of its announcement and its retirement."""

    key: VerifierKey
    added: int
    retired: int | None = None


@dataclass(frozen=True, slots=True)
class Endorsement:
    """A checkpoint of ``size`` entries that these keys signed, its root being that of the entries.

    Whoever makes one has verified both.
    """

    size: int
    signers: frozenset[VerifierKey]


@dataclass(frozen=True, slots=True)
class KeyTerm:
    """A trusted key and the tree sizes that it may sign: ``since`` to ``until``, both included."""

    key: VerifierKey
    since: int
    until: int | None


@dataclass(frozen=True, slots=True)
class KeyRing:
    """The trusted keys; ``trusted`` is the largest tree that one of them has signed."""

    terms: tuple[KeyTerm, ...]
    trusted: int = 0

    @property
    def keys(self) -> tuple[VerifierKey, ...]:
        """Every trusted key, retired ones included."""
        return tuple(term.key for term in self.terms)

    def at(self, size: int) -> tuple[VerifierKey, ...]:
        """Return the keys that may sign a checkpoint of ``size`` entries."""
        return tuple(
            term.key
            for term in self.terms
            if term.since <= size and (term.until is None or size <= term.until)
        )


def announcements(state: Reading, origin: str | None = None) -> tuple[Announcement, ...]:
    """Return the keys that were announced for checkpoints, the oldest first.

    What no checkpoint can be verified with is left out: text that is no key, a key of another
    log than ``origin``, and a later key under the ID of an earlier one.
    """
    found: dict[tuple[str, int], Announcement] = {}
    documents = (document for _, document in state.scan(Key) if document.purpose == CHECKPOINT)
    for document in sorted(documents, key=lambda document: document.added):
        try:
            key = VerifierKey.parse(document.verifier)
        except InvalidInput:
            continue
        if key.algorithm == ALGORITHM_ED25519 and origin in (None, key.name):
            announced = Announcement(key, document.added, document.retired)
            found.setdefault((key.name, key.key_id), announced)
    return tuple(found.values())


def key_ring(
    pinned: Collection[VerifierKey], announced: Iterable[Announcement], trusted: int
) -> KeyRing:
    """Return the ring of the pinned keys and of those announced in the first ``trusted`` entries.

    A retirement counts whoever signed it: that can only take trust away.
    """
    listed = tuple(announced)
    until = {item.key: item.retired for item in listed}
    ids = {(key.name, key.key_id) for key in pinned}
    terms = [KeyTerm(key, 0, until.get(key)) for key in dict.fromkeys(pinned)]
    for item in listed:
        if item.added < trusted and (item.key.name, item.key.key_id) not in ids:
            # A tree of added + 1 entries ends with the announcement: no tree before it has more.
            since = 0 if item.added == _FIRST else item.added + 2
            terms.append(KeyTerm(item.key, since, item.retired))
    return KeyRing(tuple(terms), trusted)


def follow_chain(
    pinned: Collection[VerifierKey],
    announced: Iterable[Announcement],
    endorsements: Iterable[Endorsement],
    since: int = 0,
) -> KeyRing:
    """Return the trusted keys, given checkpoints in the order of their size.

    A checkpoint counts when one of its signers is trusted by what came before it; then it vouches
    for every entry below it, announcements included. The first ``since`` entries are trusted.
    """
    listed = tuple(announced)
    ring = key_ring(pinned, listed, since)
    for checkpoint in endorsements:
        if checkpoint.size > ring.trusted and checkpoint.signers & {*ring.at(checkpoint.size)}:
            ring = key_ring(pinned, listed, checkpoint.size)
    return ring
