"""The file of a history proof: everything that an offline check needs, in one JSON object.

It carries no answer. Whoever checks it works the answer out of what it shows, so that nobody reads
a sentence that nothing proves. There is one spelling: two spaces of indentation, members in the
order of the structs below, a line end; a reader writes what it has read and compares. So the file
begins with the two lines of :data:`BEGINNING`. All of it is described in docs/time-and-absence.md.
"""

from typing import Literal

import msgspec
from msgspec import Struct

from oneseek.domain.digest import Digest
from oneseek.domain.errors import InvalidInput
from oneseek.domain.values import Count, Time

BEGINNING = b'{\n  "format": "oneseek-history-proof/v1",\n'
"""What every file of this format begins with."""


class ProvedEntry(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """An entry with the inclusion path from its leaf to the root of the checkpoint."""

    index: Count
    entry: str
    """The bytes of the entry, as text."""
    path: tuple[Digest, ...]


class StreamRun(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Consecutive entries of one stream; of an absent stream none, and the proof of absence."""

    stream: str
    count: Count
    """Entries of the stream in the index: the length of its sub-log. 0: it is absent."""
    root: Digest
    """Root of the sub-log; of an absent stream that of the empty tree."""
    siblings: tuple[Digest, ...]
    """The path in the map, from the end of the key's path to the root."""
    other: tuple[Digest, Digest] | None
    """Of an absent stream: key and H(value) of the leaf that is where its own would be, if any."""
    first: Count
    """Position in the sub-log of the first entry that is shown, from 0."""
    before: tuple[Digest, ...]
    """Roots of the perfect subtrees over the positions before, the largest first."""
    entries: tuple[ProvedEntry, ...]
    after: tuple[Digest, ...]
    """Consistency proof from the sub-log up to the last shown entry to the whole of it."""


class Moment(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A tree size, and where it was named by a time, the two entries that the time lies between."""

    size: Count
    time: Time | None
    last: ProvedEntry | None
    """The entry before the moment: with a time, except at size 0."""
    next: ProvedEntry | None
    """The entry after the moment: with a time."""


class ActiveAt(Struct, frozen=True, forbid_unknown_fields=True, tag_field="asks", tag="active-at"):
    """What was active at a moment?"""

    at: Moment


class NeverActive(
    Struct, frozen=True, forbid_unknown_fields=True, tag_field="asks", tag="never-active"
):
    """Was this version never active from one moment to another, both included?"""

    manifest: Digest | None
    dna: str | None
    since: Moment
    until: Moment


class HistoryOf(Struct, frozen=True, forbid_unknown_fields=True, tag_field="asks", tag="history"):
    """What happened to this version?"""

    manifest: Digest
    dna: str


Question = ActiveAt | NeverActive | HistoryOf


class HistoryProof(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A question with all that is needed to answer it from one checkpoint."""

    format: Literal["oneseek-history-proof/v1"] = "oneseek-history-proof/v1"
    question: Question
    checkpoint: str
    """The signed note, byte for byte."""
    index: ProvedEntry
    """The index-logged entry."""
    streams: tuple[StreamRun, ...]

    def to_bytes(self) -> bytes:
        """Return the bytes of the file; :meth:`parse` gives the same proof back."""
        return msgspec.json.format(msgspec.json.encode(self), indent=2) + b"\n"

    @classmethod
    def parse(cls, data: bytes) -> "HistoryProof":
        """Return the proof in ``data``. Nothing is verified yet.

        Raises:
            InvalidInput: it is not a history proof in the one accepted spelling.
        """
        if not is_history_proof(data):
            raise InvalidInput("not a history proof: it begins otherwise")
        try:
            proof = msgspec.json.decode(data, type=cls)
            same = proof.to_bytes() == data
        except (msgspec.MsgspecError, UnicodeError, RecursionError) as error:
            raise InvalidInput(f"not a history proof: {error}") from None
        if not same:
            raise InvalidInput("the history proof is not in its one accepted spelling")
        return proof


def is_history_proof(data: bytes) -> bool:
    """Say whether ``data`` begins as a file of this format does."""
    return data.startswith(BEGINNING)
