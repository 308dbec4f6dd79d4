"""Of published tiles only those are believed that lead to the root."""

from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from oneseek.domain.errors import ProofRefused
from oneseek.domain.merkle.hashing import leaf_hash, perfect_root, tree_root
from oneseek.domain.merkle.proofs import inclusion_path, verify_inclusion
from oneseek.domain.merkle.static_files import tiles_of
from oneseek.domain.merkle.tiles import TilePath, node_reader
from oneseek.domain.merkle.verified_tiles import VerifiedTiles

LEAVES = [leaf_hash(str(number).encode()) for number in range(700)]


def published(size: int) -> dict[str, bytes]:
    levels = [LEAVES[:size]]
    while len(levels[-1]) >= 256:
        last = levels[-1]
        roots = [perfect_root(last[n : n + 256]) for n in range(0, len(last) // 256 * 256, 256)]
        levels.append(roots)
    return {
        str(path): b"".join(
            levels[path.level or 0][path.index * 256 : path.index * 256 + path.width]
        )
        for path in tiles_of(size)
    }


def reader(files: dict[str, bytes]) -> Callable[[TilePath], bytes]:
    return lambda path: files[str(path)]


@settings(max_examples=30)
@given(st.integers(1, 700), st.data())
def test_good_tiles_prove_every_leaf_and_every_older_root(size: int, data: st.DataObject) -> None:
    root = tree_root(LEAVES[:size])
    tiles = VerifiedTiles(reader(published(size)), size, root)
    index = data.draw(st.integers(0, size - 1))
    path = inclusion_path(index, size, node_reader(tiles.hashes_at, size))
    verify_inclusion(LEAVES[index], index, size, path, root)
    assert tiles.root_at(index) == tree_root(LEAVES[:index])


def test_an_empty_log_needs_no_tiles() -> None:
    assert VerifiedTiles(reader({}), 0, tree_root([])).root_at(0) == tree_root([])


@pytest.mark.parametrize("name", ["tile/0/002.p/188", "tile/1/000.p/2"])
def test_a_tile_at_the_edge_that_was_changed_is_refused_at_once(name: str) -> None:
    files = published(700)
    files[name] = bytes(32) + files[name][32:]
    with pytest.raises(ProofRefused, match="the tiles of 700 entries lead to the root"):
        VerifiedTiles(reader(files), 700, tree_root(LEAVES))


def test_a_full_tile_that_was_changed_is_refused_when_it_is_read() -> None:
    files = published(700)
    files["tile/0/000"] = bytes(32) + files["tile/0/000"][32:]
    tiles = VerifiedTiles(reader(files), 700, tree_root(LEAVES))
    assert tiles.hashes_at(0, 256, 512) == tuple(LEAVES[256:512])
    with pytest.raises(ProofRefused, match=r"tile/0/000 has the root .* the tile above it says"):
        tiles.hashes_at(0, 0, 256)


@pytest.mark.parametrize("change", [lambda data: data[:-1], lambda data: data + bytes(32)])
def test_a_tile_of_another_length_is_refused(change: Callable[[bytes], bytes]) -> None:
    files = published(700)
    files["tile/0/001"] = change(files["tile/0/001"])
    tiles = VerifiedTiles(reader(files), 700, tree_root(LEAVES))
    with pytest.raises(ProofRefused, match="256 hashes have 8192"):
        tiles.hashes_at(0, 256, 512)


def test_another_root_is_refused() -> None:
    with pytest.raises(ProofRefused, match="signed is 00"):
        VerifiedTiles(reader(published(3)), 3, bytes(32))
