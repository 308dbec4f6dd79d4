"""How much of the table is tried: a part in every test run, all of it with ``make faults``."""

import os
from collections.abc import Iterable

from faults.row import Row

EVERYTHING = os.environ.get("OQT_FAULTS") == "all"


def some_of(most: int) -> int | None:
    """Return how many points of a row to try; None for all."""
    return None if EVERYTHING else most


_COLUMNS = ("once", "blocks", "power", "data", "inodes", "all", "files", "full")
"""All but "killed"; a row and its neighbours take turns in kinds of failure."""


def rows_in(column: str, rows: Iterable[Row]) -> list[str]:
    """Return the names of the rows that are tried in ``column``.

    A row that names no columns of its own is killed in every test run, and tried in every fourth
    one of the others; its neighbours are tried in the rest.
    """
    return [
        row.name
        for number, row in enumerate(rows)
        if EVERYTHING or (_turn(column, number) if row.columns is None else column in row.columns)
    ]


def _turn(column: str, number: int) -> bool:
    return column == "killed" or (_COLUMNS.index(column) + number) % 4 == 0
