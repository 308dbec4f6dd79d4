"""What a refused proof, frontier or tile is told, word for word, and two forgeries by length."""

from collections.abc import Callable

import pytest

from oneseek.domain.errors import InvalidInput, LedgerBroken, OneSeekError, ProofRefused
from oneseek.domain.merkle.frontier import EMPTY_FRONTIER, Frontier
from oneseek.domain.merkle.hashing import EMPTY_ROOT, leaf_hash, node_hash, tree_root
from oneseek.domain.merkle.proofs import root_from_inclusion, verify_consistency, verify_inclusion
from oneseek.domain.merkle.tiles import MAX_INDEX, TilePath, node_reader, parse_tile_path

A, B, C = (leaf_hash(entry) for entry in (b"a", b"b", b"c"))
TWO, THREE = tree_root([A, B]), tree_root([A, B, C])
LENGTH = "the proof holds a hash that is not 32 bytes long"
SHAPE = "a proof of {} hashes does not fit trees of these sizes"

Case = tuple[Callable[[], object], type[OneSeekError], str, str | None]
CASES: dict[str, Case] = {
    "another root": (
        lambda: verify_inclusion(A, 0, 2, [B], THREE),
        ProofRefused, "the proof of leaf 0 leads to another root than the tree's", None,
    ),
    "a longer leaf hash": (
        lambda: verify_inclusion(A + b"x", 0, 1, [], A), ProofRefused, LENGTH, None
    ),
    "a shorter sibling": (
        lambda: verify_inclusion(A, 0, 2, [B[:-1]], TWO), ProofRefused, LENGTH, None
    ),
    "a path too long": (
        lambda: verify_inclusion(A, 0, 2, [B, C], TWO), ProofRefused, SHAPE.format(2), None
    ),
    "a path too short": (
        lambda: verify_inclusion(A, 0, 2, [], TWO), ProofRefused, SHAPE.format(0), None
    ),
    "a shorter old root": (
        lambda: verify_consistency(2, TWO[:-1], 3, THREE, [C]), ProofRefused, LENGTH, None
    ),
    "a longer new root": (
        lambda: verify_consistency(2, TWO, 3, THREE + b"x", [C]), ProofRefused, LENGTH, None
    ),
    "a longer hash between them": (
        lambda: verify_consistency(2, TWO, 3, THREE, [C + b"x"]), ProofRefused, LENGTH, None
    ),
    "another old root": (
        lambda: verify_consistency(3, TWO, 4, tree_root([A, B, C, C]), [C, C, TWO]),
        ProofRefused, "the proof does not lead to the root of the 3 older leaves", None,
    ),
    "another new root": (
        lambda: verify_consistency(2, TWO, 3, TWO, [C]),
        ProofRefused, "the proof does not lead to the root of the 3 newer leaves", None,
    ),
    "a consistency proof too short": (
        lambda: verify_consistency(2, TWO, 3, THREE, []), ProofRefused, SHAPE.format(0), None
    ),
    "a consistency proof too long": (
        lambda: verify_consistency(2, TWO, 3, THREE, [C, C]), ProofRefused, SHAPE.format(2), None
    ),
    "an empty tree with a root": (
        lambda: verify_consistency(0, A, 1, A, []),
        ProofRefused, "the older tree is empty but its root is not that of the empty tree", None,
    ),
    "a leaf hash of another length": (
        lambda: EMPTY_FRONTIER.extend([b""]),
        InvalidInput, "a leaf hash must be 32 bytes long", None,
    ),
    "a frontier without hashes": (
        lambda: Frontier(3, (A,)),
        LedgerBroken, "the frontier does not fit a tree of 3 leaves",
        "The stored tree head is damaged: restore the ledger from a backup.",
    ),
    "missing hashes": (
        lambda: node_reader(lambda *_: [], 300)(0, 299),
        LedgerBroken, "the stored hashes 256 to 299 of tile level 0 are incomplete",
        "Run `oneseek verify`; hashes can be computed again from the entries.",
    ),
    "a tile level": (
        lambda: TilePath(64, 0), InvalidInput, "a tile level is 0 to 63, not 64", None
    ),
    "a tile index": (
        lambda: TilePath(0, MAX_INDEX + 1),
        InvalidInput, f"a tile index is 0 to 2^63 - 1, not {2**63}", None,
    ),
    "a tile width": (
        lambda: TilePath(0, 0, 257), InvalidInput, "a tile is 1 to 256 wide, not 257", None
    ),
    "a path of a tile": (
        lambda: parse_tile_path("x" * 200),
        InvalidInput, f"not the path of a tile: {'x' * 100!r}", None,
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES.values(), ids=CASES.keys())
def test_a_refusal_says_what_was_wrong(case: Case) -> None:
    call, error, message, hint = case
    with pytest.raises(error) as caught:
        call()
    assert (caught.value.message, caught.value.hint) == (message, hint)


def test_a_byte_that_moves_from_one_hash_to_the_next_is_no_proof() -> None:
    """Joined, they are the same bytes: only the lengths tell the forgery."""
    with pytest.raises(ProofRefused, match="32 bytes"):
        root_from_inclusion(A + B[:1], 0, 2, [B[1:]])
    with pytest.raises(ProofRefused, match="32 bytes"):
        verify_consistency(2, TWO + C[:1], 3, node_hash(TWO, C), [C[1:]])


def test_the_last_tile_of_all_and_the_longest_path_are_named() -> None:
    path = TilePath(63, MAX_INDEX, 255)
    assert parse_tile_path(str(path)) == path
    entries = TilePath(None, MAX_INDEX, 255)
    assert parse_tile_path(str(entries)) == entries
    assert verify_consistency(0, EMPTY_ROOT, 0, EMPTY_ROOT, []) is None
