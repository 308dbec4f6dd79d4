"""Vectors for the sparse map: presence and absence, and every way to bend a proof."""

from collections.abc import Iterator
from hashlib import sha256
from typing import Any

from oneseek.domain.merkle.hashing import node_hash
from oneseek.domain.merkle.sparse import PLACEHOLDER, SparseMap, SparseProof, leaf_node

ABOUT = (
    "Proofs of the compact sparse Merkle map (docs/time-and-absence.md). All fields are lower-case "
    "hex. The verifier gets root, key, value (null: the key is said to be absent), siblings from "
    "the end of the path to the root, and other, null or [key, SHA-256 of value] of the leaf that "
    "is where an absent key would be. Verdict: ok or refused."
)

KEYS = [sha256(b"key %d" % number).digest() for number in range(9)]
CLOSE = [KEYS[0][:1] + bytes([KEYS[0][1] ^ bit]) + KEYS[0][2:] for bit in (1, 2, 128)]
"""Keys that part from the first one in the second byte: longer paths, with empty siblings."""
TWIN = KEYS[0][:-1] + bytes([KEYS[0][-1] ^ 1])
"""The key that parts from the first one in the very last bit: the longest path."""
ABSENT = [sha256(b"absent %d" % number).digest() for number in range(4)]

Vector = dict[str, Any]


def flip(data: bytes, byte: int = -1) -> bytes:
    """Return ``data`` with one bit flipped."""
    at = byte % len(data)
    return data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :]


def made(keys: list[bytes]) -> SparseMap:
    """Return the map that gives each key its own first byte as value."""
    found = SparseMap()
    for key in keys:
        found.put(key, key[:1])
    return found


def vector(
    description: str,
    root: bytes,
    key: bytes,
    value: bytes | None,
    proof: SparseProof,
    verdict: str = "refused",
) -> Vector:
    """Return one vector."""
    return {
        "description": description,
        "root": root.hex(),
        "key": key.hex(),
        "value": None if value is None else value.hex(),
        "siblings": [item.hex() for item in proof.siblings],
        "other": [item.hex() for item in proof.other] if proof.other else None,
        "verdict": verdict,
    }


def bent(proof: SparseProof) -> Iterator[tuple[str, SparseProof]]:
    """Yield proofs that differ from an honest one in one place."""
    siblings, other = proof.siblings, proof.other
    yield "a sibling too many at the end of the path", SparseProof((PLACEHOLDER, *siblings), other)
    yield "a sibling too many at the root", SparseProof((*siblings, PLACEHOLDER), other)
    if siblings:
        yield "the sibling at the end is missing", SparseProof(siblings[1:], other)
        yield "the sibling at the root is missing", SparseProof(siblings[:-1], other)
        yield "no siblings", SparseProof((), other)
        yield "the sibling at the root is short", SparseProof((*siblings[:-1], b"\1" * 31), other)
        changed = SparseProof((*siblings[:-1], flip(siblings[-1])), other)
        yield "one bit of the sibling at the root is flipped", changed
        yield "the sibling at the end is empty", SparseProof((b"", *siblings[1:]), other)
    if len(set(siblings)) > 1:
        yield "the siblings are upside down", SparseProof(siblings[::-1], other)
    if other is not None:
        key, value = other
        yield "the other leaf is not shown", SparseProof(siblings)
        yield "one bit of the other key is flipped", SparseProof(siblings, (flip(key), value))
        yield "one bit of the other value is flipped", SparseProof(siblings, (key, flip(value)))
        shifted = (key + value[:1], value[1:])
        yield "the other key is one byte longer, its value shorter", SparseProof(siblings, shifted)


def _of_map(name: str, keys: list[bytes]) -> Iterator[Vector]:
    found = made(keys)
    root = found.root()
    asked = [(f"key {n}", key) for n, key in enumerate(keys[:3])]
    asked += [(f"absent key {n}", key) for n, key in enumerate(ABSENT)]
    for what, key in asked:
        value = key[:1] if key in keys else None
        proof, about = found.prove(key), f"{name}, {what}"
        yield vector(f"{about}: holds", root, key, value, proof, "ok")
        yield vector(f"{about}: another root", flip(root), key, value, proof)
        if value is None:
            yield vector(f"{about}: said to be present", root, key, b"", proof)
        else:
            yield vector(f"{about}: another key", root, flip(key, 0), value, proof)
            yield vector(f"{about}: said to be absent", root, key, None, proof)
            yield vector(f"{about}: another value", root, key, value + b"\0", proof)
            yield vector(
                f"{about}: the hash of the value", root, key, sha256(value).digest(), proof
            )
            other = SparseProof(proof.siblings, (key, sha256(value).digest()))
            yield vector(f"{about}: absent, by the very key", root, key, None, other)
        for how, changed in bent(proof):
            yield vector(f"{about}: {how}", root, key, value, changed)


def _misplaced() -> Iterator[Vector]:
    """Yield maps that were built wrongly, to hide a key: the hashes do lead to the root."""
    hidden, shown = bytes(32), b"\xff" * 32
    right = leaf_node(shown, sha256(b"value").digest())
    proof = SparseProof((PLACEHOLDER,), (shown, sha256(b"value").digest()))
    root = node_hash(right, PLACEHOLDER)
    yield vector("a leaf in the wrong half hides a key", root, hidden, None, proof)
    twins = made([KEYS[0], TWIN])
    proof, value = twins.prove(TWIN), TWIN[:1]
    yield vector("keys that differ in the last bit: holds", twins.root(), TWIN, value, proof, "ok")
    cut = SparseProof(proof.siblings[1:])
    yield vector("a path that ends one bit early", twins.root(), TWIN, value, cut)
    deep = SparseProof((PLACEHOLDER,) * 257)
    yield vector("a path of 257 steps", PLACEHOLDER, hidden, None, deep)
    short = SparseProof(())
    yield vector("a key of 31 bytes", PLACEHOLDER, hidden[1:], None, short)
    yield vector("a root of 31 bytes", PLACEHOLDER[1:], hidden, None, short)


def vectors() -> list[Vector]:
    """Return all vectors of this family."""
    return [
        *_of_map("nothing", []),
        *_of_map("one key", KEYS[:1]),
        *_of_map("two keys", KEYS[:2]),
        *_of_map("nine keys", KEYS),
        *_of_map("close keys", [KEYS[0], *CLOSE]),
        *_misplaced(),
    ]
