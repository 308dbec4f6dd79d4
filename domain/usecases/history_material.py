"""What history proofs are made of: the newest logged index, its checkpoint, entries and runs."""

from bisect import bisect_left
from collections.abc import Callable, Collection, Sequence
from operator import itemgetter

from oneseek.domain.entry import Entry
from oneseek.domain.errors import CannotCheck, InvalidInput, LedgerBroken, ProofRefused
from oneseek.domain.events import IndexLogged
from oneseek.domain.index.building import build_index
from oneseek.domain.index.checking import Check, covered_by
from oneseek.domain.index.proof_file import Moment, ProvedEntry, StreamRun
from oneseek.domain.index.sublog import sublog_leaf
from oneseek.domain.keys import KeyRing
from oneseek.domain.merkle.hashing import leaf_hash, perfect_root
from oneseek.domain.merkle.proofs import (
    consistency_path,
    inclusion_path,
    perfect_subtrees,
    verify_inclusion,
)
from oneseek.domain.merkle.tiles import node_reader
from oneseek.domain.note.checkpoint import Checkpoint
from oneseek.domain.note.signed_note import parse_note, verify_note
from oneseek.domain.ports import Ledger
from oneseek.domain.registry import REGISTRY
from oneseek.domain.state.documents import LOGGED_INDEX_KEY, LoggedIndex
from oneseek.domain.usecases.timeline import read_moment
from oneseek.domain.values import format_time

_VERIFY = "look at it with: oneseek verify --deep"
_LOG_ONE = "log one: oneseek ledger index"


class HistoryMaterial:
    """The newest logged index of ``ledger`` under the first checkpoint that covers it.

    State documents say where it is; entry, checkpoint and signature are looked at.

    Raises:
        CannotCheck: no index was logged yet.
        LedgerBroken: entry and checkpoint do not belong together, or no key in ``ring`` signed.
    """

    def __init__(self, ledger: Ledger, ring: KeyRing, check: Check) -> None:
        self._ledger = ledger
        with ledger.view() as view:
            logged = view.get(LoggedIndex, LOGGED_INDEX_KEY)
        if logged is None:
            raise CannotCheck("no index of streams was logged yet", hint=_LOG_ONE)
        size, self.note = ledger.checkpoint_covering(logged.index)
        self.keys = ring.at(size)
        try:
            note = parse_note(self.note)
            verify_note(note, self.keys, check)
            self._checkpoint = Checkpoint.parse(note.text)
        except (InvalidInput, ProofRefused) as error:
            where = f"the checkpoint of {size} entries"
            raise LedgerBroken(f"{where} is no good: {error.message}", hint=_VERIFY) from None
        self._node = node_reader(ledger.hashes_at, self._checkpoint.size)
        self.index_entry = self.prove(logged.index)
        event = self.entry(logged.index).body
        if not isinstance(event, IndexLogged):
            raise LedgerBroken(f"entry {logged.index} logs no index", hint=_VERIFY)
        self._event = event
        self.covered = covered_by(event, logged.index)
        self._watched: dict[str, list[tuple[int, bytes]]] = {}

    def build(self, streams: Collection[str], on_entries: Callable[[int], None] | None) -> None:
        """Make the index again from the entries, and keep what runs of ``streams`` need.

        Raises:
            LedgerBroken: an entry cannot be read, or another index than this was logged.
        """
        tree = (self._checkpoint.size, self._checkpoint.root)
        built = build_index(
            self._ledger, self._event.size, tree, watch=streams, on_entries=on_entries
        )
        self._index, self._watched = built.index, built.watched
        if self._index.root().hex() != self._event.root:
            raise LedgerBroken(
                f"the index that entry {self.index_entry.index} logged is not that of the entries",
                hint=_VERIFY,
            )

    def moment(self, text: str | None) -> Moment:
        """Return the moment that ``text`` names, a size or a time; None: the end of the index.

        Raises:
            InvalidInput: it names none.
            CannotCheck: it lies beyond the index.
        """
        if text is None:
            return Moment(size=self.covered, time=None, last=None, next=None)
        size, time = read_moment(self._ledger, text)
        # A time is past once a later entry is there, and that entry is part of the proof.
        if size > self.covered or (time is not None and size >= self._checkpoint.size):
            fresh = self._ledger.head().size == self.covered
            raise CannotCheck(
                f"the newest index covers {self.covered} entries, and {text} lies beyond",
                hint=f"as soon as it is past, {_LOG_ONE}{' --again' if fresh else ''}",
            )
        if time is None:
            return Moment(size=size, time=None, last=None, next=None)
        last = self.prove(size - 1) if size else None
        return Moment(size=size, time=format_time(time), last=last, next=self.prove(size))

    def entry(self, index: int) -> Entry:
        """Return the entry at ``index``."""
        return REGISTRY.read(self._raw(index), where=f"entry {index}")

    def prove(self, index: int) -> ProvedEntry:
        """Return the entry at ``index`` with its inclusion path, checked."""
        raw, size = self._raw(index), self._checkpoint.size
        path = inclusion_path(index, size, self._node)
        try:
            verify_inclusion(leaf_hash(raw), index, size, path, self._checkpoint.root)
        except ProofRefused as error:
            raise LedgerBroken(
                f"entry {index} cannot be proved: {error.message}", hint=_VERIFY
            ) from None
        return ProvedEntry(index=index, entry=raw.decode(), path=tuple(item.hex() for item in path))

    def positions(self, stream: str) -> Sequence[int]:
        """Return the ledger indices of all indexed entries of a built stream, in order."""
        return [index for index, _ in self._watched[stream]]

    def position_from(self, stream: str, index: int) -> int:
        """Return how many entries of a built stream come before ``index`` of the ledger."""
        return bisect_left(self._watched[stream], index, key=itemgetter(0))

    def run(self, stream: str, first: int = 0, stop: int | None = None) -> StreamRun:
        """Return the run of a built stream from position ``first`` up to ``stop`` (or its end)."""
        found = self._watched[stream]
        count, root, proof = self._index.prove(stream)
        stop = count if stop is None else min(stop, count)
        leaves = [sublog_leaf(index, entry_hash) for index, entry_hash in found]

        def node(level: int, position: int) -> bytes:
            return perfect_root(leaves[position << level : (position + 1) << level])

        other = (proof.other[0].hex(), proof.other[1].hex()) if proof.other else None
        return StreamRun(
            stream=stream,
            count=count,
            root=root.hex(),
            siblings=_texts(proof.siblings),
            other=other,
            first=first,
            before=_texts(perfect_subtrees(0, first, node)),
            entries=tuple(self.prove(index) for index, _ in found[first:stop]),
            after=_texts(consistency_path(stop, count, node)),
        )

    def _raw(self, index: int) -> bytes:
        record = next(self._ledger.records(index, index + 1), None)
        if record is None:
            raise LedgerBroken(f"entry {index} is missing from the ledger", hint=_VERIFY)
        return record.raw


def _texts(hashes: Sequence[bytes]) -> tuple[str, ...]:
    return tuple(item.hex() for item in hashes)
