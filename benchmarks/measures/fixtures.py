"""Ledgers that several measures read: made on first use, whole or not at all."""

import shutil
from collections.abc import Callable
from pathlib import Path

from measures import stock
from measures.events import batches, entries, opening_entries
from oneseek.adapters.keys.ed25519 import Ed25519Sealer, create_key, public_key
from oneseek.adapters.ledger.sqlite_ledger import SqliteLedger, create_ledger
from oneseek.domain.ports import Ledger

ORIGIN = "bench.oneseek.local/log"
KEY = "key.pem"
OPENING = 2
"""Entries that open a filled ledger, before its questions."""


def made_once(folder: Path, make: Callable[[Path], None]) -> Path:
    """Return ``folder`` after ``make`` has filled it, in this run or in an earlier one."""
    if not folder.is_dir():
        fresh = folder.with_name(folder.name + ".new")
        shutil.rmtree(fresh, ignore_errors=True)
        fresh.mkdir(parents=True)
        make(fresh)
        fresh.rename(folder)
    return folder


def new_ledger(folder: Path) -> SqliteLedger:
    """Make an empty ledger with a key of its own in ``folder``."""
    folder.mkdir(parents=True, exist_ok=True)
    create_key(folder / KEY, ORIGIN)
    create_ledger(folder / "ledger.db")
    return open_ledger(folder)


def open_ledger(folder: Path) -> SqliteLedger:
    """Open the ledger in ``folder``."""
    return SqliteLedger(folder / "ledger.db", Ed25519Sealer(ORIGIN, folder / KEY))


def append(ledger: Ledger, start: int, stop: int) -> None:
    """Append the answered questions ``start`` to ``stop`` - 1 in groups."""
    for first, last in batches(stop - start):
        ledger.append(*entries(start + first, start + last))


def newest(size: int) -> int:
    """Return how many entries of a filled ledger count as new: a checkpoint is just before them."""
    return min(1000, size // 10)


def filled_ledger(folder: Path, size: int) -> Path:
    """Return the folder of a ledger of ``size`` entries: its opening, then answered questions."""

    def make(fresh: Path) -> None:
        ledger = new_ledger(fresh)
        key = public_key(fresh / KEY, ORIGIN)
        opening = opening_entries(ORIGIN, str(key))
        ledger.append(opening, {opening[0].stream: 0})
        questions = size - len(opening)
        append(ledger, 0, questions - newest(size))
        append(ledger, questions - newest(size), questions)
        ledger.close()

    return made_once(folder / f"ours-{size}", make)


def filled_stock(folder: Path, size: int) -> Path:
    """Return the file of the stock application with the same questions."""

    def make(fresh: Path) -> None:
        application = stock.sqlite(fresh / "stock.db")
        stock.append(application, size)
        application.close()

    return made_once(folder / f"stock-{size}", make) / "stock.db"
