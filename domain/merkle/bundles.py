"""Bundles: up to 256 entries in one file, as https://c2sp.org/tlog-tiles lays them out.

Each entry stands behind its length, two bytes, the larger one first. A bundle has neither header
nor checksum: the leaf hashes in the tile of the same index say whether it is right.
"""

from collections.abc import Sequence

from oneseek.domain.errors import InvalidInput
from oneseek.domain.merkle.tiles import TILE_WIDTH

MAX_BUNDLE_ENTRY = 2**16 - 1
"""The longest entry that two bytes can announce."""

_LENGTH = 2


def format_bundle(entries: Sequence[bytes]) -> bytes:
    """Return the bytes of a bundle of ``entries``; :func:`parse_bundle` gives them back.

    Raises:
        InvalidInput: there are none or more than 256, or one is too long.
    """
    _require_width(len(entries))
    for entry in entries:
        if len(entry) > MAX_BUNDLE_ENTRY:
            raise InvalidInput(
                f"a bundle cannot hold an entry of {len(entry)} bytes, more than {MAX_BUNDLE_ENTRY}"
            )
    return b"".join(len(entry).to_bytes(_LENGTH, "big") + entry for entry in entries)


def parse_bundle(data: bytes, width: int, largest: int = MAX_BUNDLE_ENTRY) -> list[bytes]:
    """Return the ``width`` entries in a bundle, none longer than ``largest`` bytes.

    Raises:
        InvalidInput: it ends too early or too late, or an entry is too long.
    """
    _require_width(width)
    entries: list[bytes] = []
    position = 0
    for number in range(width):
        start = position + _LENGTH
        length = int.from_bytes(data[position:start], "big")
        position = start + length
        if start > len(data) or position > len(data):
            raise InvalidInput(f"the bundle ends within entry {number} of {width}")
        if length > largest:
            raise InvalidInput(
                f"entry {number} of the bundle has {length} bytes, more than {largest}"
            )
        entries.append(data[start:position])
    if position != len(data):
        raise InvalidInput(
            f"the bundle goes on for {len(data) - position} bytes behind {width} entries"
        )
    return entries


def largest_bundle(largest: int) -> int:
    """Return how many bytes a bundle has at most, if no entry is longer than ``largest``."""
    return TILE_WIDTH * (_LENGTH + largest)


def _require_width(width: int) -> None:
    if not 1 <= width <= TILE_WIDTH:
        raise InvalidInput(f"a bundle holds 1 to {TILE_WIDTH} entries, not {width}")
