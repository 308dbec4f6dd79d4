"""``oneseek ledger move`` in a real workspace: settings, tree, verification, and a kill."""

import json
import shutil
import signal
import subprocess
import sys
import tomllib
from hashlib import sha256
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from e2e.workspaces import Workspace
from oneseek.adapters.workspace.settings import with_ledger_url
from oneseek.domain.errors import InvalidInput

VARIABLE = "OQT_LEDGER_URL"


def tree(workspace: Workspace) -> dict[str, str]:
    """Return the digest of every file of the certified tree and of the integrity manifests."""
    models = workspace.root / "models"
    return {
        str(path.relative_to(models)): sha256(path.read_bytes()).hexdigest()
        for folder in ("oneseek-certified", "oneseek-integrity")
        for path in (models / folder).rglob("*")
        if path.is_file()
    }


def remove_tree(workspace: Workspace) -> None:
    for folder in ("oneseek-certified", "oneseek-integrity"):
        shutil.rmtree(workspace.root / "models" / folder)


def head(workspace: Workspace) -> dict[str, object]:
    found: dict[str, object] = json.loads(workspace.run("ledger", "head", "--json").out)
    return found


def named_url(workspace: Workspace) -> str | None:
    text = (workspace.root / "oneseek.toml").read_text("utf-8")
    found: str | None = tomllib.loads(text)["ledger"].get("url")
    return found


