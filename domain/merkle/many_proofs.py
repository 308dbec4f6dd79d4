"""Inclusion proofs of many leaves of one tree, each made and verified.

Neighbouring leaves have the upper part of their paths in common. So sixteen leaves are hashed up to
the node over them, and from there to the root, once; of each leaf it is verified that it is one of
them. What a proof holds is the same as without this.
"""

from collections.abc import Sequence

from oneseek.domain.errors import InvalidInput, ProofRefused
from oneseek.domain.merkle.hashing import EMPTY_ROOT, node_hash, parent_hashes
from oneseek.domain.merkle.proofs import NodeAt, root_from_inclusion

_SHARED = 4
"""The level above which paths are shared: that of the nodes over sixteen leaves."""


class ManyProofs:
    """Proofs in the tree of the first ``size`` leaves; ``node`` gives its perfect subtrees.

    ``root`` is the root that these nodes lead to: compare it with the one that is signed.
    """

    def __init__(self, size: int, node: NodeAt) -> None:
        self.size = size
        self._node = node
        self._edge = _right_edge(size, node)
        self.root = self._edge[-1] if self._edge else EMPTY_ROOT
        self._place = -1
        self._levels: list[Sequence[bytes]] = []
        self._above: list[bytes] = []

    def prove(self, index: int, leaf: bytes) -> list[bytes]:
        """Return the path of the leaf hash at ``index``, its sibling first.

        Raises:
            InvalidInput: there is no such leaf.
            ProofRefused: leaf and nodes do not lead to the root.
        """
        if not 0 <= index < self.size:
            raise InvalidInput(f"there is no leaf {index} in a tree of {self.size} leaves")
        place = index >> _SHARED
        if place == (self.size - 1) >> _SHARED:
            # The right end, where nodes rise without a sibling.
            path = self._path(index, 0)
            self._require(root_from_inclusion(leaf, index, self.size, path) == self.root, index)
            return path
        if place != self._place:
            self._verify(place)
        leaves, pairs, fours, eights = self._levels
        self._require(leaves[index & 15] == leaf, index)
        return [
            leaves[index & 15 ^ 1],
            pairs[index >> 1 & 7 ^ 1],
            fours[index >> 2 & 3 ^ 1],
            eights[index >> 3 & 1 ^ 1],
            *self._above,
        ]

    def _verify(self, place: int) -> None:
        """Hash sixteen leaves up to their node, and that one up to the root."""
        first = place << _SHARED
        levels: list[Sequence[bytes]] = [[self._node(0, first + n) for n in range(1 << _SHARED)]]
        while len(levels) < _SHARED:
            levels.append(parent_hashes(levels[-1]))
        (begin,) = parent_hashes(levels[-1])
        above, count = self._path(place, _SHARED), ((self.size - 1) >> _SHARED) + 1
        self._require(root_from_inclusion(begin, place, count, above) == self.root, first)
        self._place, self._levels, self._above = place, levels, above

    def _path(self, position: int, level: int) -> list[bytes]:
        last, path = (self.size - 1) >> level, []
        while last:
            sibling = position ^ 1
            if sibling < last:
                path.append(self._node(level, sibling))
            elif sibling == last:
                path.append(self._edge[level])
            position, last, level = position >> 1, last >> 1, level + 1
        return path

    def _require(self, holds: bool, index: int) -> None:
        if not holds:
            raise ProofRefused(f"the proof of leaf {index} leads to another root than the tree's")


def _right_edge(size: int, node: NodeAt) -> Sequence[bytes]:
    """Return the last node of every level, up to the root; it may stand over fewer leaves."""
    if size < 1:
        return []
    last, edge = size - 1, [node(0, size - 1)]
    for level in range(last.bit_length()):
        # A left child without a sibling rises as it is.
        edge.append(node_hash(node(level, last - 1), edge[-1]) if last & 1 else edge[-1])
        last >>= 1
    return edge
