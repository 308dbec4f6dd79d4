"""The index has every stream with the length and root of its sub-log."""

from collections.abc import Sequence
from hashlib import sha256

from hypothesis import given
from hypothesis import strategies as st

from oneseek.domain.index.stream_map import StreamIndex, stream_key
from oneseek.domain.index.sublog import commitment, sublog_leaf
from oneseek.domain.merkle.hashing import EMPTY_ROOT, leaf_hash, tree_root
from oneseek.domain.merkle.sparse import SparseMap, verify_absence, verify_presence

STREAMS = st.lists(st.sampled_from(["registry", "ledger", "line:sv", "query:å"]), max_size=30)


def made(streams: Sequence[str]) -> StreamIndex:
    index = StreamIndex()
    for number, stream in enumerate(streams):
        index.add(stream, leaf_hash(b"%d" % number))
    return index


@given(STREAMS)
def test_the_root_is_that_of_a_map_made_stream_by_stream(streams: list[str]) -> None:
    naive = SparseMap()
    for stream in set(streams):
        leaves = [
            sublog_leaf(number, leaf_hash(b"%d" % number))
            for number, name in enumerate(streams)
            if name == stream
        ]
        naive.put(sha256(stream.encode()).digest(), commitment(len(leaves), tree_root(leaves)))
    index = made(streams)
    assert (index.root(), index.streams) == (naive.root(), len(set(streams)))
    assert index.size == len(streams)


@given(STREAMS)
def test_every_stream_is_proved_and_so_is_the_absence_of_others(streams: list[str]) -> None:
    index = made(streams)
    for stream in set(streams):
        count, root, proof = index.prove(stream)
        assert count == streams.count(stream)
        verify_presence(stream_key(stream), commitment(count, root), proof, index.root())
    count, root, proof = index.prove("base:nothing")
    assert (count, root) == (0, EMPTY_ROOT)
    verify_absence(stream_key("base:nothing"), proof, index.root())


def test_the_order_of_entries_within_a_stream_counts() -> None:
    one, two = StreamIndex(), StreamIndex()
    for index, hashes in ((one, (b"a" * 32, b"b" * 32)), (two, (b"b" * 32, b"a" * 32))):
        for item in hashes:
            index.add("registry", item)
    assert one.root() != two.root()
