"""A log with its index, made from events in the plainest way, and every part of it open to lies.

It shares with the software only the hashes: trees are computed as the RFC writes them down. So its
honest proofs are a yardstick, and its dishonest ones are what somebody can sign who owns the key.
"""

from base64 import b64encode
from collections.abc import Callable, Sequence
from datetime import timedelta
from hashlib import sha256

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

import builders as make
from oneseek.domain.events import Event, IndexLogged
from oneseek.domain.index.proof_file import HistoryProof, Moment, ProvedEntry, Question, StreamRun
from oneseek.domain.merkle.hashing import leaf_hash, tree_root
from oneseek.domain.merkle.proofs import consistency_path, inclusion_path, perfect_subtrees
from oneseek.domain.merkle.sparse import SparseMap
from oneseek.domain.note.signed_note import ALGORITHM_ED25519, VerifierKey, key_id
from oneseek.domain.registry import REGISTRY
from oneseek.domain.values import format_time, parse_time

ORIGIN = "log.example/oneseek"
SubLogs = dict[str, list[tuple[int, bytes]]]
"""For each stream the entries that its sub-log is said to have: (index, leaf hash)."""

STORY: tuple[Event, ...] = (
    make.opened(), make.key_added(),  # 0
    make.started("t1"), make.completed("t1"), make.numbered(1), make.certified(1),  # 2
    make.numbered(2), make.certified(2),  # 6
    make.activated(1),  # 8
    make.withdrawn(2), make.answered(),  # 9
    make.activated(2),  # 11
    make.registry_reset(), make.restored(1), make.activated(1),  # 12
    make.withdrawn(1, was_active=True),  # 15
)  # fmt: skip
"""Entries 0 to 15; the index is entry 16. Every entry is a minute later than the one before."""


def clock(index: int) -> str:
    """Return the time of entry ``index``."""
    return format_time(parse_time(make.TIME) + timedelta(minutes=index))


def private_key(name: str) -> Ed25519PrivateKey:
    """Return a key that anybody can compute: it protects nothing."""
    return Ed25519PrivateKey.from_private_bytes(sha256(b"test key " + name.encode()).digest())


def public_key(name: str = ORIGIN, origin: str = ORIGIN) -> VerifierKey:
    material = private_key(name).public_key().public_bytes_raw()
    return VerifierKey(
        origin, key_id(origin, ALGORITHM_ED25519, material), ALGORITHM_ED25519, material
    )


def check(key: VerifierKey, text: bytes, signature: bytes) -> bool:
    try:
        Ed25519PublicKey.from_public_bytes(key.key).verify(signature, text)
    except InvalidSignature:
        return False
    return True


def _node(leaves: Sequence[bytes]) -> Callable[[int, int], bytes]:
    return lambda level, n: tree_root(leaves[n << level : (n + 1) << level])


def _texts(hashes: Sequence[bytes]) -> tuple[str, ...]:
    return tuple(item.hex() for item in hashes)


class History:
    """The log of ``events``; ``lie`` may change the sub-logs before their map is logged."""

    def __init__(
        self,
        events: Sequence[Event] = STORY,
        *,
        lie: Callable[[SubLogs], object] = lambda sublogs: None,
        later: Sequence[Event] = (),
        key: str = ORIGIN,
        origin: str = ORIGIN,
        size: int | None = None,
    ) -> None:
        self.raws: list[bytes] = []
        self._versions: dict[str, int] = {}
        for event in events:
            self._append(event)
        self.sublogs: SubLogs = {}
        for index, raw in enumerate(self.raws):
            stream = REGISTRY.decode(raw).stream
            self.sublogs.setdefault(stream, []).append((index, leaf_hash(raw)))
        lie(self.sublogs)
        self.map = SparseMap()
        for stream in self.sublogs:
            count, leaves = len(self.sublogs[stream]), self.leaves(stream)
            self.map.put(_key(stream), count.to_bytes(8) + tree_root(leaves))
        for event in later:
            self._append(event)
        self.at = len(self.raws)
        logged = len(events) if size is None else size
        root = self.map.root().hex()
        self._append(IndexLogged(size=logged, root=root, streams=len(self.sublogs)))
        self.note = self.signed(key, origin)

    def _append(self, event: Event) -> None:
        version = self._versions[event.stream] = self._versions.get(event.stream, 0) + 1
        self.raws.append(REGISTRY.encode(make.entry(event, version, clock(len(self.raws)))))

    def signed(self, key: str, origin: str) -> str:
        """Return the signed checkpoint of the log as it is now."""
        root = b64encode(tree_root([leaf_hash(raw) for raw in self.raws])).decode()
        text = f"{origin}\n{len(self.raws)}\n{root}\n"
        number = public_key(key, origin).key_id.to_bytes(4)
        signature = b64encode(number + private_key(key).sign(text.encode())).decode()
        return f"{text}\n— {origin} {signature}\n"

    def leaves(self, stream: str) -> list[bytes]:
        """Return the leaf hashes of the sub-log of a stream."""
        return [leaf_hash(n.to_bytes(8) + h) for n, h in self.sublogs.get(stream, [])]

    def prove(self, index: int) -> ProvedEntry:
        """Return an entry with its path."""
        leaves = [leaf_hash(raw) for raw in self.raws]
        path = inclusion_path(index, len(leaves), _node(leaves))
        return ProvedEntry(index=index, entry=self.raws[index].decode(), path=_texts(path))

    def run(self, stream: str, first: int = 0, stop: int | None = None) -> StreamRun:
        """Return the run of a stream as its sub-log has it."""
        leaves, listed = self.leaves(stream), self.sublogs.get(stream, [])
        stop = len(leaves) if stop is None else stop
        proof = self.map.prove(_key(stream))
        other = (proof.other[0].hex(), proof.other[1].hex()) if proof.other else None
        return StreamRun(
            stream=stream,
            count=len(leaves),
            root=tree_root(leaves).hex(),
            siblings=_texts(proof.siblings),
            other=other,
            first=first,
            before=_texts(perfect_subtrees(0, first, _node(leaves))),
            entries=tuple(self.prove(index) for index, _ in listed[first:stop]),
            after=_texts(consistency_path(stop, len(leaves), _node(leaves))),
        )

    def moment(self, size: int, time: str | None = None) -> Moment:
        """Return a moment; with a time also the entries beside it."""
        if time is None:
            return Moment(size=size, time=None, last=None, next=None)
        last = self.prove(size - 1) if size else None
        return Moment(size=size, time=time, last=last, next=self.prove(size))

    def proof(self, question: Question, *streams: StreamRun) -> HistoryProof:
        """Return the proof with these parts."""
        return HistoryProof(
            question=question, checkpoint=self.note, index=self.prove(self.at), streams=streams
        )


def _key(stream: str) -> bytes:
    return sha256(stream.encode()).digest()
