"""Reading tiles that somebody else publishes, believing nothing but a root.

A tile at the right edge counts because all of them together give the root; a full tile further left
because its own root stands in the tile above it. So each tile is proved as it is read, and a proof
over a million leaves needs a few of them.
"""

from collections.abc import Callable, Sequence
from functools import lru_cache

from oneseek.domain.errors import ProofRefused
from oneseek.domain.merkle.hashing import HASH_SIZE, perfect_root
from oneseek.domain.merkle.proofs import root_at
from oneseek.domain.merkle.tiles import TILE_HEIGHT, TILE_WIDTH, TilePath, node_reader

ReadTile = Callable[[TilePath], bytes]
"""Gives the bytes of a tile as they are published; raises where it cannot be had."""


class VerifiedTiles:
    """The hashes of the tree of ``size`` leaves with ``root``, read by ``read`` and proved.

    Raises:
        ProofRefused: the tiles at the right edge do not lead to ``root``.
        whatever ``read`` raises.
    """

    def __init__(self, read: ReadTile, size: int, root: bytes) -> None:
        self._read = read
        self._size = size
        self._tile = lru_cache(maxsize=64)(self._read_tile)
        found = root_at(size, node_reader(self.hashes_at, size))
        if found != root:
            raise ProofRefused(
                f"the tiles of {size} entries lead to the root {found.hex()}, "
                f"signed is {root.hex()}"
            )

    def hashes_at(self, level: int, start: int, stop: int) -> Sequence[bytes]:
        """Return hashes of one tile: the function that proofs are made with.

        Raises:
            ProofRefused: a tile is not the one that the tile above it names.
        """
        index, first = divmod(start, TILE_WIDTH)
        return self._tile(level, index)[first : first + stop - start]

    def root_at(self, size: int) -> bytes:
        """Return the root that the tree had at ``size`` leaves.

        Raises:
            ProofRefused: see :meth:`hashes_at`.
        """
        return root_at(size, node_reader(self.hashes_at, size))

    def _read_tile(self, level: int, index: int) -> tuple[bytes, ...]:
        count = self._size >> (level * TILE_HEIGHT)
        path = TilePath(level, index, min(count - index * TILE_WIDTH, TILE_WIDTH))
        data = self._read(path)
        if len(data) != path.width * HASH_SIZE:
            raise ProofRefused(
                f"{path} has {len(data)} bytes; {path.width} hashes have {path.width * HASH_SIZE}"
            )
        starts = range(0, len(data), HASH_SIZE)
        hashes = tuple(data[start : start + HASH_SIZE] for start in starts)
        if path.width == TILE_WIDTH:
            (wanted,) = self.hashes_at(level + 1, index, index + 1)
            if (found := perfect_root(hashes)) != wanted:
                raise ProofRefused(
                    f"{path} has the root {found.hex()}, the tile above it says {wanted.hex()}"
                )
        return hashes
