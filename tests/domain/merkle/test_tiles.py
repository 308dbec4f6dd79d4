"""Tiles hold the hashes of the format, once each, and make proofs cheap."""

from collections.abc import Callable, Sequence

import pytest

from oneseek.domain.errors import InvalidInput, LedgerBroken
from oneseek.domain.merkle.frontier import EMPTY_FRONTIER
from oneseek.domain.merkle.hashing import leaf_hash, tree_root
from oneseek.domain.merkle.proofs import (
    NodeAt,
    consistency_path,
    inclusion_path,
    verify_consistency,
    verify_inclusion,
)
from oneseek.domain.merkle.tiles import HashesAt, many_nodes_reader, node_reader, tile_roots


class Store:
    """The hashes of a growing log by tile level, as a database would keep them."""

    def __init__(self) -> None:
        self.levels: dict[int, list[bytes]] = {0: []}
        self.calls: list[tuple[int, int, int]] = []
        self.frontier = EMPTY_FRONTIER

    def hashes_at(self, level: int, start: int, stop: int) -> Sequence[bytes]:
        self.calls.append((level, start, stop))
        return self.levels.get(level, [])[start:stop]

    def grow(self, leaf_hashes: Sequence[bytes]) -> list[tuple[int, int, bytes]]:
        """Append ``leaf_hashes``; return level, index and root of every tile that became full."""
        tiles: list[tuple[int, int, bytes]] = []

        def keep(level: int, first: int, roots: Sequence[bytes]) -> None:
            kept = self.levels.setdefault(level + 1, [])
            assert len(kept) == first
            kept += roots
            tiles.extend((level, first + n, root) for n, root in enumerate(roots))

        self.frontier = self.frontier.extend(leaf_hashes, tile_roots(keep))
        self.levels[0] += leaf_hashes
        return tiles


LEAVES = [leaf_hash(b"leaf %d" % number) for number in range(66_000)]


@pytest.fixture(scope="module")
def large() -> Store:
    store = Store()
    store.grow(LEAVES)
    return store


# Completed tiles


def test_a_tile_is_complete_with_its_last_hash() -> None:
    store = Store()
    assert store.grow(LEAVES[:255]) == []
    assert store.grow(LEAVES[255:256]) == [(0, 0, tree_root(LEAVES[:256]))]
    assert store.grow(LEAVES[256:300]) == []


def test_one_batch_completes_many_tiles_with_the_lower_levels_first(large: Store) -> None:
    tiles = Store().grow(LEAVES)
    assert [(level, index) for level, index, _ in tiles] == [
        *((0, index) for index in range(257)),
        (1, 0),
    ]
    assert tiles[3] == (0, 3, tree_root(LEAVES[768:1024]))
    assert tiles[-1] == (1, 0, tree_root(LEAVES[: 256 * 256]))


def test_batches_of_any_size_complete_the_same_tiles(large: Store) -> None:
    store, size = Store(), 0
    for batch in (0, 1, 254, 1, 1, 511, 1000, 63_000, 700, 532):
        store.grow(LEAVES[size : size + batch])
        size += batch
    assert size == len(LEAVES)
    assert store.levels == large.levels


# Nodes and proofs


READERS = pytest.mark.parametrize("reader", [node_reader, many_nodes_reader])
Reader = Callable[[HashesAt, int], NodeAt]


@READERS
def test_every_node_of_a_tree_is_the_root_of_its_leaves(reader: Reader) -> None:
    store, size = Store(), 700
    store.grow(LEAVES[:size])
    node = reader(store.hashes_at, size)
    for level in range(10):
        for index in range(size >> level):
            assert node(level, index) == tree_root(LEAVES[index << level : (index + 1) << level])


@READERS
def test_high_nodes_are_made_of_tile_roots(large: Store, reader: Reader) -> None:
    node = reader(large.hashes_at, len(LEAVES))
    assert node(16, 0) == tree_root(LEAVES[: 1 << 16])
    assert node(15, 1) == tree_root(LEAVES[1 << 15 : 1 << 16])
    assert node(8, 256) == tree_root(LEAVES[1 << 16 : (1 << 16) + 256])


@pytest.mark.parametrize(
    ("level", "index"), [(0, 700), (1, 350), (8, 2), (9, 1), (10, 0), (0, -1), (-1, 0), (8, 2**40)]
)
@READERS
def test_there_is_no_node_outside_the_tree(reader: Reader, level: int, index: int) -> None:
    store = Store()
    store.grow(LEAVES[:1000])
    with pytest.raises(InvalidInput, match="no perfect subtree"):
        reader(store.hashes_at, 700)(level, index)


@READERS
def test_a_reader_never_reads_beyond_its_tree(reader: Reader) -> None:
    store, size = Store(), 700
    store.grow(LEAVES[:1500])
    store.calls.clear()
    node = reader(store.hashes_at, size)
    for index in range(size):
        path = inclusion_path(index, size, node)
        verify_inclusion(LEAVES[index], index, size, path, tree_root(LEAVES[:size]))
    assert all(stop <= size >> (8 * level) for level, _, stop in store.calls)


def test_a_proof_in_a_million_leaves_is_a_few_reads() -> None:
    old_size, size = 654_321, 1_000_003
    leaves = [number.to_bytes(32, "big") for number in range(size)]
    store = Store()
    store.grow(leaves)
    older = EMPTY_FRONTIER.extend(leaves[:old_size])
    root = older.extend(leaves[old_size:]).root()
    for index in (0, 1, 123_456, 765_432, size - 1):
        store.calls.clear()
        path = inclusion_path(index, size, node_reader(store.hashes_at, size))
        verify_inclusion(leaves[index], index, size, path, root)
        assert len(store.calls) <= 5
    store.calls.clear()
    path = consistency_path(old_size, size, node_reader(store.hashes_at, size))
    verify_consistency(old_size, older.root(), size, root, path)
    assert len(store.calls) <= 5
    assert all(stop - start <= 256 for _, start, stop in store.calls)


def test_many_proofs_of_one_tile_read_it_once() -> None:
    store, size = Store(), 256
    store.grow(LEAVES[:size])
    store.calls.clear()
    node = node_reader(store.hashes_at, size)
    for index in range(size):
        inclusion_path(index, size, node)
    assert store.calls == [(0, 0, 256)]


@pytest.mark.parametrize(
    "stored",
    [[], LEAVES[:299], LEAVES[:301], [*LEAVES[:299], b""], [*LEAVES[:299], bytes(33)]],
    ids=["none", "one too few", "one too many", "an empty hash", "a hash too long"],
)
def test_hashes_that_are_missing_or_damaged_mean_a_broken_ledger(stored: list[bytes]) -> None:
    with pytest.raises(LedgerBroken, match="tile level 0 are incomplete"):
        node_reader(lambda level, start, stop: stored[start:], 300)(0, 299)
