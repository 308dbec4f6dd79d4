"""Hashes of leaves and nodes, and roots of small trees (RFC 6962, section 2.1)."""

from collections.abc import Iterable, Sequence
from hashlib import sha256

from oneseek.domain.errors import InvalidInput

HASH_SIZE = 32
"""Bytes in every hash of a tree (SHA-256)."""

EMPTY_ROOT = sha256(b"").digest()
"""The root of the tree without leaves."""


def leaf_hash(entry: bytes) -> bytes:
    """Return the 32-byte hash of the leaf that holds ``entry``."""
    return sha256(b"\x00" + entry).digest()


def leaf_hashes(entries: Iterable[bytes]) -> list[bytes]:
    """Return the leaf hash of every one of ``entries``, in order."""
    # Written out instead of calling leaf_hash: every append and every replay passes here.
    return [sha256(b"\x00" + entry).digest() for entry in entries]


def node_hash(left: bytes, right: bytes) -> bytes:
    """Return the 32-byte hash of the node over two 32-byte hashes."""
    return sha256(b"\x01" + left + right).digest()


def parent_hashes(hashes: Sequence[bytes]) -> list[bytes]:
    """Return the hashes of the nodes over neighbours; an odd last one is left out."""
    # Written out instead of calling node_hash: every append and every tile spends its time here.
    return [
        sha256(b"\x01" + left + right).digest()
        for left, right in zip(hashes[::2], hashes[1::2], strict=False)
    ]


def perfect_root(hashes: Sequence[bytes]) -> bytes:
    """Return the root over 2^n hashes of one level, n >= 0.

    Raises:
        InvalidInput: their number is not a power of two.
    """
    if len(hashes).bit_count() != 1:
        raise InvalidInput(f"{len(hashes)} hashes do not fill a perfect tree: not a power of two")
    while len(hashes) > 1:
        hashes = parent_hashes(hashes)
    return hashes[0]


def join_subtrees(roots: Sequence[bytes]) -> bytes:
    """Return the root over neighbouring perfect subtrees, given from the largest to the smallest.

    Such a tree leans to the left, so the small subtrees at the right end are joined first.
    The root over no subtree is :data:`EMPTY_ROOT`.
    """
    if not roots:
        return EMPTY_ROOT
    *rest, root = roots
    for left in reversed(rest):
        root = node_hash(left, root)
    return root


def tree_root(leaf_hashes: Sequence[bytes]) -> bytes:
    """Return the root over any number of leaf hashes, word for word as the RFC defines it.

    For small trees and as the yardstick of the tests; a growing log keeps a
    :class:`~oneseek.domain.merkle.frontier.Frontier` instead.
    """
    size = len(leaf_hashes)
    if size == 0:
        return EMPTY_ROOT
    if size == 1:
        return leaf_hashes[0]
    split = 1 << ((size - 1).bit_length() - 1)
    return node_hash(tree_root(leaf_hashes[:split]), tree_root(leaf_hashes[split:]))
