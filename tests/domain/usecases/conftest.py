"""Use cases are tested on a ledger in memory: what they promise does not depend on a database.

The tests of row proofs share a dataset, a version trained on it, and a proof.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest

from oneseek.domain.dataset.commitment import RowProof
from oneseek.domain.decisions.lookup import find_dataset, find_version
from oneseek.domain.errors import NotFound
from oneseek.domain.state.documents import Dataset, Version
from oneseek.domain.usecases.prove_row import prove_dataset_row
from workbench import MEMORY, Workbench, workbench


@pytest.fixture
def blank(tmp_path: Path) -> Iterator[Workbench]:
    """An empty ledger with store and vault in a folder of its own."""
    with workbench(tmp_path, MEMORY) as made:
        yield made


@pytest.fixture
def dataset(stocked: Workbench) -> Dataset:
    with stocked.ledger.view() as view:
        return find_dataset(view, "identity")


@pytest.fixture
def version(stocked: Workbench) -> Version:
    with stocked.ledger.view() as view:
        return find_version(view, "2.0")


@pytest.fixture
def trained_rows(stocked: Workbench, dataset: Dataset, version: Version) -> list[int]:
    """The rows that were not held out."""

    def is_trained(row: int) -> bool:
        try:
            prove_dataset_row(stocked.ports, dataset, row, version)
        except NotFound:
            return False
        return True

    return [row for row in range(1, dataset.rows + 1) if is_trained(row)]


@pytest.fixture
def proof(
    stocked: Workbench, dataset: Dataset, version: Version, trained_rows: list[int]
) -> RowProof:
    """The proof that the version was trained on a row."""
    return prove_dataset_row(stocked.ports, dataset, trained_rows[0], version)
