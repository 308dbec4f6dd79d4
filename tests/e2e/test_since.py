"""``oneseek verify --since``: an auditor comes back with the checkpoint of last time."""

import json
import sqlite3
from pathlib import Path

import pytest

from e2e.workspaces import Workspace
from oneseek.adapters.keys.ed25519 import Ed25519Sealer, create_key


@pytest.fixture
def kept(stocked: Workspace) -> Path:
    """The checkpoint before the last activation, in a file of the auditor's."""
    path = stocked.root / "kept.checkpoint"
    path.write_text(stocked.run("ledger", "head", "--note").out, "utf-8")
    stocked.run("activate", "1.0")
    return path


def test_only_what_is_new_is_read(stocked: Workspace, kept: Path) -> None:
    done = stocked.run("verify", "--since", str(kept))
    assert "1 entry after it" in done.out
    told = json.loads(stocked.run("verify", "--since", str(kept), "--json").out)
    assert (told["ok"], told["since"]) == (True, told["size"] - 1)


def test_nothing_new_is_fine_too(stocked: Workspace, kept: Path) -> None:
    kept.write_text(stocked.run("ledger", "head", "--note").out, "utf-8")
    assert "0 entries after it" in stocked.run("verify", "--since", str(kept)).out


def test_a_change_of_a_new_entry_is_found(stocked: Workspace, kept: Path) -> None:
    with sqlite3.connect(stocked.root / ".oneseek" / "ledger.db") as ledger:
        ledger.execute("DROP TRIGGER entries_no_update")
        ledger.execute(
            "UPDATE entries SET state = replace(state, 'activated', 'withdrawn') "
            "WHERE position = (SELECT MAX(position) FROM entries)"
        )
    assert "leaf-hash" in stocked.run("verify", "--since", str(kept), expect=10).out


def test_a_history_that_is_shorter_than_the_checkpoint_is_found(
    stocked: Workspace, kept: Path
) -> None:
    key = stocked.root / ".oneseek" / "keys" / "checkpoint.pem"
    origin = kept.read_text("utf-8").splitlines()[0]
    kept.write_bytes(Ed25519Sealer(origin, key)(500, bytes(32)))
    assert "rolled back" in stocked.run("verify", "--since", str(kept), expect=10).out


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["--since", "nowhere"], 3),
        (["--since", "."], 2),
        (["--since", "oneseek.toml"], 2),
        (["--since", "foreign.checkpoint"], 2),
        (["--since", "stolen.checkpoint"], 2),
        (["--since", "kept.checkpoint", "--deep"], 2),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else None,
)
def test_what_is_no_checkpoint_of_this_ledger_is_refused(
    stocked: Workspace, kept: Path, words: list[str], code: int
) -> None:
    origin = kept.read_text("utf-8").splitlines()[0]
    for name, log in (("foreign", "other.example/log"), ("stolen", origin)):
        pem = stocked.root / f"{name}.pem"
        create_key(pem, log)
        (stocked.root / f"{name}.checkpoint").write_bytes(Ed25519Sealer(log, pem)(3, bytes(32)))
    done = stocked.run("verify", *words, expect=code)
    assert len(done.err.strip().splitlines()) <= 4
