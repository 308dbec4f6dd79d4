"""Joining: the whole workspace, or the folder as it was."""

import errno
from pathlib import Path

import pytest

from builders import ORIGIN
from oneseek.adapters.keys.ed25519 import create_key, public_key
from oneseek.adapters.objects.tree import hash_tree
from oneseek.adapters.workspace import join
from oneseek.adapters.workspace.join import make_workspace, refuse_unfit
from oneseek.adapters.workspace.paths import Paths
from oneseek.adapters.workspace.settings import read_settings, settings_text
from oneseek.domain.errors import Conflict, InvalidInput, ServiceFailed
from oneseek.domain.note.signed_note import VerifierKey

URL = "postgresql://anna@db.example/ledgers?schema=oneseek"


@pytest.fixture
def trusted(tmp_path: Path) -> VerifierKey:
    return create_key(tmp_path / "other.pem", ORIGIN)


def test_a_joined_workspace_has_a_key_of_its_own_and_trusts_what_it_was_told(
    tmp_path: Path, trusted: VerifierKey
) -> None:
    paths = refuse_unfit(tmp_path / "deep" / "w")
    own = make_workspace(paths, (trusted,), settings_text(ORIGIN, URL))
    assert own == public_key(paths.signing_key, ORIGIN) != trusted
    assert paths.public_key.read_text() == f"{trusted}\n"
    assert paths.signing_key.stat().st_mode & 0o777 == 0o600
    settings = read_settings(paths.settings).ledger
    assert (settings.origin, settings.url) == (ORIGIN, URL)
    with pytest.raises(Conflict, match="a workspace already"):
        refuse_unfit(paths.root)


@pytest.mark.parametrize("when", [1, 2])
@pytest.mark.parametrize("there_before", [True, False])
def test_what_fails_takes_away_what_it_made_and_nothing_else(
    when: int, there_before: bool, tmp_path: Path, trusted: VerifierKey,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    root = tmp_path / "deep" / "w"
    if there_before:
        (root / "datasets").mkdir(parents=True)
        (root / "datasets" / "mine.jsonl").write_text("mine")
    before = hash_tree(tmp_path)
    calls = 0
    original = join.write_atomic

    def fail(path: Path, data: bytes) -> None:
        nonlocal calls
        calls += 1
        if calls == when:
            raise OSError(errno.ENOSPC, "No space left on device")
        original(path, data)

    monkeypatch.setattr(join, "write_atomic", fail)
    with pytest.raises(ServiceFailed):
        make_workspace(Paths(root), (trusted,), settings_text(ORIGIN, URL))
    assert hash_tree(tmp_path) == before


def test_a_key_that_an_interrupted_attempt_left_is_taken_up(
    tmp_path: Path, trusted: VerifierKey
) -> None:
    paths = Paths(tmp_path / "w")
    paths.keys.mkdir(parents=True)
    left = create_key(paths.signing_key, ORIGIN)
    assert make_workspace(paths, (trusted,), settings_text(ORIGIN, URL)) == left


@pytest.mark.parametrize("rest", ["ledger.db", "checkpoint", "vault.db"])
def test_what_is_left_of_another_workspace_is_not_mixed_with(rest: str, tmp_path: Path) -> None:
    (tmp_path / ".oneseek").mkdir()
    (tmp_path / ".oneseek" / rest).write_text("")
    with pytest.raises(Conflict, match="what is left of one"):
        refuse_unfit(tmp_path)


def test_a_file_is_no_folder(tmp_path: Path) -> None:
    (tmp_path / "f").write_text("")
    with pytest.raises(InvalidInput):
        refuse_unfit(tmp_path / "f")
