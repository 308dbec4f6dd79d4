"""Every row of the table of bundles gets its verdict from the domain alone."""

from pathlib import Path

import pytest

from bundles.judging import ours
from bundles.table import ROWS, Row


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_a_row_of_the_table_is_judged(row: Row, tmp_path: Path) -> None:
    path = tmp_path / "bundle.zip"
    path.write_bytes(row.make())
    said = ours(path, row.keys)
    assert said.code == row.code, said.text
