"""A sparse Merkle map: 32 bytes that commit to which of 2^256 keys have which value.

The structure is the compact sparse Merkle tree of Libra's (Diem's) Jellyfish Merkle tree, as the
Celestia specification writes it down ("Sparse Merkle Tree" in
https://github.com/celestiaorg/celestia-specs/blob/master/src/specs/data_structures.md, implemented
by https://github.com/celestiaorg/smt). A tree of 256 levels, a key's bits from the most
significant one on say left (0) or right (1), and three rules keep it small:

- a subtree without values is 32 zero bytes;
- a subtree with exactly one value is that value's leaf, H(0x00 || key || H(value)), wherever its
  top is; the key is in it because its depth does not tell where it belongs;
- any other subtree is the node H(0x01 || left || right).

So the root follows from the keys and values alone, not from the order in which they came, and a
proof has about log2(number of keys) hashes. That a key is *absent* is shown as well: where its
path ends is nothing, or the leaf of another key that begins with the same bits.

Making (:class:`SparseMap`) and verifying share nothing but the hashes of leaves and nodes.
"""

from bisect import bisect_left
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from operator import itemgetter

from oneseek.domain.errors import InvalidInput, ProofRefused
from oneseek.domain.merkle.hashing import HASH_SIZE, node_hash

PLACEHOLDER = bytes(HASH_SIZE)
"""A subtree without values. The map without keys has this root too."""

KEY_BITS = 8 * HASH_SIZE

_BUCKET_BYTES = 2
_BUCKET_BITS = 8 * _BUCKET_BYTES

_Item = tuple[int, bool, bytes]
"""A subtree by its lowest key, whether it is a whole bucket (else one leaf), and its hash."""


@dataclass(frozen=True, slots=True)
class SparseProof:
    """Siblings from the end of the key's path up to the root; ``other`` is (key, H(value)).

    ``other`` is the leaf of another key at the end of the path; None where nothing is there, and
    in a proof of presence.
    """

    siblings: tuple[bytes, ...]
    other: tuple[bytes, bytes] | None = None


def leaf_node(key: bytes, value_hash: bytes) -> bytes:
    """Return the hash of the leaf that gives ``key`` the value with this SHA-256."""
    return sha256(b"\x00" + key + value_hash).digest()


def _as_is(kept: bytes) -> bytes:
    return kept


class SparseMap:
    """A map from 32-byte keys to values, kept in buckets by the first bits of the key.

    ``value_of`` turns what is kept for a key into the value that the map commits to. A root after
    few changes costs the changed buckets and one pass over the tops of all. About 180 bytes are
    held for a key besides what is kept for it.
    """

    def __init__(self, value_of: Callable[[bytes], bytes] = _as_is) -> None:
        self._value_of = value_of
        self._buckets: dict[bytes, dict[bytes, bytes]] = {}
        self._tops: dict[bytes, _Item] = {}
        self._size = 0

    def __len__(self) -> int:
        return self._size

    def get(self, key: bytes) -> bytes | None:
        """Return what is kept for ``key``, None for an absent one."""
        return self._buckets.get(key[:_BUCKET_BYTES], {}).get(key)

    def put(self, key: bytes, kept: bytes) -> None:
        """Keep ``kept`` for ``key``, in place of what was kept before.

        Raises:
            InvalidInput: a key has 32 bytes.
        """
        if len(key) != HASH_SIZE:
            raise InvalidInput(f"a key of the map has {HASH_SIZE} bytes, not {len(key)}")
        prefix = key[:_BUCKET_BYTES]
        bucket = self._buckets.setdefault(prefix, {})
        self._size += key not in bucket
        bucket[key] = kept
        self._tops.pop(prefix, None)

    def root(self) -> bytes:
        """Return the root of the map, 32 bytes."""
        return _fold(self._top_items(), 0)

    def prove(self, key: bytes) -> SparseProof:
        """Return the proof of the value of ``key``, or of its absence."""
        wanted, items, depth = int.from_bytes(key), self._top_items(), 0
        siblings: list[bytes] = []
        while items and (len(items) > 1 or items[0][1]):
            if depth == _BUCKET_BITS:
                items = self._leaves(key[:_BUCKET_BYTES])
            middle = _first_right(items, depth)
            near, far = items[:middle], items[middle:]
            if _goes_right(wanted, depth):
                near, far = far, near
            depth += 1
            siblings.append(_fold(far, depth))
            items = near
        siblings.reverse()
        if not items or items[0][0] == wanted:
            return SparseProof(tuple(siblings))
        other = items[0][0].to_bytes(HASH_SIZE)
        return SparseProof(tuple(siblings), (other, self._value_hash(other)))

    def _top_items(self) -> list[_Item]:
        for prefix in self._buckets.keys() - self._tops.keys():
            self._tops[prefix] = self._top(prefix)
        return sorted(self._tops.values())

    def _top(self, prefix: bytes) -> _Item:
        leaves = self._leaves(prefix)
        if len(leaves) == 1:
            return leaves[0]
        first = int.from_bytes(prefix) << (KEY_BITS - _BUCKET_BITS)
        return first, True, _fold(leaves, _BUCKET_BITS)

    def _leaves(self, prefix: bytes) -> list[_Item]:
        bucket = self._buckets[prefix]
        return [
            (int.from_bytes(key), False, leaf_node(key, self._value_hash(key)))
            for key in sorted(bucket)
        ]

    def _value_hash(self, key: bytes) -> bytes:
        return sha256(self._value_of(self._buckets[key[:_BUCKET_BYTES]][key])).digest()


