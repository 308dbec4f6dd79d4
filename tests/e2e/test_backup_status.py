"""What would I lose if this disk died now? One command, and its answer is exact."""

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from e2e.harm import answered
from e2e.test_restore_all import back_up
from e2e.workspaces import Workspace
from oneseek.cli.wiring import exposing
from oneseek.cli.wiring.exposing import Status, Target
from oneseek.cli.wiring.ledger_backup import back_up_vault


@pytest.fixture
def elsewhere(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let every folder count as one on another disk."""
    look = exposing._target

    def far(*args: object) -> Target:
        return replace(look(*args), counts=True, why="")  # type: ignore[arg-type]

    monkeypatch.setattr(exposing, "_target", far)


def status(workspace: Workspace, *, check: bool = False) -> Status:
    app = workspace.app()
    try:
        return exposing.status(app, check=check)
    finally:
        app.close()


def test_without_backups_everything_would_be_lost(stocked: Workspace) -> None:
    said = stocked.run("backup", "status", expect=1).out

    assert f"0 to {stocked.size() - 1} ({stocked.size()}, since 20" in said
    assert "2 training-started" in said
    for dna in stocked.versions():
        assert f"version  {dna}" in said
    assert "oneseek backup run DNA --to PLACE" in said
    assert "[backup] to in oneseek.toml names no place that would survive this disk" in said
    assert "the salts of 1 dataset (no vault backup)" in said
    assert "checkpoint.pem (NOT protected by a passphrase) is in no backup" in said


def test_copies_on_the_same_disk_do_not_count(stocked: Workspace, tmp_path: Path) -> None:
    (tmp_path / "disk").mkdir()
    back_up(stocked, tmp_path / "disk")

    found = stocked.run("backup", "status", "--json", expect=1).json

    assert isinstance(found, dict)
    (target,) = found["targets"]
    assert (target["counts"], target["why"]) == (False, "it is on the same disk as the workspace")
    assert (found["safe"], found["entries"]["from"]) == (False, 0)


@pytest.mark.usefixtures("elsewhere")
def test_only_what_came_after_the_backups_would_be_lost(
    stocked: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OQT_BACKUP_PASSPHRASE", "korrekt häst")
    place = tmp_path / "disk"
    place.mkdir()
    app = stocked.app()
    try:
        back_up_vault(app, place.as_uri())
    finally:
        app.close()
    back_up(stocked, place)

    sealed = status(stocked)
    # Versions have copies there, but no backup of a version says so.
    assert (sealed.entries.matter, len(sealed.objects.versions)) == (False, 2)
    assert (sealed.secrets.texts, sealed.secrets.salts) == (0, 0)

    size = stocked.size()
    answered(stocked)
    found = status(stocked)

    assert (found.entries.start, found.entries.stop) == (size - 1, size + 1)
    assert dict(found.entries.kinds) == {"query-answered/v1": 1, "backup-taken/v1": 1}
    assert found.secrets.texts == 2
    assert not found.safe


@pytest.mark.usefixtures("elsewhere")
def test_a_check_sees_that_a_backup_is_gone(stocked: Workspace, tmp_path: Path) -> None:
    place = tmp_path / "disk"
    place.mkdir()
    back_up(stocked, place)
    assert not status(stocked, check=True).entries.matter

    for path in (place / "ledger").iterdir():
        path.unlink()

    assert status(stocked, check=True).entries.matter
    assert not status(stocked).entries.matter


@pytest.mark.usefixtures("elsewhere")
def test_with_copies_of_everything_elsewhere_nothing_would_be_lost(
    stocked: Workspace, tmp_path: Path
) -> None:
    (tmp_path / "disk").mkdir()
    place = (tmp_path / "disk").as_uri()
    stocked.run("backup", "run", "--to", place)
    secret = {"OQT_BACKUP_PASSPHRASE": "korrekt häst"}
    stocked.run("backup", "vault", "--to", place, env=secret)
    stocked.run("backup", "ledger", "--to", place)

    found = status(stocked)

    assert found.rows() == []
    assert found.safe
    assert any("base model tiny" in note for note in found.notes())


def test_a_place_in_the_settings_need_not_be_named(stocked: Workspace) -> None:
    settings = stocked.root / "oneseek.toml"
    named = settings.read_text("utf-8").replace("[backup]", '[backup]\nto = ["s3://b/oneseek"]')
    settings.write_text(named, "utf-8")

    said = stocked.run("backup", "status", expect=1).out

    assert "oneseek backup ledger\n" in said
    assert "survive" not in said
    assert said.count("PLACE") == 1  # of the vault, whose place is always named


def test_local_backups_that_went_with_the_old_disk_do_not_count(stocked: Workspace) -> None:
    stocked.run("backup", "ledger")
    shutil.rmtree(stocked.root / "models" / "backups")

    said = stocked.run("backup", "status", expect=1).out

    assert "local: does not count, it is on the same disk as the workspace" in said


def test_backups_that_went_with_the_old_disk_are_given_up_once_taken_again(
    stocked: Workspace,
) -> None:
    secret = {"OQT_BACKUP_PASSPHRASE": "korrekt häst"}
    stocked.run("backup", "run")
    stocked.run("backup", "vault", "--to", "local", env=secret)
    stocked.run("backup", "ledger")
    shutil.rmtree(stocked.root / "models" / "backups")

    found = stocked.run("backup", "verify", "--json", expect=1).json
    assert isinstance(found, dict)
    assert {finding["check"] for finding in found["findings"]} == {"backup-gone"}
    stocked.run("backup", "run")
    stocked.run("backup", "vault", "--to", "local", env=secret)
    stocked.run("backup", "ledger")

    stocked.run("backup", "verify")


def test_objects_that_are_shared_on_the_same_disk_would_be_lost_with_it(
    stocked: Workspace, tmp_path: Path
) -> None:
    (tmp_path / "shared").mkdir()
    shared = {"OQT_OBJECTS_URL": (tmp_path / "shared").as_uri()}

    found = stocked.run("backup", "status", "--json", expect=1, env=shared).json

    assert isinstance(found, dict)
    assert found["versions"] == stocked.versions()
    assert found["objects"]["count"] > 0
    assert found["not_on_this_disk"] == []
