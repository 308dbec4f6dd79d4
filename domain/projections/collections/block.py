"""A document of ``oqt_ledger``: the fields that show an entry, and those that prove it.

What is shown follows from the entry's bytes and its index. What proves it belongs to a checkpoint
that covers it; the runner takes the first, so that the same entry always has the same fields.
"""

from collections.abc import Sequence

from oneseek.domain.documents import Value
from oneseek.domain.entry import Entry
from oneseek.domain.merkle.hashing import leaf_hash
from oneseek.domain.projections.collections.block_types import block_content, block_type
from oneseek.domain.registry import REGISTRY, Registry
from oneseek.domain.values import parse_time

PROOF_FIELDS = frozenset({"treeSize", "rootHash", "proof", "checkpoint"})
"""Those of the fields that do not follow from the entry."""


def block_fields(
    index: int,
    raw: bytes,
    size: int,
    root: bytes,
    path: Sequence[bytes],
    checkpoint: bytes,
    registry: Registry = REGISTRY,
) -> dict[str, Value]:
    """Return all fields of a block, for an entry that was read strictly before.

    ``path`` is its inclusion proof in the tree of ``size`` leaves with ``root``, which the signed
    note ``checkpoint`` states.

    Raises:
        LedgerBroken: the bytes are no entry.
    """
    (entry,) = registry.recall([raw])
    return shown_fields(index, raw, entry) | proof_fields(size, root, path, checkpoint)


def proof_fields(
    size: int, root: bytes, path: Sequence[bytes], checkpoint: bytes
) -> dict[str, Value]:
    """Return those of the fields that prove an entry: see :func:`block_fields`."""
    return {
        "treeSize": size,
        "rootHash": root.hex(),
        "proof": [item.hex() for item in path],
        "checkpoint": checkpoint.decode(),
    }


def shown_fields(index: int, raw: bytes, entry: Entry) -> dict[str, Value]:
    """Return the fields that show the entry at leaf ``index``; ``entry`` is what ``raw`` says."""
    body = entry.body
    name = block_type(body)
    return {
        "blockNumber": index,
        "type": name,
        "kind": body.kind,
        "stream": entry.stream,
        "streamVersion": entry.stream_version,
        "actor": entry.actor,
        "timestamp": parse_time(entry.time),
        "data": {"type": name, "content": block_content(body), "timestamp": entry.time},
        "entry": raw.decode(),
        "hash": leaf_hash(raw).hex(),
        # The blocks of a Merkle log are no chain: what binds a block to those before it is the
        # root. A made-up predecessor would look like a promise.
        "previousHash": None,
    }
