"""Tiles: the hashes of a log in files of 256, as https://c2sp.org/tlog-tiles lays them out.

A tile of level 0 holds 256 leaf hashes; a tile of level L > 0 holds the roots of 256 full tiles
of level L - 1. A full tile never changes. Each stands for eight levels of the tree, which are
hashed again when they are needed, so that a proof over a million leaves reads a few tiles and
storage costs one hash per leaf and 1/256 more.

The whole interface to storage is one function, :data:`HashesAt`.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from oneseek.domain.errors import InvalidInput, LedgerBroken
from oneseek.domain.merkle.frontier import OnNodes
from oneseek.domain.merkle.hashing import HASH_SIZE, parent_hashes, perfect_root
from oneseek.domain.merkle.proofs import NodeAt

TILE_WIDTH = 256
"""Hashes in a full tile, entries in a full bundle."""

TILE_HEIGHT = 8
"""Tree levels that a tile stands for: 2^8 = 256."""

MAX_LEVEL = 63
MAX_INDEX = 2**63 - 1

HashesAt = Callable[[int, int, int], Sequence[bytes]]
"""``hashes_at(0, a, b)``: the leaf hashes a to b-1. ``hashes_at(L, a, b)`` for L > 0: the roots
of the full tiles a to b-1 of tile level L - 1. Exactly b - a hashes of 32 bytes."""

_PATH = re.compile(
    r"tile/(?P<level>entries|[0-9]{1,2})/(?P<index>(?:x[0-9]{3}/)*[0-9]{3})(?:\.p/(?P<width>[0-9]{1,3}))?"
)
_LONGEST_PATH = 64


@dataclass(frozen=True, slots=True)
class TilePath:
    """Which tile (``level`` 0 to 63) or which bundle of entries (``level`` None) a path names.

    ``tile/0/x001/x234/067``, ``tile/1/000.p/17``, ``tile/entries/x001/x234/067``.

    ``index`` counts within the level, ``width`` is 256 or, for a partial tile, 1 to 255.
    ``str()`` writes exactly what :func:`parse_tile_path` reads.

    Raises:
        InvalidInput: a number is out of range.
    """

    level: int | None
    index: int
    width: int = TILE_WIDTH

    def __post_init__(self) -> None:
        if self.level is not None and not 0 <= self.level <= MAX_LEVEL:
            raise InvalidInput(f"a tile level is 0 to {MAX_LEVEL}, not {self.level}")
        if not 0 <= self.index <= MAX_INDEX:
            raise InvalidInput(f"a tile index is 0 to 2^63 - 1, not {self.index}")
        if not 1 <= self.width <= TILE_WIDTH:
            raise InvalidInput(f"a tile is 1 to {TILE_WIDTH} wide, not {self.width}")

    def __str__(self) -> str:
        rest, last = divmod(self.index, 1000)
        index = f"{last:03d}"
        while rest:
            rest, last = divmod(rest, 1000)
            index = f"x{last:03d}/{index}"
        level = "entries" if self.level is None else str(self.level)
        part = "" if self.width == TILE_WIDTH else f".p/{self.width}"
        return f"tile/{level}/{index}{part}"


def parse_tile_path(path: str) -> TilePath:
    """Return what ``path`` names; only the one spelling of :class:`TilePath` is accepted.

    Raises:
        InvalidInput: it is not the path of a tile or of a bundle of entries.
    """
    match = _PATH.fullmatch(path) if len(path) <= _LONGEST_PATH else None
    if match is not None:
        level = None if match["level"] == "entries" else int(match["level"])
        index = int(match["index"].replace("/", "").replace("x", ""))
        found = TilePath(level, index, int(match["width"] or TILE_WIDTH))
        # Superfluous zeros, and ".p/256" for a full tile, are caught by writing it again.
        if str(found) == path:
            return found
    raise InvalidInput(f"not the path of a tile: {path[:100]!r}")


def tile_roots(keep: OnNodes) -> OnNodes:
    """Return what :meth:`Frontier.extend` is given for ``keep`` to be told of full tiles alone.

    ``keep(level, first, roots)``: the tiles (level, first), (level, first + 1)… have become full
    and have these roots, which are hashes of the tiles of ``level + 1``. Lower levels come first.
    """

    def on_nodes(level: int, first: int, hashes: Sequence[bytes]) -> None:
        tile_level, rest = divmod(level, TILE_HEIGHT)
        if not rest:
            keep(tile_level - 1, first, hashes)

    return on_nodes


def node_reader(hashes_at: HashesAt, size: int) -> NodeAt:
    """Return the ``node`` function of :mod:`~oneseek.domain.merkle.proofs` for a tree.

    ``size`` is the tree's number of leaves: nothing beyond it is read, so a log may grow
    meanwhile. A tile is read once and kept, as a proof asks for several nodes of the same one.
    The function raises InvalidInput for a node outside the tree and LedgerBroken where
    ``hashes_at`` does not give the hashes asked for.
    """

    @lru_cache(maxsize=64)
    def tile(level: int, index: int) -> tuple[bytes, ...]:
        start = index * TILE_WIDTH
        stop = min(start + TILE_WIDTH, size >> (level * TILE_HEIGHT))
        return _read(hashes_at, level, start, stop)

    def node(level: int, index: int) -> bytes:
        if level < 0 or index < 0 or (index + 1) << level > size:
            raise InvalidInput(f"a tree of {size} leaves has no perfect subtree {level}, {index}")
        tile_level, height = divmod(level, TILE_HEIGHT)
        tile_index, start = divmod(index << height, TILE_WIDTH)
        return perfect_root(tile(tile_level, tile_index)[start : start + (1 << height)])

    return node


def many_nodes_reader(hashes_at: HashesAt, size: int) -> NodeAt:
    """Return what :func:`node_reader` does, for proofs of many leaves.

    Every node of a tile is hashed once, when its tile is first asked for; after that a node is a
    look-up. So the proofs of all leaves cost little more than the tree.
    """

    @lru_cache(maxsize=64)
    def levels(level: int, index: int) -> list[Sequence[bytes]]:
        start = index * TILE_WIDTH
        stop = min(start + TILE_WIDTH, size >> (level * TILE_HEIGHT))
        found: list[Sequence[bytes]] = [_read(hashes_at, level, start, stop)]
        while len(found) < TILE_HEIGHT:
            found.append(parent_hashes(found[-1]))
        return found

    def node(level: int, index: int) -> bytes:
        if level < 0 or index < 0 or (index + 1) << level > size:
            raise InvalidInput(f"a tree of {size} leaves has no perfect subtree {level}, {index}")
        tile_level, height = divmod(level, TILE_HEIGHT)
        tile_index, start = divmod(index << height, TILE_WIDTH)
        return levels(tile_level, tile_index)[height][start >> height]

    return node


def _read(hashes_at: HashesAt, level: int, start: int, stop: int) -> tuple[bytes, ...]:
    """Return ``hashes_at(level, start, stop)``, which a damaged store may have fewer of."""
    hashes = tuple(hashes_at(level, start, stop))
    if len(hashes) != stop - start or any(len(item) != HASH_SIZE for item in hashes):
        raise LedgerBroken(
            f"the stored hashes {start} to {stop - 1} of tile level {level} are incomplete",
            hint="Run `oneseek verify`; hashes can be computed again from the entries.",
        )
    return hashes
