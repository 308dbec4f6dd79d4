"""The chain of trust in a ledger: which checkpoints vouch for which announced keys.

The checkpoint that first covers an announcement says who vouched for it, and the head says who
signed last: with pinned keys that were there from the beginning these few suffice. Only where they
do not lead to the head is every checkpoint looked at.
"""

from collections.abc import Callable, Collection, Iterator, Sequence
from itertools import chain

from oneseek.domain.errors import OneSeekError
from oneseek.domain.events import KeyAdded, KeyRetired
from oneseek.domain.keys import Announcement, Endorsement, KeyRing, follow_chain
from oneseek.domain.merkle.frontier import Frontier
from oneseek.domain.merkle.hashing import leaf_hash
from oneseek.domain.merkle.proofs import inclusion_path, root_at, verify_inclusion
from oneseek.domain.merkle.tiles import node_reader
from oneseek.domain.note.checkpoint import Checkpoint
from oneseek.domain.note.signed_note import VerifierKey, parse_note, verify_note
from oneseek.domain.ports import Ledger
from oneseek.domain.registry import REGISTRY
from oneseek.domain.replay import replay
from oneseek.domain.state.documents import Key
from oneseek.domain.state.fold import apply
from oneseek.domain.state.store import DictState
from oneseek.domain.stored import Head

CheckSignature = Callable[[VerifierKey, bytes, bytes], bool]


def trusted_ring(
    ledger: Ledger,
    head: Head,
    pinned: Collection[VerifierKey],
    announced: Sequence[Announcement],
    check: CheckSignature,
    *,
    since: int = 0,
) -> KeyRing:
    """Return the keys trusted in the first ``head.size`` entries of ``ledger``.

    The roots are those of the stored hashes. ``announced`` is believed to be what the entries say,
    and the first ``since`` entries to be as they were.
    """
    later = [item for item in announced if item.key not in pinned and item.added < head.size]
    known = (*pinned, *(item.key for item in later))

    def follow(notes: Iterator[tuple[int, bytes]]) -> KeyRing:
        found = (_endorsement(ledger, size, note, known, check) for size, note in notes)
        return follow_chain(pinned, announced, found, since)

    ring = follow(_covering(ledger, head, later))
    if ring.trusted < head.size and later:
        ring = follow(_every(ledger, head))
    return ring


def goes_on_by(
    ledger: Ledger,
    head: Head,
    signers: Collection[VerifierKey],
    announced: Sequence[Announcement],
    check: CheckSignature,
    since: int,
) -> bool:
    """Say whether trust leads from the ``signers`` of the tree of ``since`` entries to the head.

    Only by them and by keys announced later: what was recalled of others may lack a retirement.
    A signer whose announcement was not recalled does not count, nor would its retirement.
    """
    later = [item for item in announced if item.key in signers or item.added >= since]
    known = [item.key for item in later if item.added < since]
    return trusted_ring(ledger, head, known, later, check, since=since).trusted >= head.size


def refold_keys(ledger: Ledger, start: Frontier, end: Frontier) -> DictState:
    """Return the state of the keys after the tree ``end``, from all of its entries.

    Raises:
        LedgerBroken: the entries do not lead to ``start``, or from there to ``end``.
    """
    state, wanted = DictState(), (KeyAdded, KeyRetired)
    for index, entry in chain(
        replay(ledger, start.size, start.root(), wanted=wanted),
        replay(ledger, end.size, end.root(), start=start, wanted=wanted),
    ):
        apply(state, index, entry)
    return state


def recall_keys(ledger: Ledger, size: int, root: bytes) -> DictState:
    """Return the state of the keys after the first ``size`` entries, whose root is believed.

    State documents say where these entries are; each is proved to be under the root.
    """
    state = DictState()
    if not size:
        return state
    with ledger.view() as view:
        documents = [document for _, document in view.scan(Key)]
    indices = {index for item in documents for index in (item.added, item.retired)}
    for index in sorted(index for index in indices if index is not None and index < size):
        try:
            (record,) = ledger.records(index, index + 1)
            path = inclusion_path(index, size, node_reader(ledger.hashes_at, size))
            verify_inclusion(leaf_hash(record.raw), index, size, path, root)
            apply(state, index, REGISTRY.decode(record.raw))
        except (OneSeekError, ValueError):
            continue  # nobody is trusted for an entry that is not there
    return state


def _covering(
    ledger: Ledger, head: Head, later: Sequence[Announcement]
) -> Iterator[tuple[int, bytes]]:
    """Yield the first checkpoint over each announcement, then the head's."""
    newest = 0
    for item in later:
        if item.added < newest:
            continue
        try:
            newest, note = ledger.checkpoint_covering(item.added)
        except OneSeekError:
            continue  # the audit of the evidence tells what is missing
        if newest < head.size:
            yield newest, note
    yield head.size, head.checkpoint


def _every(ledger: Ledger, head: Head) -> Iterator[tuple[int, bytes]]:
    size = 0
    while size < head.size:
        try:
            size, note = ledger.checkpoint_covering(size)
        except OneSeekError:
            break
        if size < head.size:
            yield size, note
    yield head.size, head.checkpoint


def _endorsement(
    ledger: Ledger, size: int, note: bytes, known: Sequence[VerifierKey], check: CheckSignature
) -> Endorsement:
    """Say who of ``known`` signed the tree of ``size`` entries; nobody where anything is amiss."""
    signers: tuple[VerifierKey, ...] = ()
    try:
        parsed = parse_note(note)
        signed = Checkpoint.parse(parsed.text)
        if signed.size == size:
            signers = verify_note(parsed, known, check)
        if signers and signed.root != root_at(size, node_reader(ledger.hashes_at, size)):
            signers = ()
    except OneSeekError:
        signers = ()
    return Endorsement(size, frozenset(key for key in signers if key.name == signed.origin))
