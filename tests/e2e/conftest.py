"""A stocked workspace per test, copied from one that is made once."""

import shutil
from pathlib import Path

import pytest

from e2e.desks import Desk, make_operator
from e2e.stands import ORIGIN, Log, Stand
from e2e.workspaces import Workspace, copy_workspace, make_stocked
from oneseek.adapters.keys.ed25519 import create_key


@pytest.fixture(scope="session")
def _stock(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_stocked(tmp_path_factory.mktemp("stock") / "w").root


@pytest.fixture
def stocked(_stock: Path, tmp_path: Path) -> Workspace:
    """A workspace with one base model, one dataset and two certified versions, none active."""
    return copy_workspace(_stock, tmp_path / "workspace")


@pytest.fixture(scope="session")
def operator(_stock: Path, tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """A ledger that witnesses cosigned; nobody changes it. What it gave out lies in ``out``."""
    return make_operator(_stock, tmp_path_factory.mktemp("operator"))


@pytest.fixture
def desk(operator: Workspace, tmp_path: Path) -> Desk:
    """What an auditor got from that operator, far from the ledger."""
    shutil.copytree(operator.root / "out", tmp_path / "desk")
    return Desk(tmp_path / "desk", operator.size())


@pytest.fixture(scope="session")
def _witness(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("witness")
    (folder / "log.vkey").write_text(f"{create_key(folder / 'log.pem', ORIGIN)}\n")
    Workspace(folder).run("witness", "init", "w", "--name", "witness.example/w1")
    stand = Stand(Log(folder), Workspace(folder))
    (folder / "first").write_text(stand.cosign(stand.log.note(7)), "utf-8")
    return folder


@pytest.fixture
def stand(_witness: Path, tmp_path: Path) -> Stand:
    """A witness that has cosigned the first seven entries; that checkpoint is ``first``."""
    shutil.copytree(_witness, tmp_path / "machine")
    return Stand(Log(tmp_path / "machine"), Workspace(tmp_path / "machine"))
