"""What a ledger gives back: its head, its rows, the receipt of an append.

Plain values without behaviour. They are apart from the ports because every read-only command needs
them, and nothing of what the ports speak of besides.
"""

from datetime import datetime

from msgspec import Struct

from oneseek.domain.digest import Digest


class Head(Struct, frozen=True):
    """The newest state of a ledger: tree size, RFC 6962 root, time of the newest entry."""

    size: int
    root: bytes
    time: str | None
    checkpoint: bytes
    """The signed C2SP checkpoint of this size and root; empty for an empty ledger."""


class Record(Struct, frozen=True, gc=False):
    """One stored row: the entry's bytes at its index with the leaf hash as stored."""

    index: int
    raw: bytes
    leaf_hash: bytes


class IndexRow(Struct, frozen=True, gc=False):
    """What a ledger looks entries up by, beside their bytes. No signature covers it."""

    index: int
    stream: str
    stream_version: int
    kind: str
    latest: str
    """The latest time of all entries up to this one."""


class StoredCosignature(Struct, frozen=True):
    """A witness's line for the checkpoint of ``size`` entries, as it is kept beside it.

    ``signature`` is what stands behind the key ID: time and signature. Nothing here is verified.
    """

    size: int
    name: str
    key_id: int
    signature: bytes


class Receipt(Struct, frozen=True):
    """What an append gives back. ``indices`` are the leaves of the appended entries, in order."""

    indices: range
    size: int
    checkpoint: bytes


class Lying(Struct, frozen=True):
    """An object as it lies in the content store."""

    digest: Digest
    size: int
    changed: datetime
    """When its file was written."""
