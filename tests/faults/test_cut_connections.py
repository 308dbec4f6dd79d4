"""The connection is cut at each request of a command, before and after it took effect."""

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from e2e.workspaces import make_stocked
from faults import cut_storage
from faults.cut_storage import FAULTS, SCENES, Scene, Stage
from faults.extent import EVERYTHING
from oneseek.domain.retention import Policy

if TYPE_CHECKING:
    from storage_server.server import Running


@pytest.fixture(scope="module")
def stock(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace with two certified versions."""
    return make_stocked(tmp_path_factory.mktemp("stock") / "w").root


@pytest.fixture
def hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    """Commands that lose patience soon, send what is not tiny in pieces, and prune in the cloud."""
    from oneseek.adapters.backups.patience import Patience

    soon = Patience(connect=0.5, answer=0.5, first=0.3, total=0.3)
    monkeypatch.setattr("oneseek.adapters.backups.patience.PATIENCE", soon)
    monkeypatch.setattr("oneseek.adapters.backups.storage_place.PIECE_BYTES", 2000)
    monkeypatch.setattr("oneseek.adapters.objects.vault_backup._COST", 2)
    monkeypatch.setenv("OQT_BACKUP_PASSPHRASE", "en hemlighet")
    monkeypatch.setattr(Policy, "cloud", Policy.local)


@pytest.fixture
def server(storage: "Running", monkeypatch: pytest.MonkeyPatch) -> "Running":
    """The bucket, which the environment names."""
    monkeypatch.setenv("STORAGE_EMULATOR_HOST", storage.url)
    return storage


def points(items: list[int]) -> list[int]:
    """Return the requests that are tried: all of them, or one in the middle and the last."""
    return items if EVERYTHING else [items[len(items) // 2], items[-1]]


@pytest.mark.usefixtures("hasty")
@pytest.mark.parametrize("fault", FAULTS if EVERYTHING else [*FAULTS][-1:])
@pytest.mark.parametrize(
    "scene", [s for s in SCENES if s.always or EVERYTHING], ids=lambda scene: scene.name
)
def test_nothing_is_lost_or_half_visible_when_a_request(
    scene: Scene, fault: str, server: "Running", stock: Path, tmp_path: Path
) -> None:
    stage = Stage.set(scene, server, stock, tmp_path)
    cells, wrong = cut_storage.play_all(stage, fault, points)
    assert wrong == []
    assert cells > 1
