from pathlib import Path

import pytest

from oneseek.adapters.objects import durable
from oneseek.adapters.objects.partial import is_partial
from oneseek.adapters.workspace.create import complete, prepare
from oneseek.adapters.workspace.join import refuse_unfit
from oneseek.domain.errors import Conflict

ORIGIN = "test.example/log"


def test_a_new_workspace_survives_a_loss_of_power_in_the_folder_where_it_was_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced: list[Path] = []
    monkeypatch.setattr(durable, "fsync_dir", synced.append)
    root = tmp_path / "new" / "models"
    paths, _, _ = prepare(root, ORIGIN, None)
    complete(paths, ORIGIN, None)
    made = {root, *paths.folders}
    assert {folder.parent for folder in made} | {tmp_path} <= set(synced)


def test_what_an_interrupted_init_left_is_swept(tmp_path: Path) -> None:
    name = ".oneseek-0123456789abcdef.partial"
    assert is_partial(name)
    for folder in (tmp_path, tmp_path / ".oneseek", tmp_path / ".oneseek" / "keys"):
        folder.mkdir(exist_ok=True)
        (folder / name).write_bytes(b"half")
    prepare(tmp_path, ORIGIN, None)
    assert not list(tmp_path.rglob("*.partial"))


def test_older_models_stay_where_they_are(tmp_path: Path) -> None:
    old = tmp_path / "models" / "oneseek-certified" / "OneSeek-7B-Zero.v1.0"
    old.mkdir(parents=True)
    with pytest.raises(Conflict, match="oneseek-certified holds what no workspace"):
        prepare(tmp_path, ORIGIN, None)
    with pytest.raises(Conflict, match="oneseek-certified holds what no workspace"):
        refuse_unfit(tmp_path)
    assert [path for path in tmp_path.rglob("*") if path not in (old, *old.parents)] == []


def test_an_interrupted_init_goes_on_although_its_own_tree_stands_already(tmp_path: Path) -> None:
    paths, _, _ = prepare(tmp_path, ORIGIN, None)
    (paths.certified / "README.md").touch()
    prepare(tmp_path, ORIGIN, None)
