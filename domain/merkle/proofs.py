"""Inclusion and consistency proofs: making them, and, apart from that, verifying them.

Making follows the recursive definitions of RFC 6962, sections 2.1.1 and 2.1.2; verifying follows
the loops of RFC 9162, sections 2.1.3.2 and 2.1.4.2. The two share nothing but ``node_hash``, so
an error in one is not repeated in the other. A verifier raises
:class:`~oneseek.domain.errors.ProofRefused` for every reason not to believe and returns quietly
otherwise.

A path binds a leaf to a root. It binds the tree size only as far as the shape of the path shows
it: size and root belong together through the signed checkpoint that names both.
"""

from collections.abc import Callable, Sequence

from oneseek.domain.errors import InvalidInput, ProofRefused
from oneseek.domain.merkle.hashing import EMPTY_ROOT, HASH_SIZE, join_subtrees, node_hash

NodeAt = Callable[[int, int], bytes]
"""``node(level, i)``: the root of the perfect subtree over leaves [i << level, (i+1) << level)."""


def inclusion_path(index: int, size: int, node: NodeAt) -> list[bytes]:
    """Return the siblings of leaf ``index`` in the tree of ``size`` leaves, leaf's sibling first.

    Raises:
        InvalidInput: there is no such leaf in a tree of that size.
    """
    if not 0 <= index < size:
        raise InvalidInput(f"there is no leaf {index} in a tree of {size} leaves")
    path: list[bytes] = []
    start, stop = 0, size
    while stop - start > 1:
        middle = _split(start, stop)
        if index < middle:
            path.append(_range_root(middle, stop, node))
            stop = middle
        else:
            path.append(_range_root(start, middle, node))
            start = middle
    return path[::-1]


def consistency_path(old_size: int, new_size: int, node: NodeAt) -> list[bytes]:
    """Return the proof that the tree of ``new_size`` leaves begins with the one of ``old_size``.

    It is empty where nothing needs a proof: equal sizes, and the empty tree.

    Raises:
        InvalidInput: the old tree is larger than the new one, or a size is negative.
    """
    if not 0 <= old_size <= new_size:
        raise InvalidInput(f"a tree of {new_size} leaves cannot begin with {old_size} leaves")
    if old_size == 0:
        return []
    path: list[bytes] = []
    start, stop = 0, new_size
    while stop > old_size:
        middle = _split(start, stop)
        if old_size <= middle:
            path.append(_range_root(middle, stop, node))
            stop = middle
        else:
            path.append(_range_root(start, middle, node))
            start = middle
    # A range that starts at 0 is the old tree itself: its root is known to the verifier.
    if start > 0:
        path.append(_range_root(start, stop, node))
    return path[::-1]


def root_at(size: int, node: NodeAt) -> bytes:
    """Return the root that the tree had at ``size`` leaves: what an older checkpoint must say."""
    return _range_root(0, size, node)


def _split(start: int, stop: int) -> int:
    """Return where the tree over leaves [start, stop), at least two, divides in two."""
    return start + (1 << ((stop - start - 1).bit_length() - 1))


def _range_root(start: int, stop: int, node: NodeAt) -> bytes:
    """Return the root over leaves [start, stop), where ``start`` fits the largest subtree."""
    return join_subtrees(perfect_subtrees(start, stop, node))


def perfect_subtrees(start: int, stop: int, node: NodeAt) -> list[bytes]:
    """Return the roots of the perfect subtrees over leaves [start, stop), the largest first.

    ``start`` must be a multiple of the largest; 0 always is.
    """
    roots: list[bytes] = []
    while start < stop:
        level = (stop - start).bit_length() - 1
        roots.append(node(level, start >> level))
        start += 1 << level
    return roots


