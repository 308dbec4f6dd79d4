"""The fold of a collection on this machine: a cache, from which the next run goes on."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from heapq import merge
from itertools import groupby

from oneseek.adapters.ledger.sqlite_schema import STATE_TABLE
from oneseek.adapters.ledger.sqlite_state import SqliteState
from oneseek.adapters.projections.position import PositionFile
from oneseek.domain.merkle.frontier import EMPTY_FRONTIER, Frontier
from oneseek.domain.merkle.proofs import NodeAt
from oneseek.domain.ports import Ledger
from oneseek.domain.projections.collections.collection import Collection
from oneseek.domain.projections.folding import fold
from oneseek.domain.replay import proven_chunks
from oneseek.domain.state.store import Document, State
from oneseek.domain.stored import Head


def fold_up_to(
    collection: Collection, ledger: Ledger, head: Head, node: NodeAt, file: PositionFile, size: int
) -> Frontier:
    """Make the state of ``file`` the fold of the first ``size`` entries; return their frontier.

    It goes on from what the file holds where that is a beginning of these entries.
    """
    position, start = file.read(), EMPTY_FRONTIER
    if position is not None:
        if position.version == collection.version and position.size <= size:
            start = Frontier.at(position.size, node)
        if start.size != position.size or start.root() != position.root:
            file.start_over()
            start = EMPTY_FRONTIER
    fold_entries(collection, ledger, head, node, file.state, start, size)
    return Frontier.at(size, node)


def fold_entries(
    collection: Collection,
    ledger: Ledger,
    head: Head,
    node: NodeAt,
    state: State,
    start: Frontier,
    stop: int,
) -> None:
    """Fold the entries from ``start`` to ``stop`` into ``state``."""
    for chunk in proven_chunks(ledger, head, node, start, stop, collection.events):
        fold(collection, state, chunk.entries)


@contextmanager
def passing_state() -> Iterator[SqliteState]:
    """Give an empty state that is gone afterwards; what does not fit into memory is on disk."""
    connection = sqlite3.connect("", isolation_level=None)
    try:
        connection.execute(STATE_TABLE)
        connection.execute("BEGIN")
        yield SqliteState(connection)
    finally:
        connection.close()


def units_after(
    collection: Collection, state: State, after: str = ""
) -> Iterator[tuple[str, Document]]:
    """Yield the units of all kinds whose id is greater than ``after``, by id, each once."""
    kinds = (state.scan(kind, start=after) for kind in collection.units)
    for id, found in groupby(merge(*kinds, key=lambda item: item[0]), key=lambda item: item[0]):
        if id > after:
            yield next(found)
