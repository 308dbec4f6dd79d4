"""Vectors for inclusion proofs: some that hold, and every way to bend them."""

from collections.abc import Iterator
from typing import Any

from oneseek.domain.merkle.hashing import EMPTY_ROOT, leaf_hash, node_hash, tree_root
from oneseek.domain.merkle.proofs import inclusion_path

ABOUT = (
    "RFC 9162 inclusion proofs. Hashes are lower-case hex. The verifier gets leaf (a leaf hash), "
    "index, size, path (leaf's sibling first) and root. Verdict: ok or refused."
)

LEAVES = [leaf_hash(b"entry %d" % number) for number in range(16)]
CASES = [(0, 1), (1, 2), (2, 3), (4, 5), (6, 7), (5, 8), (10, 11)]

Vector = dict[str, Any]
Path = list[bytes]


def flip(data: bytes) -> bytes:
    """Return ``data`` with its last bit flipped."""
    return data[:-1] + bytes([data[-1] ^ 1])


def bent_paths(path: Path, leaf: bytes, root: bytes) -> Iterator[tuple[str, Path]]:
    """Yield descriptions and paths that differ from an honest one."""
    yield "a foreign hash is appended", [*path, LEAVES[15]]
    yield "the root is appended", [*path, root]
    yield "the leaf is put in front", [leaf, *path]
    for position, item in enumerate(path):
        before, after = path[:position], path[position + 1 :]
        yield f"one bit of hash {position} is flipped", [*before, flip(item), *after]
        yield f"hash {position} is missing", [*before, *after]
        yield f"hash {position} is there twice", [*before, item, item, *after]
        yield f"hash {position} is one byte short", [*before, item[:-1], *after]
        yield f"hash {position} is one byte long", [*before, item + b"\x00", *after]
        yield f"hash {position} is empty", [*before, b"", *after]
    if len(path) > 1:
        yield "the path is upside down", path[::-1]
        yield "the path is one long hash", [b"".join(path)]
        yield "the path is missing", []


def bent(index: int, size: int, leaf: bytes, root: bytes) -> Iterator[tuple[str, Vector]]:
    """Yield descriptions and the fields that differ from an honest proof."""
    yield "the index is negative", {"index": -1}
    yield "the index is the size", {"index": size}
    yield "the index is a whole tree too far", {"index": index + size}
    yield "the tree is empty", {"size": 0}
    yield "the tree ends before the leaf", {"size": index}
    yield "the tree is far larger", {"size": size + 1024}
    if size > 1:
        yield "the index is the neighbour's", {"index": index ^ 1 if index ^ 1 < size else 0}
    yield "one bit of the leaf is flipped", {"leaf": flip(leaf).hex()}
    yield "the leaf is one byte short", {"leaf": leaf[:-1].hex()}
    yield "one bit of the root is flipped", {"root": flip(root).hex()}
    yield "the root is that of the empty tree", {"root": EMPTY_ROOT.hex()}
    yield "the root is one byte short", {"root": root[:-1].hex()}
    yield "the root is empty", {"root": ""}


def _vectors_of(index: int, size: int) -> Iterator[Vector]:
    def node(level: int, number: int) -> bytes:
        return tree_root(LEAVES[number << level : (number + 1) << level])

    leaf, root = LEAVES[index], tree_root(LEAVES[:size])
    path = inclusion_path(index, size, node)
    name = f"leaf {index} of {size}"
    honest: Vector = {
        "description": f"{name}: holds",
        "leaf": leaf.hex(),
        "index": index,
        "size": size,
        "path": [item.hex() for item in path],
        "root": root.hex(),
        "verdict": "ok",
    }
    yield honest
    for what, fields in bent(index, size, leaf, root):
        yield honest | {"description": f"{name}: {what}"} | fields | {"verdict": "refused"}
    for what, other in bent_paths(path, leaf, root):
        fields = {"description": f"{name}: {what}", "path": [item.hex() for item in other]}
        yield honest | fields | {"verdict": "refused"}


def claim(description: str, leaf: bytes, size: int, path: Path, root: bytes) -> Vector:
    """Return a vector about leaf 0, not yet with a verdict."""
    return {
        "description": description,
        "leaf": leaf.hex(),
        "index": 0,
        "size": size,
        "path": [item.hex() for item in path],
        "root": root.hex(),
    }


def _made_to_fit() -> Iterator[Vector]:
    """Yield proofs whose hashes do lead to the root, right or wrong."""
    first, second, rest = LEAVES[0], LEAVES[1], tree_root(LEAVES[2:4])
    pair = node_hash(first, second)
    root = node_hash(pair, rest)
    rows = [
        ("a node poses as a leaf: holds, only the entry's bytes can tell", pair, 2, [rest], "ok"),
        (
            "size 3 for a tree of 4: holds, the checkpoint binds the size",
            first,
            3,
            [second, rest],
            "ok",
        ),
        ("the path goes on above the top of a tree of 1", rest, 1, [pair], "refused"),
        ("leaf and sibling are divided one byte later", pair + rest[:1], 2, [rest[1:]], "refused"),
        (
            "leaf and sibling are divided one byte earlier",
            pair[:-1],
            2,
            [pair[-1:] + rest],
            "refused",
        ),
    ]
    for what, leaf, size, path, verdict in rows:
        yield claim(what, leaf, size, path, root) | {"verdict": verdict}
    short = claim("leaf and root are the same 31 bytes", first[:31], 1, [], first[:31])
    yield short | {"verdict": "refused"}


def vectors() -> list[Vector]:
    """Return all vectors of this family."""
    found = [vector for index, size in CASES for vector in _vectors_of(index, size)]
    return [*found, *_made_to_fit()]
