"""Which files a log of a given size consists of, as https://c2sp.org/tlog-tiles counts them.

Full tiles and bundles never change. The rightmost of each level is partial, under a name that says
its width, so every file is immutable and only new ones have to be written when a log grows.
"""

from collections.abc import Iterator

from oneseek.domain.errors import InvalidInput
from oneseek.domain.merkle.tiles import TILE_HEIGHT, TILE_WIDTH, TilePath


def bundles_of(size: int, since: int = 0) -> Iterator[TilePath]:
    """Yield the bundles that a log of ``size`` entries has and one of ``since`` has not, in order.

    Raises:
        InvalidInput: ``since`` is larger than ``size``, or negative.
    """
    _require_growth(size, since)
    return _level(None, size, since)


def tiles_of(size: int, since: int = 0) -> Iterator[TilePath]:
    """Yield the tiles of hashes that a log of ``size`` has and one of ``since`` has not.

    The lowest level comes first.

    Raises:
        InvalidInput: ``since`` is larger than ``size``, or negative.
    """
    _require_growth(size, since)
    level = 0
    while count := size >> (level * TILE_HEIGHT):
        yield from _level(level, count, since >> (level * TILE_HEIGHT))
        level += 1


def filled(size: int, since: int) -> Iterator[TilePath]:
    """Yield the full tiles and bundles, of which a log of ``since`` has had a partial one.

    These partial ones may be deleted: whoever still wants one takes the full one instead.
    """
    for path in (*bundles_of(size, since), *tiles_of(size, since)):
        width = since >> ((path.level or 0) * TILE_HEIGHT)
        if path.width == TILE_WIDTH and path.index * TILE_WIDTH < width:
            yield path


def _level(level: int | None, count: int, old: int) -> Iterator[TilePath]:
    for index in range(old // TILE_WIDTH, -(-count // TILE_WIDTH)):
        width = min(count - index * TILE_WIDTH, TILE_WIDTH)
        if index * TILE_WIDTH + width > old:
            yield TilePath(level, index, width)


def _require_growth(size: int, since: int) -> None:
    if not 0 <= since <= size:
        raise InvalidInput(f"a log of {size} entries does not grow out of one of {since}")
