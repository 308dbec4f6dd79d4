"""Proofs of many leaves of one tree: the same as those made one by one, and as strict."""

import pytest

from oneseek.domain.errors import InvalidInput, ProofRefused
from oneseek.domain.merkle.hashing import EMPTY_ROOT, leaf_hash, perfect_root, tree_root
from oneseek.domain.merkle.many_proofs import ManyProofs
from oneseek.domain.merkle.proofs import NodeAt, inclusion_path

LEAVES = [leaf_hash(b"%d" % number) for number in range(140)]


def nodes(leaves: list[bytes]) -> NodeAt:
    def node(level: int, index: int) -> bytes:
        found = leaves[index << level : (index + 1) << level]
        assert len(found) == 1 << level
        return perfect_root(found)

    return node


@pytest.mark.parametrize(
    "size", [*range(1, 36), 47, 48, 49, 63, 64, 65, 79, 97, 127, 128, 129, 140]
)
def test_every_leaf_has_the_path_that_the_rfc_defines(size: int) -> None:
    node = nodes(LEAVES)
    proofs = ManyProofs(size, node)
    assert proofs.root == tree_root(LEAVES[:size])
    for index in range(size):
        assert proofs.prove(index, LEAVES[index]) == inclusion_path(index, size, node)


def test_the_root_without_leaves_is_that_of_the_empty_tree() -> None:
    assert ManyProofs(0, nodes([])).root == EMPTY_ROOT


@pytest.mark.parametrize("index", [-1, 40])
def test_a_leaf_that_is_not_there_has_no_proof(index: int) -> None:
    with pytest.raises(InvalidInput, match=f"no leaf {index}"):
        ManyProofs(40, nodes(LEAVES)).prove(index, LEAVES[0])


@pytest.mark.parametrize("index", [0, 17, 39], ids=["first", "shared", "right end"])
def test_a_leaf_that_is_another_one_is_refused(index: int) -> None:
    proofs = ManyProofs(40, nodes(LEAVES))
    proofs.prove(index, LEAVES[index])
    with pytest.raises(ProofRefused, match=f"leaf {index} leads to another root"):
        proofs.prove(index, leaf_hash(b"another"))


def damaged(level: int, index: int) -> NodeAt:
    right = nodes(LEAVES)
    return lambda *place: leaf_hash(b"damaged") if place == (level, index) else right(*place)


@pytest.mark.parametrize("place", [(0, 18), (4, 0), (4, 1), (5, 0)], ids=str)
def test_a_node_that_does_not_fit_never_gets_into_a_proof(place: tuple[int, int]) -> None:
    proofs, right, refused = ManyProofs(70, damaged(*place)), nodes(LEAVES), 0
    assert proofs.root == tree_root(LEAVES[:70])
    for index in range(70):
        try:
            assert proofs.prove(index, LEAVES[index]) == inclusion_path(index, 70, right)
        except ProofRefused:
            refused += 1
    assert refused


@pytest.mark.parametrize("place", [(0, 69), (6, 0)], ids=str)
def test_a_node_at_the_right_end_that_does_not_fit_gives_another_root(
    place: tuple[int, int],
) -> None:
    assert ManyProofs(70, damaged(*place)).root != tree_root(LEAVES[:70])
