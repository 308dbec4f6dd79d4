"""Checking the parts of a history proof: an entry, a run of a stream, a moment.

Every function raises :class:`~oneseek.domain.errors.ProofRefused` for what is not shown.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from oneseek.domain.entry import Entry
from oneseek.domain.errors import LedgerBroken, ProofRefused
from oneseek.domain.index.activity import Indexed
from oneseek.domain.index.proof_file import Moment, ProvedEntry, StreamRun
from oneseek.domain.index.stream_map import stream_key
from oneseek.domain.index.sublog import commitment, sublog_leaf
from oneseek.domain.merkle.frontier import Frontier
from oneseek.domain.merkle.hashing import EMPTY_ROOT, leaf_hash
from oneseek.domain.merkle.proofs import verify_consistency, verify_inclusion
from oneseek.domain.merkle.sparse import SparseProof, verify_absence, verify_presence
from oneseek.domain.note.checkpoint import Checkpoint
from oneseek.domain.registry import REGISTRY


@dataclass(frozen=True, slots=True)
class ShownStream:
    """The entries of a stream from position ``first`` on, proved to be consecutive."""

    stream: str
    count: int
    """How many entries the stream has in the index."""
    first: int
    entries: tuple[Indexed, ...]

    @property
    def begins(self) -> bool:
        """Nothing of the stream comes before what is shown."""
        return self.first == 0

    @property
    def ends(self) -> bool:
        """Nothing of the stream comes after what is shown, as far as the index goes."""
        return self.first + len(self.entries) == self.count


def shown_entry(proved: ProvedEntry, checkpoint: Checkpoint) -> Entry:
    """Return the entry after checking that the checkpoint binds it to its index."""
    raw = proved.entry.encode()
    path = _hashes(proved.path)
    verify_inclusion(leaf_hash(raw), proved.index, checkpoint.size, path, checkpoint.root)
    try:
        return REGISTRY.read(raw, where=f"entry {proved.index}")
    except LedgerBroken as error:
        raise ProofRefused(error.message) from None


def shown_stream(run: StreamRun, root: bytes, size: int, checkpoint: Checkpoint) -> ShownStream:
    """Return what ``run`` shows under the map with ``root`` over the first ``size`` entries.

    Every entry is also checked to be in the ledger itself, in this stream, and at this place of
    it: its ``stream_version`` counts from 1. So whoever makes an index cannot leave out an entry
    in the middle, unless it was numbered falsely when it was written.
    """
    key, sublog_root = stream_key(run.stream), bytes.fromhex(run.root)
    other = (bytes.fromhex(run.other[0]), bytes.fromhex(run.other[1])) if run.other else None
    proof = SparseProof(tuple(_hashes(run.siblings)), other)
    if run.count == 0:
        verify_absence(key, proof, root)
        if run.first or run.before or run.entries or run.after or sublog_root != EMPTY_ROOT:
            raise ProofRefused(f"the stream {run.stream} is absent, and yet the proof shows of it")
        return ShownStream(run.stream, 0, 0, ())
    verify_presence(key, commitment(run.count, sublog_root), proof, root)
    entries = tuple((item.index, shown_entry(item, checkpoint)) for item in run.entries)
    _require_places(run, entries, size)
    try:
        frontier = Frontier(run.first, tuple(_hashes(run.before)))
    except LedgerBroken:
        raise ProofRefused(f"the proof has no beginning of the stream {run.stream}") from None
    leaves = [sublog_leaf(item.index, leaf_hash(item.entry.encode())) for item in run.entries]
    reached = frontier.extend(leaves)
    after = _hashes(run.after)
    verify_consistency(reached.size, reached.root(), run.count, sublog_root, after)
    return ShownStream(run.stream, run.count, run.first, entries)


def _require_places(run: StreamRun, entries: Sequence[Indexed], size: int) -> None:
    latest = -1
    for position, (index, entry) in enumerate(entries, start=run.first):
        if entry.stream != run.stream:
            raise ProofRefused(f"entry {index} is of the stream {entry.stream}, not {run.stream}")
        if entry.stream_version != position + 1:
            raise ProofRefused(
                f"entry {index} is number {entry.stream_version} of {run.stream}, and the index "
                f"has it as number {position + 1}"
            )
        if not latest < index < size:
            raise ProofRefused(f"entry {index} is out of order, or beyond the {size} indexed ones")
        latest = index


def require_moment(moment: Moment, covered: int, checkpoint: Checkpoint) -> None:
    """Check that the index covers ``moment``, and that its time lies between two entries."""
    if moment.size > covered:
        raise ProofRefused(f"the index covers {covered} entries, not {moment.size}")
    if moment.time is None:
        if moment.last is not None or moment.next is not None:
            raise ProofRefused("a moment that is a tree size needs no entries beside it")
        return
    if moment.next is None or moment.next.index != moment.size:
        raise ProofRefused(f"the proof does not show entry {moment.size}, the first after the time")
    if shown_entry(moment.next, checkpoint).time <= moment.time:
        raise ProofRefused(f"entry {moment.size} is not later than {moment.time}")
    if (moment.last.index if moment.last else -1) != moment.size - 1:
        raise ProofRefused("the proof does not show the entry just before the time")
    if moment.last and shown_entry(moment.last, checkpoint).time > moment.time:
        raise ProofRefused(f"entry {moment.size - 1} is later than {moment.time}")


def _hashes(texts: Iterable[str]) -> list[bytes]:
    return [bytes.fromhex(text) for text in texts]
