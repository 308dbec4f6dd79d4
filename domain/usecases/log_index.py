"""Logging the index of streams: an ordinary entry with the root of the map (decision 0018)."""

from collections.abc import Callable
from dataclasses import dataclass

from oneseek.domain.decisions import Decision
from oneseek.domain.events import IndexLogged
from oneseek.domain.index.building import build_index
from oneseek.domain.ports import Ports, View
from oneseek.domain.state.documents import LOGGED_INDEX_KEY, LoggedIndex
from oneseek.domain.stored import Receipt
from oneseek.domain.usecases.record import record


@dataclass(frozen=True, slots=True)
class Logged:
    """The newest logged index; ``receipt`` is None where it was there already."""

    size: int
    root: str
    receipt: Receipt | None


def nothing_new(view: View) -> LoggedIndex | None:
    """Return the index logged last if the entry that logged it is all that came after it."""
    logged = view.get(LoggedIndex, LOGGED_INDEX_KEY)
    fresh = logged is not None and logged.size == logged.index == view.head.size - 1
    return logged if fresh else None


def log_index(
    ports: Ports, *, again: bool = False, on_entries: Callable[[int], None] | None = None
) -> Logged:
    """Log the index of all entries that there are now, unless nothing is new.

    ``again`` logs it all the same: the entry shows that nothing else had happened by then. What
    others append meanwhile is the next index's business. ``on_entries`` is called with the number
    of entries just read.

    Raises:
        LedgerBroken: an entry cannot be read, or the entries do not have the head's root.
    """
    with ports.ledger.view() as view:
        head, known = view.head, nothing_new(view)
    if known is not None and not again:
        return Logged(known.size, known.root, None)
    index = build_index(
        ports.ledger, head.size, (head.size, head.root), on_entries=on_entries
    ).index
    event = IndexLogged(size=index.size, root=index.root().hex(), streams=index.streams)

    def on(view: View) -> Decision:
        newest = view.get(LoggedIndex, LOGGED_INDEX_KEY)
        if newest is not None and newest.size >= event.size and not again:
            return Decision()  # another machine was faster
        return Decision((event,))

    return Logged(event.size, event.root, record(ports, on))
