"""Use cases are tested on a ledger in memory: what they promise does not depend on a database."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from workbench import MEMORY, Workbench, workbench


@pytest.fixture
def blank(tmp_path: Path) -> Iterator[Workbench]:
    """An empty ledger with store and vault in a folder of its own."""
    with workbench(tmp_path, MEMORY) as made:
        yield made
