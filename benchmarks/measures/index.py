"""The index of streams: built from every entry, in a ledger where nearly each has its own stream.

That is the worst case for the map: a version, a training or a question is a stream of a few
entries, and nothing has more of them than questions.
"""

from collections.abc import Callable
from pathlib import Path

from measures import fixtures
from oneseek.domain.index.building import build_index


def ours(folder: Path, size: int) -> Callable[[], dict[str, float]]:
    """Read every entry strictly, prove the root, and compute the root of the map."""
    ledger = fixtures.open_ledger(fixtures.filled_ledger(folder, size))

    def job() -> dict[str, float]:
        head = ledger.head()
        index = build_index(ledger, head.size, (head.size, head.root)).index
        index.root()
        assert index.size == size
        return {"streams": float(index.streams)}

    return job
