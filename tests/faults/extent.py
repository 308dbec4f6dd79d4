"""How much of the table is tried: a part in every test run, all of it with ``make faults``."""

import os

EVERYTHING = os.environ.get("OQT_FAULTS") == "all"


def some_of(most: int) -> int | None:
    """Return how many points of a row to try; None for all."""
    return None if EVERYTHING else most
