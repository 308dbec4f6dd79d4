"""The frontier: all that a writer must remember of a tree to append to it.

A tree of size N is a row of perfect subtrees, one per set bit of N, the largest first. Their
roots never change while the tree grows to the right, so they replace all earlier leaves:
44 leaves (0b101100) are three subtrees of 32, 8 and 4 leaves, 96 bytes.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Self

from oneseek.domain.errors import InvalidInput, LedgerBroken
from oneseek.domain.merkle.hashing import HASH_SIZE, join_subtrees, parent_hashes
from oneseek.domain.merkle.proofs import NodeAt, perfect_subtrees

OnNodes = Callable[[int, int, Sequence[bytes]], None]
"""``on_nodes(level, first, hashes)``: the nodes (level, first), (level, first + 1)… are perfect."""


@dataclass(frozen=True, slots=True)
class Frontier:
    """The perfect-subtree roots of a tree of ``size`` leaves, from the largest to the smallest.

    Raises:
        LedgerBroken: the hashes cannot belong to a tree of that size.
    """

    size: int
    hashes: tuple[bytes, ...]

    def __post_init__(self) -> None:
        wanted = self.size.bit_count() if self.size >= 0 else -1
        if len(self.hashes) != wanted or any(len(item) != HASH_SIZE for item in self.hashes):
            raise LedgerBroken(
                f"the frontier does not fit a tree of {self.size} leaves",
                hint="The stored tree head is damaged: restore the ledger from a backup.",
            )

    def extend(self, leaf_hashes: Sequence[bytes], on_nodes: OnNodes | None = None) -> "Frontier":
        """Return the frontier after appending 32-byte leaf hashes; about one SHA-256 per leaf.

        ``on_nodes`` is told of every node above the leaves that the new leaves make perfect, a
        call for each level that has some, the lowest first.

        Raises:
            InvalidInput: a leaf hash is not 32 bytes long.
        """
        if set(map(len, leaf_hashes)) - {HASH_SIZE}:
            raise InvalidInput("a leaf hash must be 32 bytes long")
        older = list(self.hashes)
        newer: list[bytes] = []
        level, level_size, nodes = 0, self.size, leaf_hashes
        # Level by level, not leaf by leaf: the inner loop is one list comprehension.
        while nodes:
            if level_size & 1:
                nodes = [older.pop(), *nodes]
            if len(nodes) & 1:
                newer.append(nodes[-1])
            nodes = parent_hashes(nodes)
            level, level_size = level + 1, level_size >> 1
            if nodes and on_nodes is not None:
                on_nodes(level, level_size, nodes)
        return Frontier(self.size + len(leaf_hashes), (*older, *reversed(newer)))

    def root(self) -> bytes:
        """Return the root hash of the tree, 32 bytes."""
        return join_subtrees(self.hashes)

    def to_bytes(self) -> bytes:
        """Return the hashes joined; the size is not in them."""
        return b"".join(self.hashes)

    @classmethod
    def at(cls, size: int, node: NodeAt) -> Self:
        """Return the frontier that a tree had at ``size`` leaves; ``node`` as in a proof."""
        return cls(size, tuple(perfect_subtrees(0, size, node)))

    @classmethod
    def from_bytes(cls, size: int, data: bytes) -> Self:
        """Return the frontier that :meth:`to_bytes` wrote for a tree of ``size`` leaves.

        Raises:
            LedgerBroken: the length of ``data`` does not fit ``size``.
        """
        starts = range(0, len(data), HASH_SIZE)
        return cls(size, tuple(data[start : start + HASH_SIZE] for start in starts))


EMPTY_FRONTIER = Frontier(0, ())
"""The frontier of the tree without leaves."""
