"""The connection is cut at each request of a command, before and after it took effect."""

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from e2e.workspaces import make_stocked
from faults import cut_firestore, cut_storage
from faults.extent import EVERYTHING
from oneseek.domain.retention import Policy

if TYPE_CHECKING:
    from firestore_server.service import SmallFirestore
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


def tried(faults: Iterable[str]) -> list[str]:
    """Return which faults are tried: all of them, or the last, which is the worst."""
    return [*faults] if EVERYTHING else [*faults][-1:]


@pytest.mark.usefixtures("hasty")
@pytest.mark.parametrize("fault", tried(cut_storage.FAULTS))
@pytest.mark.parametrize(
    "scene",
    [scene for scene in cut_storage.SCENES if scene.always or EVERYTHING],
    ids=lambda scene: scene.name,
)
def test_nothing_is_lost_or_half_visible_in_storage_when_a_request(
    scene: cut_storage.Scene, fault: str, server: "Running", stock: Path, tmp_path: Path
) -> None:
    stage = cut_storage.Stage.set(scene, server, stock, tmp_path)
    cells, wrong = cut_storage.play_all(stage, fault, points)
    assert wrong == []
    assert cells > 1


@pytest.fixture
def hasty_pushes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Commands that wait for Firestore shortly, and commit little at a time."""
    from oneseek.adapters.documents.deadlines import Deadlines

    def soon() -> Deadlines:
        return Deadlines(contact=0.6, call=0.6, attempt=0.3)

    monkeypatch.setattr("oneseek.adapters.documents.firestore.Deadlines", soon)
    monkeypatch.setattr("oneseek.adapters.documents.target.MOST_DOCUMENTS", 8)
    monkeypatch.setattr("oneseek.adapters.documents.pushing._FULL", 8)


@pytest.mark.usefixtures("hasty_pushes")
@pytest.mark.parametrize("fault", tried(cut_firestore.FAULTS))
@pytest.mark.parametrize("scene", cut_firestore.SCENES, ids=lambda scene: scene.name)
def test_nothing_is_lost_or_half_visible_in_firestore_when_a_request(
    scene: cut_firestore.Scene,
    fault: str,
    small_firestore: "SmallFirestore",
    stock: Path,
    tmp_path: Path,
) -> None:
    stage = cut_firestore.Stage.set(scene, small_firestore, stock, tmp_path)
    cells, wrong = cut_firestore.play_all(stage, fault, points)
    assert wrong == []
    assert cells > 1
