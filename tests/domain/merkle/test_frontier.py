"""A frontier grows like the tree it stands for, in any batches."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oneseek.domain.errors import InvalidInput, LedgerBroken
from oneseek.domain.merkle.frontier import EMPTY_FRONTIER, Frontier
from oneseek.domain.merkle.hashing import EMPTY_ROOT, leaf_hash, tree_root

LEAVES = [leaf_hash(b"leaf %d" % number) for number in range(600)]


def test_it_has_the_root_of_the_tree_at_every_size() -> None:
    frontier = EMPTY_FRONTIER
    for size in range(200):
        assert frontier.size == size
        assert frontier.root() == tree_root(LEAVES[:size])
        frontier = frontier.extend([LEAVES[size]])


def test_it_holds_the_perfect_subtrees_from_the_largest_to_the_smallest() -> None:
    frontier = EMPTY_FRONTIER.extend(LEAVES[:44])
    assert frontier.hashes == (
        tree_root(LEAVES[:32]),
        tree_root(LEAVES[32:40]),
        tree_root(LEAVES[40:44]),
    )


@given(st.lists(st.integers(0, 200), max_size=3))
def test_batches_of_any_size_give_the_same_frontier(batches: list[int]) -> None:
    frontier, size = EMPTY_FRONTIER, 0
    for batch in batches:
        frontier = frontier.extend(LEAVES[size : size + batch])
        size += batch
    assert frontier == EMPTY_FRONTIER.extend(tuple(LEAVES[:size]))
    assert frontier.root() == tree_root(LEAVES[:size])


def test_extending_leaves_the_older_frontier_as_it_was() -> None:
    older = EMPTY_FRONTIER.extend(LEAVES[:5])
    older.extend(LEAVES[5:9])
    assert older == EMPTY_FRONTIER.extend(LEAVES[:5])


@pytest.mark.parametrize("wrong", [b"", bytes(31), bytes(33), bytes(64)])
def test_a_leaf_hash_of_another_length_is_refused(wrong: bytes) -> None:
    with pytest.raises(InvalidInput, match="32 bytes"):
        EMPTY_FRONTIER.extend([LEAVES[0], wrong])


@given(st.integers(0, 600))
def test_bytes_and_size_give_the_frontier_back(size: int) -> None:
    frontier = EMPTY_FRONTIER.extend(LEAVES[:size])
    assert len(frontier.to_bytes()) == 32 * size.bit_count()
    assert Frontier.from_bytes(size, frontier.to_bytes()) == frontier


def test_the_empty_frontier_is_no_bytes() -> None:
    assert EMPTY_FRONTIER.to_bytes() == b""
    assert EMPTY_FRONTIER.root() == EMPTY_ROOT


@pytest.mark.parametrize(
    ("size", "length"),
    [(0, 1), (0, 32), (1, 0), (1, 31), (1, 33), (1, 64), (3, 32), (4, 64), (-1, 0), (-1, 32)],
)
def test_bytes_that_do_not_fit_the_size_mean_a_broken_ledger(size: int, length: int) -> None:
    with pytest.raises(LedgerBroken, match=f"{size} leaves"):
        Frontier.from_bytes(size, bytes(length))


@given(st.integers(), st.binary(max_size=200))
def test_any_bytes_are_a_frontier_or_a_broken_ledger(size: int, data: bytes) -> None:
    try:
        frontier = Frontier.from_bytes(size, data)
    except LedgerBroken:
        return
    assert frontier.to_bytes() == data
    assert len(frontier.root()) == 32


@given(st.integers(0, 300), st.integers(0, 300))
def test_every_node_that_becomes_perfect_is_told_once(older: int, newer: int) -> None:
    told: dict[tuple[int, int], bytes] = {}

    def on_nodes(level: int, first: int, hashes: Sequence[bytes]) -> None:
        for index, node in enumerate(hashes, start=first):
            assert (level, index) not in told
            told[level, index] = node

    size = older + newer
    EMPTY_FRONTIER.extend(LEAVES[:older]).extend(LEAVES[older:size], on_nodes)
    assert told == {
        (level, index): tree_root(LEAVES[index << level : (index + 1) << level])
        for level in range(1, 10)
        for index in range(older >> level, size >> level)
    }


@pytest.mark.parametrize("size", [0, 1, 2, 3, 44, 255, 256, 300])
def test_the_frontier_of_an_older_tree_is_read_from_the_nodes_of_a_newer_one(size: int) -> None:
    def node(level: int, index: int) -> bytes:
        return tree_root(LEAVES[index << level : (index + 1) << level])

    assert Frontier.at(size, node) == EMPTY_FRONTIER.extend(LEAVES[:size])
