"""One table of bundles, good and bad, each named by what it is: both verifiers run every row.

The rows are in ``rows/``, a file for each thing that can be wrong.
"""

from bundles.row import REFUSED, ROWS, WITNESS, Row, cosigned, reproved
from bundles.rows import (
    activity,
    beside,
    checkpoints,
    entries,
    fine,
    form,
    history,
    imported,
    keys,
    listings,
    signatures,
)

THEMES = (
    fine,
    form,
    listings,
    checkpoints,
    keys,
    entries,
    history,
    imported,
    activity,
    beside,
    signatures,
)
"""What the rows are about; importing them has filled the table."""

__all__ = ["REFUSED", "ROWS", "THEMES", "WITNESS", "Row", "cosigned", "reproved"]
