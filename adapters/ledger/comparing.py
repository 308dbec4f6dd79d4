"""Two ledgers side by side: the same checkpoints and the same state documents, byte for byte."""

from collections.abc import Callable, Iterator
from itertools import zip_longest
from typing import Any

from oneseek.adapters.ledger import sql
from oneseek.adapters.ledger.sql_hold import Hold
from oneseek.domain.errors import LedgerBroken

_BATCH = 1000


def compare(source: Hold, target: Hold) -> int:
    """Compare what is not under the root; return how many checkpoints there are.

    Raises:
        LedgerBroken: they differ; the message names the first difference.
    """
    count = 0
    for one, other in zip_longest(_checkpoints(source), _checkpoints(target)):
        if one != other:
            size = (one or other)[0]
            raise LedgerBroken(f"the checkpoint of {size} entries differs at the two places")
        count += 1
    for one, other in zip_longest(_documents(source), _documents(target)):
        if one != other:
            kind, key = (one or other)[:2]
            raise LedgerBroken(
                f"the state document {kind}/{key} is not the fold of the entries",
                hint="fold the state again where the ledger is in use: oneseek rebuild state",
            )
    for said, kept in zip_longest(source.cosignatures(), target.cosignatures()):
        if said != kept:
            size = (said or kept).size
            raise LedgerBroken(f"the cosignatures of {size} entries differ at the two places")
    return count


def _checkpoints(hold: Hold) -> Iterator[tuple[int, bytes]]:
    return _pages(lambda last: sql.select_checkpoints(hold.run, last, None, _BATCH), lambda r: r[0])


def _documents(hold: Hold) -> Iterator[Any]:
    state = hold.state()
    return _pages(lambda last: state.page(last, _BATCH), lambda row: row[:2])


def _pages(page: Callable[[Any], list[Any]], key: Callable[[Any], Any]) -> Iterator[Any]:
    """Yield the rows of page after page; each page begins behind the last key of the one before."""
    last = None
    while rows := page(last):
        yield from rows
        last = key(rows[-1])
