"""Appending in groups of 1,000 to SQLite: entries, leaf hashes, tree, state, signature included."""

from collections.abc import Callable
from pathlib import Path
from tempfile import mkdtemp

from measures import fixtures, stock


def ours(folder: Path, size: int) -> Callable[[], dict[str, float]]:
    """Append ``size`` events with all their evidence."""
    ledger = fixtures.new_ledger(Path(mkdtemp(dir=folder / "own")))

    def job() -> dict[str, float]:
        fixtures.append(ledger, 0, size)
        return {}

    return job


def yardstick(folder: Path, size: int) -> Callable[[], dict[str, float]]:
    """Save the same events with the stock application."""
    application = stock.sqlite(Path(mkdtemp(dir=folder / "own")) / "stock.db")

    def job() -> dict[str, float]:
        stock.append(application, size)
        return {}

    return job
