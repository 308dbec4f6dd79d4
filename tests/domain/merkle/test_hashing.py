"""Leaf, node and root hashes, against the published vectors of Certificate Transparency."""

import doctest
from hashlib import sha256

import pytest

import oneseek.domain.merkle
from oneseek.domain.errors import InvalidInput
from oneseek.domain.merkle.hashing import (
    EMPTY_ROOT,
    join_subtrees,
    leaf_hash,
    leaf_hashes,
    node_hash,
    parent_hashes,
    perfect_root,
    tree_root,
)

# The reference tree of Certificate Transparency: its leaves, and its root at sizes 0 to 8.
CT_ENTRIES = [
    bytes.fromhex(entry)
    for entry in (
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
]
CT_ROOTS = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]


@pytest.mark.parametrize("size", range(9))
def test_the_reference_tree_has_its_published_root(size: int) -> None:
    assert tree_root([leaf_hash(entry) for entry in CT_ENTRIES[:size]]).hex() == CT_ROOTS[size]


def test_the_empty_tree_has_the_hash_of_nothing() -> None:
    assert EMPTY_ROOT.hex() == CT_ROOTS[0]
    assert join_subtrees([]) == EMPTY_ROOT


def test_leaves_and_nodes_are_hashed_apart() -> None:
    left, right = leaf_hash(b"left"), leaf_hash(b"right")
    assert leaf_hash(left + right) == sha256(b"\x00" + left + right).digest()
    assert node_hash(left, right) == sha256(b"\x01" + left + right).digest()


@pytest.mark.parametrize("height", range(9))
def test_a_perfect_root_is_the_tree_root(height: int) -> None:
    hashes = [leaf_hash(b"%d" % number) for number in range(1 << height)]
    assert perfect_root(hashes) == tree_root(hashes)
    assert perfect_root(tuple(hashes)) == tree_root(hashes)


@pytest.mark.parametrize("count", [0, 3, 5, 6, 7, 255])
def test_a_perfect_root_needs_a_power_of_two(count: int) -> None:
    with pytest.raises(InvalidInput, match=f"{count} hashes"):
        perfect_root([bytes(32)] * count)


def test_parents_leave_an_odd_last_hash_alone() -> None:
    a, b, c = leaf_hash(b"a"), leaf_hash(b"b"), leaf_hash(b"c")
    assert parent_hashes([a, b, c]) == [node_hash(a, b)]


def test_subtrees_are_joined_from_the_right() -> None:
    hashes = [leaf_hash(b"%d" % number) for number in range(7)]
    subtrees = [tree_root(hashes[:4]), tree_root(hashes[4:6]), hashes[6]]
    assert join_subtrees(subtrees) == tree_root(hashes)


def test_the_example_in_the_documentation_is_true() -> None:
    result = doctest.testmod(oneseek.domain.merkle)
    assert result.failed == 0
    assert result.attempted >= 5


def test_many_entries_are_hashed_as_each_of_them_is() -> None:
    entries = [b"", b"\x00", b"a" * 1000]
    assert leaf_hashes(iter(entries)) == [leaf_hash(entry) for entry in entries]
