"""A sub-log held as a few bytes is the RFC 6962 tree over its leaves."""

from hypothesis import given
from hypothesis import strategies as st

from oneseek.domain.index.sublog import (
    EMPTY_SUBLOG,
    commitment,
    committed,
    count_of,
    grown,
    root_of,
    sublog_leaf,
)
from oneseek.domain.merkle.hashing import EMPTY_ROOT, leaf_hash, tree_root

HASHES = st.binary(min_size=32, max_size=32)


@given(st.lists(HASHES, max_size=70))
def test_growing_leaf_by_leaf_gives_the_root_over_all(leaves: list[bytes]) -> None:
    held = EMPTY_SUBLOG
    for leaf in leaves:
        held = grown(held, leaf)
    assert (count_of(held), root_of(held)) == (len(leaves), tree_root(leaves))
    assert committed(held) == commitment(len(leaves), tree_root(leaves))
    assert len(held) == 8 + 32 * len(leaves).bit_count()


def test_a_leaf_binds_the_index_and_the_entry() -> None:
    entry = leaf_hash(b"entry")
    assert sublog_leaf(7, entry) == leaf_hash(b"\0\0\0\0\0\0\0\7" + entry)


def test_a_commitment_has_the_length_in_front() -> None:
    assert commitment(258, EMPTY_ROOT) == b"\0\0\0\0\0\0\1\2" + EMPTY_ROOT
