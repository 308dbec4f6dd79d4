"""Vectors for consistency proofs: some that hold, and every way to bend them."""

from collections.abc import Iterator
from typing import Any

from oneseek.domain.merkle.hashing import EMPTY_ROOT, leaf_hash, node_hash, tree_root
from oneseek.domain.merkle.proofs import consistency_path

ABOUT = (
    "RFC 9162 consistency proofs. Hashes are lower-case hex. The verifier gets old_size, "
    "old_root, new_size, new_root and path. Verdict: ok or refused."
)

LEAVES = [leaf_hash(b"entry %d" % number) for number in range(16)]
CASES = [(1, 2), (1, 8), (2, 3), (3, 7), (4, 8), (6, 8), (7, 8), (5, 11), (8, 11)]

Vector = dict[str, Any]
Leaves = list[bytes]


def flip(data: bytes) -> bytes:
    """Return ``data`` with its last bit flipped."""
    return data[:-1] + bytes([data[-1] ^ 1])


def prove(old_size: int, leaves: Leaves) -> list[str]:
    """Return the proof for the first ``old_size`` of ``leaves``, in hex."""

    def node(level: int, number: int) -> bytes:
        return tree_root(leaves[number << level : (number + 1) << level])

    return [item.hex() for item in consistency_path(old_size, len(leaves), node)]


def claim(description: str, old: Leaves, new: Leaves, path: list[str], verdict: str) -> Vector:
    """Return a vector that says that the log grew from ``old`` to ``new``."""
    return {
        "description": description,
        "old_size": len(old),
        "old_root": tree_root(old).hex(),
        "new_size": len(new),
        "new_root": tree_root(new).hex(),
        "path": path,
        "verdict": verdict,
    }


def bent_paths(path: list[str]) -> Iterator[tuple[str, list[str]]]:
    """Yield descriptions and paths that differ from an honest one."""
    yield "a foreign hash is appended", [*path, LEAVES[15].hex()]
    yield "a foreign hash is put in front", [LEAVES[15].hex(), *path]
    yield "the path is missing", []
    for position, item in enumerate(path):
        before, after = path[:position], path[position + 1 :]
        changed = flip(bytes.fromhex(item)).hex()
        yield f"one bit of hash {position} is flipped", [*before, changed, *after]
        yield f"hash {position} is there twice", [*before, item, item, *after]
        yield f"hash {position} is one byte short", [*before, item[:-2], *after]
        yield f"hash {position} is empty", [*before, "", *after]
        if len(path) > 1:
            yield f"hash {position} is missing", [*before, *after]
    if len(path) > 1:
        yield "the path is upside down", path[::-1]


def _vectors_of(old_size: int, new_size: int) -> Iterator[Vector]:
    old, new = LEAVES[:old_size], LEAVES[:new_size]
    path = prove(old_size, new)
    name = f"{old_size} to {new_size}"
    honest = claim(f"{name}: holds", old, new, path, "ok")
    yield honest
    old_root, new_root = honest["old_root"], honest["new_root"]
    bent: list[tuple[str, Vector]] = [
        ("one bit of the older root is flipped", {"old_root": flip(tree_root(old)).hex()}),
        ("one bit of the newer root is flipped", {"new_root": flip(tree_root(new)).hex()}),
        ("the older root is one byte short", {"old_root": old_root[:-2]}),
        ("the newer root is one byte short", {"new_root": new_root[:-2]}),
        ("the roots are swapped", {"old_root": new_root, "new_root": old_root}),
        ("the log shrank", {"old_size": new_size, "new_size": old_size}),
        ("the older size is negative", {"old_size": -1}),
        ("the older tree is called empty", {"old_size": 0}),
        ("the sizes are called equal", {"old_size": new_size}),
        ("the newer tree is far larger", {"new_size": new_size + 1024}),
    ]
    bent += [(what, {"path": other}) for what, other in bent_paths(path)]
    for what, fields in bent:
        yield honest | {"description": f"{name}: {what}"} | fields | {"verdict": "refused"}


def _forks() -> Iterator[Vector]:
    """Yield logs that rewrote their past and prove it with the honest proof of the new tree."""
    old = LEAVES[:6]
    changed = [*LEAVES[:2], LEAVES[14], *LEAVES[3:9]]
    dropped = [*LEAVES[:4], *LEAVES[5:10]]
    reordered = [LEAVES[1], LEAVES[0], *LEAVES[2:9]]
    for what, new in [("changed", changed), ("dropped", dropped), ("moved", reordered)]:
        yield claim(f"a fork: an old leaf was {what}", old, new, prove(6, new), "refused")


def _made_to_fit() -> Iterator[Vector]:
    """Yield proofs whose hashes do lead to both roots, but not by the way that the sizes ask."""
    three, five, above = LEAVES[:3], LEAVES[:5], LEAVES[15]
    roots = {
        "old_root": node_hash(above, tree_root(three)).hex(),
        "new_root": node_hash(above, tree_root(five)).hex(),
    }
    path = [*prove(3, five), above.hex()]
    what = "the path goes on above the tops of both trees"
    yield claim(what, three, five, path, "refused") | roots
    left, right = LEAVES[0], LEAVES[1]
    what = "the older root and the path are divided one byte later"
    shifted = {"old_root": (left + right[:1]).hex(), "path": [right[1:].hex()]}
    yield claim(what, LEAVES[:1], LEAVES[:2], [], "refused") | shifted


def vectors() -> list[Vector]:
    """Return all vectors of this family."""
    five, other = LEAVES[:5], [*LEAVES[:4], LEAVES[9]]
    some = [LEAVES[7].hex()]
    not_empty = {"old_root": tree_root(five).hex()}
    return [
        *(vector for case in CASES for vector in _vectors_of(*case)),
        *_forks(),
        *_made_to_fit(),
        claim("0 to 0: holds without a proof", [], [], [], "ok"),
        claim("0 to 5: holds without a proof", [], five, [], "ok"),
        claim("5 to 5: holds without a proof", five, five, [], "ok"),
        claim("0 to 5: a proof where none belongs", [], five, some, "refused"),
        claim("5 to 5: a proof where none belongs", five, five, some, "refused"),
        claim("5 to 5: two different trees", five, other, [], "refused"),
        claim("0 to 5: the root of nothing is not that of the empty tree", [], five, [], "refused")
        | not_empty,
        claim("0 to 0: the newer root is not that of the empty tree", [], [], [], "refused")
        | {"new_root": flip(EMPTY_ROOT).hex()},
    ]