def test_a_moved_ledger_rebuilds_the_same_tree_and_moves_back_with_the_same_root(
    stocked: Workspace, postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    stocked.run("activate", "1.0")
    before, files = head(stocked), tree(stocked)
    settings = (stocked.root / "oneseek.toml").read_bytes()
    out = stocked.run("ledger", "move", postgres_url).out
    assert out.count(str(before["root"])) == 2
    password = urlsplit(postgres_url).password or "password"
    written = (stocked.root / "oneseek.toml").read_text("utf-8")
    assert password not in written + out
    assert named_url(stocked) == postgres_url.replace(f":{password}@", "@")
    assert "# name = " in written

    monkeypatch.setenv("PGPASSWORD", "sw0rd@f/sh")
    assert head(stocked) == before
    remove_tree(stocked)
    stocked.run("rebuild")
    assert tree(stocked) == files
    stocked.run("activate", "2.0")
    assert "no vault" not in stocked.run("verify", "--deep").err
    stocked.run("doctor")
    assert not (stocked.root / ".oneseek" / "vault.db").exists()

    after = head(stocked)
    back = stocked.run("ledger", "move", "sqlite:.oneseek/ledger.db", "--json")
    moved = json.loads(back.out)
    assert (moved["size"], moved["root"]) == (after["size"], after["root"])
    assert head(stocked) == after
    assert (stocked.root / "oneseek.toml").read_bytes() == settings
    files = tree(stocked)
    remove_tree(stocked)
    stocked.run("rebuild")
    assert tree(stocked) == files
    assert (stocked.root / ".oneseek" / "vault.db").is_file()
    assert "no vault" not in stocked.run("verify", "--deep").err


def test_a_rehearsal_changes_nothing(stocked: Workspace) -> None:
    before = {path: path.read_bytes() for path in stocked.root.rglob("oneseek.toml")}
    done = stocked.run("ledger", "move", "sqlite:there.db", "--dry-run", "--json")
    assert json.loads(done.out)["copied"] == stocked.size()
    assert not (stocked.root / "there.db").exists()
    assert {path: path.read_bytes() for path in before} == before
    stocked.run("activate", "1.0")


def test_where_the_environment_names_the_ledger_it_has_to_be_changed_by_hand(
    stocked: Workspace,
) -> None:
    settings = (stocked.root / "oneseek.toml").read_bytes()
    for path in (stocked.root / ".oneseek").glob("ledger.db*"):
        shutil.copy(path, stocked.root / path.name.replace("ledger", "used"))
    env = {VARIABLE: "sqlite:used.db"}
    done = stocked.run("ledger", "move", "sqlite:there.db", env=env)
    assert f"{VARIABLE} is set and goes before the settings: set it to sqlite:there.db" in done.out
    assert (stocked.root / "oneseek.toml").read_bytes() == settings
    refused = stocked.run("activate", "1.0", env=env, expect=4)
    assert "this ledger was moved to sqlite:there.db" in refused.err
    stocked.run("activate", "1.0", env={VARIABLE: "sqlite:there.db"})


def test_the_old_ledger_can_be_read_and_says_where_it_went(stocked: Workspace) -> None:
    stocked.run("ledger", "move", "sqlite:there.db")
    env = {VARIABLE: "sqlite:.oneseek/ledger.db"}
    told = "this ledger was moved to sqlite:there.db"
    assert told in stocked.run("verify", "--deep", env=env).err
    shown = stocked.run("status", env=env).out
    assert f"Closed     {told}" in shown
    assert "Closed" not in stocked.run("status").out
    assert stocked.run("verify").err == ""
    refused = stocked.run("withdraw", "1.0", "--reason", "late", env=env, expect=4)
    assert "this ledger was moved to sqlite:there.db" in refused.err
    assert "moved to sqlite:there.db" in stocked.run("doctor", env=env, expect=1).out
    stocked.run("activate", "1.0")
    stocked.run("doctor")


@pytest.mark.parametrize(
    ("url", "code", "says"),
    [
        ("mysql://anna:cret@host/x", 2, "does not begin with postgresql:// or sqlite:"),
        ("sqlite:", 2, "names no file"),
        ("sqlite://host/x.db", 2, "names a host"),
        ("sqlite:absent/x.db", 2, "there is no folder"),
        ("sqlite:.oneseek/ledger.db", 2, "already"),
        ("sqlite:oneseek.toml", 10, "not a readable SQLite file"),
        ("sqlite:.oneseek/vault.db", 10, "not a OneSeek ledger"),
        ("postgresql://anna:cret@127.0.0.1:1/x", 5, "cannot be reached"),
        ("", 2, "names no place"),
    ],
)
def test_a_place_that_cannot_be_used_leaves_everything_as_it_was(
    stocked: Workspace, url: str, code: int, says: str
) -> None:
    before = (stocked.root / "oneseek.toml").read_bytes()
    for more in (["--dry-run"], []):
        done = stocked.run("ledger", "move", url, *more, expect=code)
        assert says in done.err
        assert "cret" not in done.out + done.err
    assert (stocked.root / "oneseek.toml").read_bytes() == before
    stocked.run("activate", "1.0")


_DIE = """
import os, signal, sys
from oneseek.cli.wiring import moving
moving.write_atomic = lambda *words: os.kill(os.getpid(), signal.SIGKILL)
sys.argv = ["oneseek", "ledger", "move", "sqlite:there.db"]
from oneseek.cli.main import main
main()
"""


def test_a_kill_before_the_settings_are_switched_is_healed_by_repeating_the_move(
    stocked: Workspace,
) -> None:
    settings = (stocked.root / "oneseek.toml").read_bytes()
    done = subprocess.run([sys.executable, "-c", _DIE], cwd=stocked.root, check=False)
    assert done.returncode == -signal.SIGKILL
    assert (stocked.root / "oneseek.toml").read_bytes() == settings
    stocked.run("verify", "--deep")
    refused = stocked.run("activate", "1.0", expect=4)
    assert "oneseek ledger move sqlite:there.db" in refused.err
    stocked.run("ledger", "move", "sqlite:there.db")
    assert named_url(stocked) == "sqlite:there.db"
    stocked.run("activate", "1.0")
    stocked.run("verify", "--deep")


def test_a_path_with_odd_characters_is_written_and_read_again(stocked: Workspace) -> None:
    name = 'å "b" ö.db'
    stocked.run("ledger", "move", f"sqlite:{name}")
    assert named_url(stocked) == f"sqlite:{name}"
    stocked.run("activate", "1.0")


def test_a_moved_workspace_finds_its_ledger_again(stocked: Workspace, tmp_path: Path) -> None:
    stocked.run("ledger", "move", "sqlite:there.db")
    stocked.root.rename(tmp_path / "elsewhere")
    elsewhere = Workspace(tmp_path / "elsewhere")
    elsewhere.run("activate", "1.0")
    elsewhere.run("ledger", "move", "sqlite:.oneseek/ledger.db")
    elsewhere.run("verify", "--deep")


@pytest.mark.parametrize(
    ("text", "fine"),
    [
        ('[ledger]\norigin = "a"\n', True),
        (
            '# x\n[actor]\nname = "url = 1"\n\n[ledger]\n# y\norigin="a"  # z\nurl="sqlite:b"\n',
            True,
        ),
        ('[ledger]\nurl = "sqlite:b"\norigin = "a"', True),
        ('ledger = {origin = "a"}\n', False),
        ('[ledger]\norigin = """\na"""\n', False),
    ],
)
def test_only_the_place_is_changed_in_the_settings(tmp_path: Path, text: str, fine: bool) -> None:
    path = tmp_path / "oneseek.toml"
    path.write_text(text, "utf-8")
    if not fine:
        with pytest.raises(InvalidInput, match="cannot be changed safely"):
            with_ledger_url(path, "sqlite:c")
        return
    changed = with_ledger_url(path, "sqlite:c").decode()
    assert tomllib.loads(changed) == {
        **tomllib.loads(text), "ledger": {"origin": "a", "url": "sqlite:c"}
    }  # fmt: skip
    kept = [line for line in text.splitlines() if not line.startswith("url")]
    assert [line for line in changed.splitlines() if not line.startswith("url")] == kept
    path.write_text(changed, "utf-8")
    assert "url =" not in with_ledger_url(path, None).decode().replace("url = 1", "")


def test_a_workspace_can_begin_with_its_ledger_in_a_file_elsewhere(tmp_path: Path) -> None:
    (tmp_path / "w").mkdir()
    workspace = Workspace(tmp_path / "w")
    workspace.run("init", ".", env={VARIABLE: f"sqlite:{tmp_path}/kept.db"})
    assert named_url(workspace) == f"sqlite:{tmp_path}/kept.db"
    assert not (workspace.root / ".oneseek" / "ledger.db").exists()
    assert workspace.size() == 2
    (tmp_path / "kept.db").unlink()
    assert "kept.db is gone" in workspace.run("status", expect=10).err


def test_the_place_to_move_to_is_not_the_one_that_the_environment_names(
    stocked: Workspace,
) -> None:
    env = {VARIABLE: "sqlite:there.db"}
    done = stocked.run("ledger", "move", "sqlite:there.db", env=env, expect=2)
    assert f"unset {VARIABLE}" in done.err
    assert not (stocked.root / "there.db").exists()
