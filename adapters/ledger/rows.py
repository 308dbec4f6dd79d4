"""The rows of a ledger between the append algorithm and the databases.

msgspec structs, because an append makes two of them for every entry and these are made fastest.
"""

from typing import TYPE_CHECKING

from msgspec import Struct

from oneseek.domain.merkle.frontier import Frontier
from oneseek.domain.stored import Head
from oneseek.domain.values import format_time, from_microseconds

if TYPE_CHECKING:
    # For types alone: a read-only command starts faster without them.
    from oneseek.domain.entry import Entry


class Item(Struct, frozen=True, gc=False):
    """One leaf to be appended, complete before any lock is taken.

    ``entry`` is None only where the bytes are not an entry of ours (the recorder test suites of
    the eventsourcing library); such a leaf changes no state document and carries no time.
    """

    stream: str
    version: int
    kind: str
    raw: bytes
    leaf_hash: bytes
    entry: "Entry | None"


class Row(Struct, frozen=True, gc=False):
    """One leaf as it is stored, in the order of the table's columns."""

    position: int
    stream: str
    version: int
    kind: str
    clock: int
    """The latest time of all entries up to here, in µs since 1970."""
    leaf_hash: bytes
    raw: bytes


class HeadRow(Struct, frozen=True):
    """The head as stored: frontier, latest time in µs since 1970, checkpoint note."""

    frontier: Frontier
    clock: int
    checkpoint: bytes

    def as_head(self) -> Head:
        """Return the head as the port shows it; its root is computed from the frontier."""
        time = format_time(from_microseconds(self.clock)) if self.clock else None
        return Head(self.frontier.size, self.frontier.root(), time, self.checkpoint)