def _fold(items: Sequence[_Item], base: int) -> bytes:
    """Return the hash of the subtree at depth ``base`` over ``items``, which are in order.

    From left to right, like an adding machine: what is complete is joined at once, what waits for
    a right sibling is put aside with its depth.
    """
    if not items:
        return PLACEHOLDER
    waiting: list[tuple[int, bytes]] = []
    before, last = base - 1, len(items) - 1
    for number, (key, whole, node) in enumerate(items):
        after = _shared_bits(key, items[number + 1][0]) if number < last else base - 1
        # A leaf stands just below where its path parts from both neighbours.
        depth = _BUCKET_BITS if whole else max(before, after) + 1
        while depth > after + 1:
            left = waiting[-1][0] == depth if waiting else False
            depth -= 1
            if not _goes_right(key, depth):
                node = node_hash(node, PLACEHOLDER)
            else:
                node = node_hash(waiting.pop()[1] if left else PLACEHOLDER, node)
        waiting.append((depth, node))
        before = after
    return waiting[-1][1]


def _shared_bits(one: int, other: int) -> int:
    return KEY_BITS - (one ^ other).bit_length()


def _goes_right(key: int, depth: int) -> int:
    """Return the bit by which the path of ``key`` goes on from a node at ``depth``."""
    return key >> (KEY_BITS - 1 - depth) & 1


def _first_right(items: Sequence[_Item], depth: int) -> int:
    """Return where the right half begins of items that share their first ``depth`` bits."""
    rest = KEY_BITS - 1 - depth
    return bisect_left(items, (items[0][0] >> rest | 1) << rest, key=itemgetter(0))


def verify_presence(key: bytes, value: bytes, proof: SparseProof, root: bytes) -> None:
    """Check that the map with ``root`` gives ``key`` this very ``value``.

    Raises:
        ProofRefused: the proof does not show it.
    """
    if proof.other is not None:
        raise ProofRefused("a proof of presence in the map names another key")
    _require_sizes(key, proof, root)
    if _climb(leaf_node(key, sha256(value).digest()), key, proof.siblings) != root:
        raise ProofRefused("the proof of presence leads to another root than the map's")


def verify_absence(key: bytes, proof: SparseProof, root: bytes) -> None:
    """Check that the map with ``root`` gives ``key`` no value.

    Raises:
        ProofRefused: the proof does not show it.
    """
    _require_sizes(key, proof, root)
    end = PLACEHOLDER
    if proof.other is not None:
        other, value_hash = proof.other
        depth = len(proof.siblings)
        if other == key:
            raise ProofRefused("the proof of absence from the map shows the very key")
        if _shared_bits(int.from_bytes(other), int.from_bytes(key)) < depth:
            raise ProofRefused("the proof of absence shows a key of another part of the map")
        end = leaf_node(other, value_hash)
    if _climb(end, key, proof.siblings) != root:
        raise ProofRefused("the proof of absence leads to another root than the map's")


def _climb(node: bytes, key: bytes, siblings: Sequence[bytes]) -> bytes:
    path = int.from_bytes(key)
    for depth, sibling in zip(range(len(siblings) - 1, -1, -1), siblings, strict=True):
        left, right = (sibling, node) if _goes_right(path, depth) else (node, sibling)
        node = node_hash(left, right)
    return node


def _require_sizes(key: bytes, proof: SparseProof, root: bytes) -> None:
    if len(proof.siblings) > KEY_BITS:
        raise ProofRefused(f"a path in the map has at most {KEY_BITS} hashes")
    if any(len(item) != HASH_SIZE for item in (key, root, *proof.siblings, *(proof.other or ()))):
        raise ProofRefused("the proof holds a key or hash that is not 32 bytes long")
