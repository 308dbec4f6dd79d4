"""Sub-logs: the entries of one stream as a log of their own.

While an index is built only the length and the frontier of a sub-log are held, as bytes: there may
be a million of them, most with a single entry.
"""

from oneseek.domain.merkle.hashing import HASH_SIZE, join_subtrees, leaf_hash, node_hash

_NUMBER = 8

EMPTY_SUBLOG = bytes(_NUMBER)
"""What is held of a sub-log without entries."""


def sublog_leaf(index: int, entry_hash: bytes) -> bytes:
    """Return the leaf hash in a sub-log of the ledger's entry at ``index`` with this leaf hash."""
    return leaf_hash(index.to_bytes(_NUMBER) + entry_hash)


def commitment(count: int, root: bytes) -> bytes:
    """Return the value of a stream in the map: length and root of its sub-log, 40 bytes."""
    return count.to_bytes(_NUMBER) + root


def grown(held: bytes, leaf: bytes) -> bytes:
    """Return what is held of a sub-log after one more leaf: length ‖ frontier, largest first."""
    count, end, node = count_of(held), len(held), leaf
    rest = count
    while rest & 1:
        node = node_hash(held[end - HASH_SIZE : end], node)
        rest, end = rest >> 1, end - HASH_SIZE
    return (count + 1).to_bytes(_NUMBER) + held[_NUMBER:end] + node


def count_of(held: bytes) -> int:
    """Return the number of entries of a sub-log."""
    return int.from_bytes(held[:_NUMBER])


def root_of(held: bytes) -> bytes:
    """Return the RFC 6962 root of a sub-log."""
    starts = range(_NUMBER, len(held), HASH_SIZE)
    return join_subtrees([held[start : start + HASH_SIZE] for start in starts])


def committed(held: bytes) -> bytes:
    """Return the :func:`commitment` to a sub-log."""
    return commitment(count_of(held), root_of(held))
