"""The Merkle tree of RFC 6962 (RFC 9162): what a log of entries commits to.

A log is a list of entries that only grows. Its tree turns the first N of them into 32 bytes, the
root, such that nobody can change, drop or reorder an entry and keep the root, and such that two
short lists of hashes suffice to prove that an entry is in the tree (inclusion) and that a later
tree begins with an earlier one (consistency).

The whole definition, with D[a:b] for the entries a to b-1 and H for SHA-256:

- the tree of nothing has the root H("");
- the tree of one entry has the root H(0x00 || entry), its leaf hash;
- the tree of n > 1 entries has the root H(0x01 || root of D[0:k] || root of D[k:n]),
  where k is the largest power of two below n.

The first byte keeps leaves and nodes apart: without it, two hashes joined could pose as an entry.

Five entries a to e. Every node over 2^level aligned leaves is "perfect": it never changes again.
This package names it (level, index)::

                  root
                /      \\
           (2,0)        (0,4) = e
          /     \\
      (1,0)     (1,1)
      /   \\     /   \\
     a     b   c     d

    >>> from oneseek.domain.merkle.frontier import EMPTY_FRONTIER
    >>> from oneseek.domain.merkle.hashing import leaf_hash, node_hash
    >>> from oneseek.domain.merkle.proofs import verify_inclusion
    >>> a, b, c, d, e = (leaf_hash(entry) for entry in (b"a", b"b", b"c", b"d", b"e"))
    >>> root = node_hash(node_hash(node_hash(a, b), node_hash(c, d)), e)
    >>> EMPTY_FRONTIER.extend([a, b, c, d, e]).root() == root
    True

The inclusion proof of ``c`` (index 2) holds the siblings from the leaf up to the root::

    >>> verify_inclusion(c, 2, 5, [d, node_hash(a, b), e], root)

- :mod:`~oneseek.domain.merkle.hashing`: leaves, nodes, roots;
- :mod:`~oneseek.domain.merkle.frontier`: what a writer keeps to append (one hash per set bit of
  the size);
- :mod:`~oneseek.domain.merkle.proofs`: making proofs, and verifying them;
- :mod:`~oneseek.domain.merkle.tiles`: how hashes are stored and published, 256 at a time
  (https://c2sp.org/tlog-tiles).
"""
