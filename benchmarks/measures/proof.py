"""One inclusion proof from a cold start: a fresh process and connection.

Modules are imported before the clock starts; the file may be in the cache of the system.
"""

from collections.abc import Callable
from pathlib import Path

from measures import fixtures
from oneseek.domain.merkle.frontier import EMPTY_FRONTIER
from oneseek.domain.merkle.hashing import leaf_hash
from oneseek.domain.usecases.prove_entry import prove_entry

_BATCH = 1000


def ours(folder: Path, size: int) -> Callable[[], dict[str, float]]:
    """Make the proof of one entry, checked; count the bytes of its hashes."""
    ledger = fixtures.open_ledger(fixtures.filled_ledger(folder, size))

    def job() -> dict[str, float]:
        return {"bytes": 32.0 * len(prove_entry(ledger, size * 7 // 9).path)}

    return job


def yardstick(folder: Path, size: int) -> Callable[[], dict[str, float]]:
    """What it would cost without tiles: hash every entry."""
    ledger = fixtures.open_ledger(fixtures.filled_ledger(folder, size))

    def job() -> dict[str, float]:
        frontier, batch = EMPTY_FRONTIER, []
        for record in ledger.records():
            batch.append(leaf_hash(record.raw))
            if len(batch) == _BATCH:
                frontier, batch = frontier.extend(batch), []
        frontier = frontier.extend(batch)
        assert frontier.root() == ledger.head().root
        return {"bytes": 32.0 * size}

    return job
