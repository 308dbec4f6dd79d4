"""The kernel answers EIO or ENOSPC: one call, all calls about bytes, or all that change anything.

The error comes out of the system call itself, so SQLite's C code meets it as Python does.
"""

import errno

import pytest

from faults.cells import Result, by_name
from faults.extent import rows_in, some_of
from faults.warm import Warm

COLUMNS = {
    "one call fails with EIO": ("once", errno.EIO, 6),
    "the disk takes no more bytes (EIO)": ("data", errno.EIO, 3),
    "the disk takes no more changes (EIO)": ("all", errno.EIO, 4),
    "the disk becomes full (ENOSPC)": ("full", errno.ENOSPC, 3),
}

# Where an error has once been taken wrongly; the even spread may pass these by.
FOUND_ONCE = (
    ("a withdrawal of the active version", "once", r"^sync \.oneseek/ledger\.db-wal"),
    ("an old tree that is moved away", "once", r"^(rename old |sync /)"),
    ("an erasure", "once", r"^write \.oneseek/vault\.db"),
    ("a new workspace", "data", r"^(write|sync) \.oneseek/(keys/|ledger\.db\.new)"),
)


@pytest.mark.parametrize(
    ("column", "row"),
    [(told, row) for told in COLUMNS for row in rows_in(COLUMNS[told][0], by_name.values())],
)
def test_one_sentence_is_said_and_nothing_is_broken_when(
    column: str, row: str, holding: Warm
) -> None:
    kind, error, most = COLUMNS[column]
    result: Result = holding.call("strike", row, kind, error, some_of(most))
    assert result.wrong == []
    assert result.struck > 0


@pytest.mark.parametrize(("row", "kind", "step"), FOUND_ONCE)
def test_an_error_is_told_truly_at(row: str, kind: str, step: str, holding: Warm) -> None:
    result: Result = holding.call("strike", row, kind, errno.EIO, some_of(4), step)
    assert result.wrong == []
    assert result.struck > 0
