"""Which rows are trained on and which are held out: decided by the seed, the same everywhere.

Rows are ranked by SHA-256 of the seed and the row's number; the lowest share is held out. No
library's random numbers are involved, so the split can be repeated by anybody. Rows with the same
text stay together, ranked by the first of them: what is measured on must not have been trained on.
"""

from collections.abc import Sequence
from hashlib import sha256

from oneseek.domain.errors import InvalidInput
from oneseek.domain.rows import Row


def split_rows(
    rows: Sequence[Row], share: float, seed: int
) -> tuple[tuple[Row, ...], tuple[Row, ...]]:
    """Return (trained on, held out), both in file order; ``share`` is 0 to below 1.

    A share above 0 holds out at least one text and leaves at least one.

    Raises:
        InvalidInput: the share is out of range, or there is only one text to share.
    """
    if not 0 <= share < 1:
        raise InvalidInput(f"the evaluation share must be 0 to below 1, not {share}")
    if share == 0:
        return tuple(rows), ()
    first: dict[tuple[str, str, str], int] = {}
    for row in rows:
        first[_text(row)] = min(row.number, first.get(_text(row), row.number))
    if len(first) < 2:
        raise InvalidInput("one row cannot be split into training and evaluation")
    count = min(max(1, round(len(first) * share)), len(first) - 1)
    ranked = sorted(first.values(), key=lambda number: sha256(f"{seed}:{number}".encode()).digest())
    held_out = set(ranked[:count])
    return (
        tuple(row for row in rows if first[_text(row)] not in held_out),
        tuple(row for row in rows if first[_text(row)] in held_out),
    )


def _text(row: Row) -> tuple[str, str, str]:
    return row.instruction, row.input, row.output
