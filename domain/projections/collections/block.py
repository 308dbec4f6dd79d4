"""A document of ``oqt_ledger``: the fields that show an entry, and those that prove it.

What is shown follows from the entry's bytes and its index. What proves it belongs to a checkpoint
that covers it; the runner takes the first, so that the same entry always has the same fields.
"""

from collections.abc import Sequence

from oneseek.domain.documents import Value
from oneseek.domain.entry import Entry
from oneseek.domain.merkle.hashing import leaf_hash
from oneseek.domain.projections.collections.block_types import block_content, block_type
from oneseek.domain.values import parse_time

PROOF_FIELDS = frozenset({"treeSize", "rootHash", "proof", "checkpoint"})
"""Those of :func:`proof_fields`: they do not follow from the entry alone."""


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


def proof_fields(
    size: int, root: bytes, path: Sequence[bytes], checkpoint: bytes
) -> dict[str, Value]:
    """Return the fields that prove a leaf under the signed note ``checkpoint``.

    ``path`` is the inclusion proof in the tree of ``size`` leaves with ``root``, which the note
    states.
    """
    return {
        "treeSize": size,
        "rootHash": root.hex(),
        "proof": [item.hex() for item in path],
        "checkpoint": checkpoint.decode(),
    }
