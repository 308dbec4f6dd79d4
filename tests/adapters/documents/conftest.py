"""A ledger in memory, whose small collection is run into mirrors."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from shelves import Shelves
from workbench import MEMORY, workbench


@pytest.fixture
def shelves(tmp_path: Path) -> Iterator[Shelves]:
    with workbench(tmp_path, MEMORY) as bench:
        bench.open()
        yield Shelves(bench)
