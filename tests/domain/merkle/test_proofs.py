"""Proofs hold at every size, are those of the RFC, and do not survive a single change."""

from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oneseek.domain.errors import InvalidInput, ProofRefused
from oneseek.domain.merkle.hashing import EMPTY_ROOT, leaf_hash, node_hash, tree_root
from oneseek.domain.merkle.proofs import (
    consistency_path,
    inclusion_path,
    root_at,
    root_from_inclusion,
    verify_consistency,
    verify_inclusion,
)

LARGEST = 100
LEAVES = [leaf_hash(b"leaf %d" % number) for number in range(LARGEST)]


# The yardstick: the recursive definitions of RFC 6962, section 2.1, over leaves [start, stop).


@cache
def mth(start: int, stop: int) -> bytes:
    if stop - start <= 1:
        return tree_root(LEAVES[start:stop])
    middle = start + largest_power_below(stop - start)
    return node_hash(mth(start, middle), mth(middle, stop))


def largest_power_below(size: int) -> int:
    power = 1
    while power * 2 < size:
        power *= 2
    return power


def rfc_path(index: int, start: int, stop: int) -> list[bytes]:
    if stop - start == 1:
        return []
    middle = start + largest_power_below(stop - start)
    if index < middle:
        return [*rfc_path(index, start, middle), mth(middle, stop)]
    return [*rfc_path(index, middle, stop), mth(start, middle)]


def rfc_subproof(size: int, start: int, stop: int, known: bool) -> list[bytes]:
    if stop == size:
        return [] if known else [mth(start, stop)]
    middle = start + largest_power_below(stop - start)
    if size <= middle:
        return [*rfc_subproof(size, start, middle, known), mth(middle, stop)]
    return [*rfc_subproof(size, middle, stop, False), mth(start, middle)]


def node(level: int, index: int) -> bytes:
    return mth(index << level, (index + 1) << level)


def test_the_root_of_every_older_size_is_found_from_perfect_subtrees() -> None:
    assert root_at(0, node) == EMPTY_ROOT
    for size in range(1, 70):
        assert root_at(size, node) == mth(0, size)


def flipped(data: bytes, bit: int) -> bytes:
    return (int.from_bytes(data, "big") ^ 1 << bit).to_bytes(len(data), "big")


def test_every_inclusion_proof_at_every_size_holds() -> None:
    for size in range(1, LARGEST + 1):
        root = tree_root(LEAVES[:size])
        for index in range(size):
            path = inclusion_path(index, size, node)
            assert path == rfc_path(index, 0, size)
            verify_inclusion(LEAVES[index], index, size, path, root)


def test_every_consistency_proof_at_every_size_holds() -> None:
    for new_size in range(1, LARGEST + 1):
        for old_size in range(1, new_size + 1):
            path = consistency_path(old_size, new_size, node)
            assert path == rfc_subproof(old_size, 0, new_size, True)
            verify_consistency(old_size, mth(0, old_size), new_size, mth(0, new_size), path)


def test_making_a_proof_asks_only_for_perfect_subtrees_inside_the_tree() -> None:
    for size in range(1, 40):
        asked: list[tuple[int, int]] = []

        def noting(level: int, index: int, asked: list[tuple[int, int]] = asked) -> bytes:
            asked.append((level, index))
            return node(level, index)

        for other in range(size):
            inclusion_path(other, size, noting)
            consistency_path(other, size, noting)
        assert all((index + 1) << level <= size for level, index in asked)


def test_no_flipped_bit_survives_in_an_inclusion_proof() -> None:
    for size in range(1, 9):
        for index in range(size):
            leaf, root = LEAVES[index], mth(0, size)
            path = inclusion_path(index, size, node)
            for bit in range(256):
                with pytest.raises(ProofRefused):
                    verify_inclusion(flipped(leaf, bit), index, size, path, root)
                with pytest.raises(ProofRefused):
                    verify_inclusion(leaf, index, size, path, flipped(root, bit))
                for place, item in enumerate(path):
                    bent = [*path[:place], flipped(item, bit), *path[place + 1 :]]
                    with pytest.raises(ProofRefused):
                        verify_inclusion(leaf, index, size, bent, root)


def test_no_flipped_bit_survives_in_a_consistency_proof() -> None:
    for new_size in range(2, 9):
        for old_size in range(1, new_size):
            old, new = mth(0, old_size), mth(0, new_size)
            path = consistency_path(old_size, new_size, node)
            for bit in range(256):
                with pytest.raises(ProofRefused):
                    verify_consistency(old_size, flipped(old, bit), new_size, new, path)
                with pytest.raises(ProofRefused):
                    verify_consistency(old_size, old, new_size, flipped(new, bit), path)
                for place, item in enumerate(path):
                    bent = [*path[:place], flipped(item, bit), *path[place + 1 :]]
                    with pytest.raises(ProofRefused):
                        verify_consistency(old_size, old, new_size, new, bent)


