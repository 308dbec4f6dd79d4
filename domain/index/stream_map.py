"""The map from every stream to its sub-log, grown entry by entry."""

from hashlib import sha256

from oneseek.domain.index.sublog import EMPTY_SUBLOG, committed, count_of, grown, root_of
from oneseek.domain.index.sublog import sublog_leaf as leaf_of
from oneseek.domain.merkle.sparse import SparseMap, SparseProof


def stream_key(stream: str) -> bytes:
    """Return the key of a stream in the map, 32 bytes."""
    return sha256(stream.encode()).digest()


class StreamIndex:
    """The index over the first ``size`` entries of a ledger. About 250 bytes for each stream."""

    def __init__(self) -> None:
        self.size = 0
        self._map = SparseMap(committed)

    @property
    def streams(self) -> int:
        """The number of streams that have entries."""
        return len(self._map)

    def add(self, stream: str, entry_hash: bytes) -> None:
        """Take in the next entry of the ledger: its stream, and its leaf hash of 32 bytes."""
        key = stream_key(stream)
        held = self._map.get(key) or EMPTY_SUBLOG
        self._map.put(key, grown(held, leaf_of(self.size, entry_hash)))
        self.size += 1

    def root(self) -> bytes:
        """Return the root of the map, 32 bytes."""
        return self._map.root()

    def prove(self, stream: str) -> tuple[int, bytes, SparseProof]:
        """Return length and root of the stream's sub-log with their proof.

        The length of an absent stream is 0; then the proof is one of absence.
        """
        key = stream_key(stream)
        held = self._map.get(key) or EMPTY_SUBLOG
        return count_of(held), root_of(held), self._map.prove(key)
