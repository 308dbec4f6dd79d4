"""The fields that show an entry with its proof, for many entries at a time."""

from collections import deque
from collections.abc import Collection, Iterator, Sequence

from oneseek.domain.documents import Fields
from oneseek.domain.entry import Entry
from oneseek.domain.errors import LedgerBroken, ProofRefused
from oneseek.domain.merkle.hashing import leaf_hash
from oneseek.domain.merkle.many_proofs import ManyProofs
from oneseek.domain.merkle.proofs import NodeAt, perfect_subtrees, root_from_inclusion
from oneseek.domain.note.checkpoint import Checkpoint
from oneseek.domain.ports import Ledger
from oneseek.domain.projections.collections.block import proof_fields, shown_fields
from oneseek.domain.registry import REGISTRY
from oneseek.domain.replay import Chunk

_HINT = "look at it with: oneseek verify"
_GAP = 16
"""Entries that lie closer together are read in one go."""


class Prover:
    """Proves entries of ``ledger`` under the first checkpoint that covers each.

    That checkpoint never changes, so the same entry always has the same fields. ``node`` gives the
    nodes of the tree at a head; only entries of that tree can be proved.
    """

    def __init__(self, ledger: Ledger, node: NodeAt, origin: str) -> None:
        self._ledger = ledger
        self._node = node
        self._origin = origin
        self._recent: deque[dict[int, tuple[bytes, Entry]]] = deque(maxlen=2)
        self._newest: tuple[ManyProofs | None, bytes] = (None, b"")

    def remember(self, chunk: Chunk) -> None:
        """Keep entries that are likely to be proved next, so that they are not read twice."""
        raws, start = chunk.raws, chunk.start
        self._recent.append({n: (raws[n - start], entry) for n, entry in chunk.entries})

    def prove(self, indices: Collection[int]) -> dict[int, Fields]:
        """Return by index the fields that show and prove an entry.

        Raises:
            LedgerBroken: entry, hashes and checkpoint do not belong together.
        """
        made: dict[int, Fields] = {}
        for run in _runs(sorted(set(indices))):
            found = {index: known for index in run if (known := self._known(index))}
            if len(found) < len(run):
                found = self._read(run)
            for index, (size, note) in self._checkpoints(run):
                made[index] = self._fields(index, *found[index], size, note)
        return made

    def _known(self, index: int) -> tuple[bytes, Entry] | None:
        for known in self._recent:
            if index in known:
                return known[index]
        return None

    def _read(self, run: Sequence[int]) -> dict[int, tuple[bytes, Entry]]:
        start, wanted = run[0], frozenset(run)
        raws = (raw for some in self._ledger.chunks(start, run[-1] + 1) for raw in some)
        found = {
            index: (raw, REGISTRY.read(raw, where=f"entry {index}"))
            for index, raw in enumerate(raws, start=start)
            if index in wanted
        }
        for index in run:
            if index not in found:
                raise LedgerBroken(f"entry {index} is missing from the ledger", hint=_HINT)
        return found

    def _checkpoints(self, run: Sequence[int]) -> Iterator[tuple[int, tuple[int, bytes]]]:
        checkpoints = self._ledger.checkpoints(run[0], run[-1] + 1)
        size, note = 0, b""
        for index in run:
            while size <= index:
                size, note = next(checkpoints, (0, b""))
                if not size:
                    raise LedgerBroken(f"no checkpoint covers entry {index}", hint=_HINT)
            yield index, (size, note)

    def _fields(self, index: int, raw: bytes, entry: Entry, size: int, note: bytes) -> Fields:
        leaf = leaf_hash(raw)
        try:
            if size == index + 1:
                # Beside the last leaf lies what was there before it: so it is with single appends.
                path = perfect_subtrees(0, index, self._node)[::-1]
                root = root_from_inclusion(leaf, index, size, path)
                self._require_stated(index, size, root, note)
            else:
                proofs = self._tree(index, size, note)
                path, root = proofs.prove(index, leaf), proofs.root
        except ProofRefused as error:
            raise LedgerBroken(
                f"entry {index} cannot be proved: {error.message}", hint=_HINT
            ) from None
        return shown_fields(index, raw, entry) | proof_fields(size, root, path, note)

    def _tree(self, index: int, size: int, note: bytes) -> ManyProofs:
        """Return the proofs of the tree that ``note`` is of; entries of a group have the same."""
        proofs, stated = self._newest
        if proofs is None or proofs.size != size or stated != note:
            proofs = ManyProofs(size, self._node)
            self._require_stated(index, size, proofs.root, note)
            self._newest = (proofs, note)
        return proofs

    def _require_stated(self, index: int, size: int, root: bytes, note: bytes) -> None:
        if not note.startswith(Checkpoint(self._origin, size, root).body().encode()):
            # A proof that does not prove must not leave the house.
            raise LedgerBroken(
                f"entry {index} cannot be proved under the checkpoint of {size} entries",
                hint=_HINT,
            )


def _runs(indices: Sequence[int]) -> Iterator[Sequence[int]]:
    """Yield ``indices``, which are sorted, in pieces that lie close together."""
    start = 0
    for place in range(1, len(indices)):
        if indices[place] - indices[place - 1] > _GAP:
            yield indices[start:place]
            start = place
    if indices:
        yield indices[start:]