def bent_lists(path: list[bytes]) -> list[list[bytes]]:
    """Return every path with one item missing, doubled, cut, added or in another place."""
    found = [path[:place] + path[place + 1 :] for place in range(len(path))]
    found += [path[: place + 1] + path[place:] for place in range(len(path))]
    found += [[*path[:place], path[place][:-1], *path[place + 1 :]] for place in range(len(path))]
    found += [[*path[:place], EMPTY_ROOT, *path[place:]] for place in range(len(path) + 1)]
    found += [
        [*path[:place], path[place + 1], path[place], *path[place + 2 :]]
        for place in range(len(path) - 1)
    ]
    return found


def test_no_missing_doubled_or_moved_hash_survives_in_an_inclusion_proof() -> None:
    for size in range(1, 40):
        for index in range(size):
            for bent in bent_lists(inclusion_path(index, size, node)):
                with pytest.raises(ProofRefused):
                    verify_inclusion(LEAVES[index], index, size, bent, mth(0, size))


def test_no_missing_doubled_or_moved_hash_survives_in_a_consistency_proof() -> None:
    for new_size in range(1, 40):
        for old_size in range(new_size + 1):
            old, new = mth(0, old_size), mth(0, new_size)
            for bent in bent_lists(consistency_path(old_size, new_size, node)):
                with pytest.raises(ProofRefused):
                    verify_consistency(old_size, old, new_size, new, bent)


def test_no_other_leaf_or_index_survives_in_an_inclusion_proof() -> None:
    for size in range(2, 40):
        for index in range(size):
            path = inclusion_path(index, size, node)
            for other in set(range(-2, size + 2)) - {index}:
                with pytest.raises(ProofRefused):
                    verify_inclusion(LEAVES[index], other, size, path, mth(0, size))
            with pytest.raises(ProofRefused):
                verify_inclusion(LEAVES[index - 1], index, size, path, mth(0, size))


def test_no_other_older_tree_survives_in_a_consistency_proof() -> None:
    for new_size in range(2, 40):
        for old_size in range(1, new_size):
            path = consistency_path(old_size, new_size, node)
            for other in set(range(-1, new_size + 2)) - {old_size}:
                with pytest.raises(ProofRefused):
                    verify_consistency(
                        other, mth(0, max(other, 0)), new_size, mth(0, new_size), path
                    )


def test_the_empty_tree_is_the_beginning_of_every_tree() -> None:
    assert consistency_path(0, 7, node) == []
    verify_consistency(0, EMPTY_ROOT, 7, mth(0, 7), [])
    with pytest.raises(ProofRefused, match="older tree is empty"):
        verify_consistency(0, mth(0, 1), 7, mth(0, 7), [])


def test_equal_sizes_need_equal_roots_and_no_proof() -> None:
    assert consistency_path(7, 7, node) == []
    verify_consistency(7, mth(0, 7), 7, mth(0, 7), [])
    with pytest.raises(ProofRefused, match="two different trees"):
        verify_consistency(7, mth(0, 7), 7, mth(0, 6), [])


def test_a_path_binds_the_size_only_through_its_shape() -> None:
    path = inclusion_path(0, 4, node)
    assert root_from_inclusion(LEAVES[0], 0, 3, path) == mth(0, 4)


@pytest.mark.parametrize(("index", "size"), [(0, 0), (-1, 4), (4, 4), (5, 4), (0, -1)])
def test_there_is_no_inclusion_proof_for_a_leaf_outside_the_tree(index: int, size: int) -> None:
    with pytest.raises(InvalidInput, match="no leaf"):
        inclusion_path(index, size, node)
    with pytest.raises(ProofRefused, match="names leaf"):
        verify_inclusion(LEAVES[0], index, size, [], LEAVES[0])


@pytest.mark.parametrize(("old_size", "new_size"), [(5, 4), (-1, 4), (-2, -1), (0, -1)])
def test_there_is_no_consistency_proof_for_a_log_that_shrinks(old_size: int, new_size: int) -> None:
    with pytest.raises(InvalidInput, match="cannot begin"):
        consistency_path(old_size, new_size, node)
    with pytest.raises(ProofRefused, match="shrank"):
        verify_consistency(old_size, LEAVES[0], new_size, LEAVES[0], [])


HASHES = st.one_of(st.binary(min_size=32, max_size=32), st.binary(max_size=40))
SIZES = st.one_of(st.integers(-2, 70), st.integers())


@given(HASHES, SIZES, SIZES, st.lists(HASHES, max_size=8), HASHES)
def test_any_inclusion_proof_is_refused_or_leads_to_its_root(
    leaf: bytes, index: int, size: int, path: list[bytes], root: bytes
) -> None:
    try:
        verify_inclusion(leaf, index, size, path, root)
    except ProofRefused:
        return
    assert root_from_inclusion(leaf, index, size, path) == root


@given(SIZES, HASHES, SIZES, HASHES, st.lists(HASHES, max_size=8))
def test_any_invented_consistency_proof_is_refused(
    old_size: int, old_root: bytes, new_size: int, new_root: bytes, path: list[bytes]
) -> None:
    try:
        verify_consistency(old_size, old_root, new_size, new_root, path)
    except ProofRefused:
        return
    # Only what needs no proof can be invented.
    assert path == []
    assert (old_size, old_root) in [(0, EMPTY_ROOT), (new_size, new_root)]
