"""Entries: the canonical bytes of one event with its envelope.

An entry is compact JSON with the members ``kind``, ``stream``, ``stream_version``, ``time``,
``actor``, ``body`` in this order::

    {"kind":"version-activated/v1","stream":"registry","stream_version":3,
     "time":"2026-11-20T18:25:38.187329Z","actor":"anna","body":{...}}

There is no index inside: an entry's index is its leaf's position, bound by the Merkle tree, so
that bytes and leaf hash are complete before any lock is taken. What is stored is what is hashed;
nobody re-serialises to verify.
"""

from typing import Annotated

from msgspec import Meta, Struct

from oneseek.domain.events.base import Event
from oneseek.domain.values import Time

MAX_ENTRY_BYTES = 16 * 1024
"""Whatever grows is an object in the content store, named by digest and count."""

FORMAT = "oneseek-ledger/v1"


class Entry(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Base of the per-kind entry structs that :class:`~oneseek.domain.registry.Registry` makes."""

    stream: Annotated[str, Meta(min_length=1, max_length=512)]
    stream_version: Annotated[int, Meta(ge=1, le=2**53)]
    """Position in the stream, from 1."""
    time: Time
    actor: Annotated[str, Meta(min_length=1, max_length=256)]
    body: Event

    @property
    def kind(self) -> str:
        """The stable name of the event, for instance ``version-certified/v1``."""
        return self.body.kind
