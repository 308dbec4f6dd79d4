"""A stocked workspace per test, copied from one that is made once."""

from pathlib import Path

import pytest

from e2e.workspaces import Workspace, copy_workspace, make_stocked


@pytest.fixture(scope="session")
def _stock(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_stocked(tmp_path_factory.mktemp("stock") / "w").root


@pytest.fixture
def stocked(_stock: Path, tmp_path: Path) -> Workspace:
    """A workspace with one base model, one dataset and two certified versions, none active."""
    return copy_workspace(_stock, tmp_path / "workspace")