def root_from_inclusion(leaf: bytes, index: int, size: int, path: Sequence[bytes]) -> bytes:
    """Return the root that ``path`` leads to from the leaf hash at ``index`` in ``size`` leaves.

    Raises:
        ProofRefused: index, size and length of the path do not fit together, or a hash is not
            32 bytes long.
    """
    if not 0 <= index < size:
        raise ProofRefused(f"the proof names leaf {index} of a tree with {size} leaves")
    _require_hashes(leaf, *path)
    position, last, root = index, size - 1, leaf
    for sibling in path:
        if last == 0:
            raise _wrong_length(path)
        if position & 1 or position == last:
            root = node_hash(sibling, root)
            # An only child has no sibling on its level: it rises until it is a right child.
            while not position & 1 and position:
                position, last = position >> 1, last >> 1
        else:
            root = node_hash(root, sibling)
        position, last = position >> 1, last >> 1
    if last != 0:
        raise _wrong_length(path)
    return root


def verify_inclusion(
    leaf: bytes, index: int, size: int, path: Sequence[bytes], root: bytes
) -> None:
    """Check that the leaf hash is at ``index`` in the tree of ``size`` leaves with ``root``.

    Raises:
        ProofRefused: the proof does not show it.
    """
    if root_from_inclusion(leaf, index, size, path) != root:
        raise ProofRefused(f"the proof of leaf {index} leads to another root than the tree's")


def verify_consistency(
    old_size: int, old_root: bytes, new_size: int, new_root: bytes, path: Sequence[bytes]
) -> None:
    """Check that the tree of ``new_size`` leaves begins with the tree of ``old_size`` leaves.

    Raises:
        ProofRefused: the proof does not show it.
    """
    if not 0 <= old_size <= new_size:
        raise ProofRefused(f"the tree shrank from {old_size} to {new_size} leaves")
    _require_hashes(old_root, new_root, *path)
    if old_size in (0, new_size):
        _verify_trivial(old_size, old_root, new_size, new_root, path)
        return
    # Where the old tree is one perfect subtree, the proof leaves out its root.
    nodes = list(path) if old_size.bit_count() > 1 else [old_root, *path]
    if not nodes:
        raise _wrong_length(path)
    roots = _fold_consistency(old_size, new_size, nodes)
    if roots is None:
        raise _wrong_length(path)
    if roots[0] != old_root:
        raise ProofRefused(f"the proof does not lead to the root of the {old_size} older leaves")
    if roots[1] != new_root:
        raise ProofRefused(f"the proof does not lead to the root of the {new_size} newer leaves")


def _verify_trivial(
    old_size: int, old_root: bytes, new_size: int, new_root: bytes, path: Sequence[bytes]
) -> None:
    """Check the two cases without a proof: nothing came before, or nothing was added."""
    if path:
        raise _wrong_length(path)
    if old_size == 0 and old_root != EMPTY_ROOT:
        raise ProofRefused("the older tree is empty but its root is not that of the empty tree")
    if old_size == new_size and old_root != new_root:
        raise ProofRefused(f"two different trees claim the same size, {new_size} leaves")


def _fold_consistency(
    old_size: int, new_size: int, nodes: Sequence[bytes]
) -> tuple[bytes, bytes] | None:
    """Return the (old, new) roots that ``nodes`` lead to; None where their number is wrong."""
    position, last = old_size - 1, new_size - 1
    while position & 1:
        position, last = position >> 1, last >> 1
    old, *rest = nodes
    new = old
    for node in rest:
        if last == 0:
            return None
        if position & 1 or position == last:
            old, new = node_hash(node, old), node_hash(node, new)
            while not position & 1 and position:
                position, last = position >> 1, last >> 1
        else:
            new = node_hash(new, node)
        position, last = position >> 1, last >> 1
    return (old, new) if last == 0 else None


def _require_hashes(*hashes: bytes) -> None:
    if any(len(item) != HASH_SIZE for item in hashes):
        raise ProofRefused("the proof holds a hash that is not 32 bytes long")


def _wrong_length(path: Sequence[bytes]) -> ProofRefused:
    return ProofRefused(f"a proof of {len(path)} hashes does not fit trees of these sizes")
