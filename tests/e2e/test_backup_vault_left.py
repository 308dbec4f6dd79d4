"""What a cut left of a backup of the vault, before its entry."""

from pathlib import Path

import pytest

from e2e.workspaces import Workspace
from oneseek.adapters.objects import vault_backup
from oneseek.cli.wiring import ledger_backup
from oneseek.cli.wiring.ledger_backup import back_up_vault
from oneseek.domain.errors import ServiceFailed


@pytest.fixture
def cut(stocked: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A place with a backup of the vault that no entry knows."""

    def away(*_: object) -> None:
        raise ServiceFailed("the ledger is away")

    monkeypatch.setenv("OQT_BACKUP_PASSPHRASE", "korrekt häst")
    monkeypatch.setattr(vault_backup, "_COST", 2)
    place = tmp_path / "disk"
    place.mkdir()
    with monkeypatch.context() as patch:
        patch.setattr(ledger_backup, "record", away)
        with pytest.raises(ServiceFailed):
            back_up(stocked, place)
    return place


def back_up(workspace: Workspace, place: Path) -> None:
    app = workspace.app()
    try:
        back_up_vault(app, place.as_uri())
    finally:
        app.close()


def test_it_goes_when_all_of_it_is_in_the_next_one(stocked: Workspace, cut: Path) -> None:
    (left,) = (cut / "vault").iterdir()
    back_up(stocked, cut)
    assert len(list((cut / "vault").iterdir())) == 1
    assert not left.exists()


def test_it_stays_where_it_holds_more_than_the_next_one(stocked: Workspace, cut: Path) -> None:
    (left,) = (cut / "vault").iterdir()
    app = stocked.app()
    app.vault.seal(b"a text that only the next one knows")
    with app.vault_database.writing() as run:
        run(f"DELETE FROM {app.vault_database.salts}")
    app.close()
    back_up(stocked, cut)
    assert left.exists()


def test_it_stays_where_another_passphrase_opens_it(
    stocked: Workspace, cut: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (left,) = (cut / "vault").iterdir()
    monkeypatch.setenv("OQT_BACKUP_PASSPHRASE", "en annan")
    back_up(stocked, cut)
    assert left.exists()
