"""How much of the table is tried: a part in every test run, all of it with ``make faults``."""

import os
from collections.abc import Iterable

from faults.row import Row

EVERYTHING = os.environ.get("OQT_FAULTS") == "all"


def some_of(most: int) -> int | None:
    """Return how many points of a row to try; None for all."""
    return None if EVERYTHING else most


def rows_in(column: str, rows: Iterable[Row]) -> list[str]:
    """Return the names of the rows that are tried in ``column``."""
    return [row.name for row in rows if EVERYTHING or row.columns is None or column in row.columns]
