"""A disk that is really full, and files that may not grow."""

import pytest

from faults.cells import Result, by_name
from faults.extent import rows_in, some_of
from faults.warm import Warm

# What it writes goes into the files of the ledger: nothing gets a name.
NO_NEW_NAMES = ("a cosignature that is kept", "inodes")


@pytest.mark.parametrize(
    ("what", "row"),
    [(what, row) for what in ("blocks", "inodes") for row in rows_in(what, by_name.values())],
)
def test_nothing_is_broken_on_a_disk_without_free(what: str, row: str, mounting: Warm) -> None:
    result: Result = mounting.call("fill_disk", row, what, some_of(4 if what == "blocks" else 3))
    assert result.wrong == []
    assert (result.struck > 0) is ((row, what) != NO_NEW_NAMES)
    assert result.struck < result.cells


@pytest.mark.parametrize("row", rows_in("files", by_name.values()))
def test_nothing_is_broken_where_files_may_not_grow(row: str, warm: Warm) -> None:
    result: Result = warm.call("limit_files", row, some_of(3))
    assert result.wrong == []
    assert result.struck > 0
