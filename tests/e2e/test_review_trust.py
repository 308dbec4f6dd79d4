"""An attacker in the workspace of somebody whom an auditor visits with a key and a checkpoint."""

import sqlite3
from pathlib import Path

import pytest

from e2e.harm import findings, forging, roll_back
from e2e.workspaces import Workspace
from oneseek.adapters.keys.ed25519 import Ed25519Sealer, create_key
from oneseek.domain.merkle.frontier import EMPTY_FRONTIER

ORIGIN = "test.example/log"


@pytest.fixture
def auditor(stocked: Workspace, tmp_path: Path) -> Path:
    """The auditor's own folder: the public key and the newest checkpoint."""
    folder = tmp_path / "auditor"
    folder.mkdir()
    (folder / "log.vkey").write_text((stocked.root / ".oneseek" / "checkpoint.vkey").read_text())
    (folder / "kept").write_text(stocked.run("ledger", "head", "--note").out, "utf-8")
    return folder


def take_over(workspace: Workspace) -> Path:
    """Put a key of the attacker's in the place of the machine's, and pin it too."""
    hidden = workspace.root / ".oneseek"
    pem = hidden / "keys" / "checkpoint.pem"
    pem.unlink()
    key = create_key(pem, ORIGIN)
    for name in ("checkpoint.vkey", "known.vkey"):
        path = hidden / name
        path.chmod(0o644)
        path.write_text(f"{path.read_text()}{key}\n")
    return pem


def test_a_pinned_key_that_an_attacker_added_convinces_no_auditor(
    stocked: Workspace, auditor: Path
) -> None:
    take_over(stocked)
    stocked.run("activate", "1.0")
    key = ("--key", str(auditor / "log.vkey"))
    for words in (key, (*key, "--since", str(auditor / "kept")), (*key, "--deep")):
        found = {check for check, _, _ in findings(stocked, *words, expect=10)}
        assert "checkpoint" in found, words


def test_a_kept_checkpoint_by_a_key_of_this_folder_is_not_believed_beside_a_given_key(
    stocked: Workspace, auditor: Path
) -> None:
    pem = take_over(stocked)
    with sqlite3.connect(stocked.root / ".oneseek" / "ledger.db") as ledger:
        rows = ledger.execute("SELECT leaf_hash FROM entries ORDER BY position").fetchall()
    frontier = EMPTY_FRONTIER.extend([row[0] for row in rows])
    kept = auditor / "forged"
    kept.write_bytes(Ed25519Sealer(ORIGIN, pem)(frontier.size, frontier.root()))
    key = str(auditor / "log.vkey")
    done = stocked.run("verify", "--key", key, "--since", str(kept), expect=2)
    assert "signed by no key that you trust" in done.err


def test_a_roll_back_is_found_with_the_auditors_files_alone(
    stocked: Workspace, auditor: Path
) -> None:
    roll_back(stocked, 4)
    for name in ("checkpoint", "known.vkey"):
        (stocked.root / ".oneseek" / name).unlink(missing_ok=True)
    words = ("--key", str(auditor / "log.vkey"), "--since", str(auditor / "kept"))
    assert ("history", "checkpoint of") in {
        (check, where[:13]) for check, where, _ in findings(stocked, *words, expect=10)
    }


def test_a_ledger_without_its_checkpoints_is_broken_and_not_built_on(stocked: Workspace) -> None:
    with forging(stocked) as connection:
        connection.execute("DELETE FROM checkpoints")
    for words in (("verify",), ("activate", "1.0"), ("verify", "--deep")):
        stocked.run(*words, expect=10)
