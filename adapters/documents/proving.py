"""The fields that show an entry with its proof, for many entries at a time."""

from collections import deque
from collections.abc import Collection, Iterator

from oneseek.domain.documents import Fields
from oneseek.domain.errors import LedgerBroken, ProofRefused
from oneseek.domain.merkle.hashing import leaf_hash
from oneseek.domain.merkle.proofs import NodeAt, inclusion_path, root_from_inclusion
from oneseek.domain.note.checkpoint import Checkpoint
from oneseek.domain.ports import Ledger
from oneseek.domain.replay import Chunk

_HINT = "look at it with: oneseek verify"
_SPARSE = 4
"""Entries are read in one go where at least every fourth of a range is asked for."""


class Prover:
    """Proves entries of ``ledger`` under the first checkpoint that covers each.

    That checkpoint never changes, so the same entry always has the same fields. ``node`` gives the
    nodes of the tree at a head; only entries of that tree can be proved.
    """

    def __init__(self, ledger: Ledger, node: NodeAt, origin: str) -> None:
        self._ledger = ledger
        self._node = node
        self._origin = origin
        self._recent: deque[Chunk] = deque(maxlen=2)

    def remember(self, chunk: Chunk) -> None:
        """Keep entries that are likely to be proved next, so that they are not read twice."""
        self._recent.append(chunk)

    def prove(self, indices: Collection[int]) -> dict[int, Fields]:
        """Return by index: index, entry, leaf hash, size and root of the tree, proof, checkpoint.

        Raises:
            LedgerBroken: entry, hashes and checkpoint do not belong together.
        """
        return {
            index: self._fields(index, self._raw(index), size, note)
            for index, (size, note) in self._checkpoints(sorted(set(indices)))
        }

    def _checkpoints(self, indices: list[int]) -> Iterator[tuple[int, tuple[int, bytes]]]:
        if not indices:
            return
        if indices[-1] - indices[0] > _SPARSE * len(indices):
            for index in indices:
                yield index, self._ledger.checkpoint_covering(index)
            return
        found = self._ledger.checkpoints(indices[0], indices[-1] + 1)
        size, note = 0, b""
        for index in indices:
            while size <= index:
                size, note = next(found, (0, b""))
                if not size:
                    raise LedgerBroken(f"no checkpoint covers entry {index}", hint=_HINT)
            yield index, (size, note)

    def _raw(self, index: int) -> bytes:
        for chunk in self._recent:
            if chunk.start <= index < chunk.frontier.size:
                return chunk.raws[index - chunk.start]
        for record in self._ledger.records(index, index + 1):
            return record.raw
        raise LedgerBroken(f"entry {index} is missing from the ledger", hint=_HINT)

    def _fields(self, index: int, raw: bytes, size: int, note: bytes) -> Fields:
        leaf = leaf_hash(raw)
        path = inclusion_path(index, size, self._node)
        try:
            root = root_from_inclusion(leaf, index, size, path)
        except ProofRefused as error:
            raise LedgerBroken(
                f"entry {index} cannot be proved: {error.message}", hint=_HINT
            ) from None
        if not note.startswith(Checkpoint(self._origin, size, root).body().encode()):
            # A proof that does not prove must not leave the house.
            raise LedgerBroken(
                f"entry {index} cannot be proved under the checkpoint of {size} entries",
                hint=_HINT,
            )
        return {
            "index": index,
            "entry": raw.decode(),
            "leaf_hash": leaf.hex(),
            "tree_size": size,
            "root": root.hex(),
            "inclusion_proof": [item.hex() for item in path],
            "checkpoint": note.decode(),
        }
