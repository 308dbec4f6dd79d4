"""The verbs with their ledger in PostgreSQL, over TCP with a password."""

import json
import os
import tomllib
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from e2e.workspaces import Workspace, make_stocked, train_small
from postgres import VARIABLE as TEST_VARIABLE
from postgres import dropped_after, own_schema, session

VARIABLE = "OQT_LEDGER_URL"


def make(root: Path) -> Workspace:
    root.mkdir()
    return Workspace(root)


def test_every_verb_works_and_no_password_is_written(
    postgres_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(VARIABLE, postgres_url)
    workspace = make_stocked(tmp_path / "w")
    assert not (workspace.root / ".oneseek" / "ledger.db").exists()
    (workspace.root / "more.jsonl").write_bytes(b'{"instruction": "a", "output": "b"}\n')
    workspace.run("dataset", "add", "more.jsonl", "--language", "sv")
    first, second = workspace.versions()
    workspace.run("activate", first)
    workspace.run("activate", second)
    assert json.loads(workspace.run("current", "--json").out)["dna"] == second
    workspace.run("verify", "--deep")
    with session(postgres_url) as connection:
        connection.execute("DELETE FROM state WHERE kind = 'version'")
    workspace.run("verify", "--deep", expect=1)
    workspace.run("rebuild", "state")
    workspace.run("verify", "--deep")
    workspace.run("reset", "--confirm", "RESET")
    workspace.run("restore", first)
    workspace.run("rebuild")
    workspace.run("replay", "--until", str(workspace.size() - 1), "--to", "past")
    log = workspace.run("log", "-n", "100").out
    workspace.run("doctor")
    workspace.run("status")
    workspace.run("verify", "--deep")
    settings = (workspace.root / "oneseek.toml").read_text("utf-8")
    password = urlsplit(postgres_url).password or "password"
    assert password not in settings + log
    url = tomllib.loads(settings)["ledger"]["url"]
    assert url == postgres_url.replace(f":{password}@", "@")


def test_the_settings_name_the_database_and_the_password_comes_from_elsewhere(
    postgres_url: str, tmp_path: Path
) -> None:
    if os.environ.get(TEST_VARIABLE):
        pytest.skip("only the server that the tests start has this password")
    workspace = make(tmp_path / "w")
    workspace.run("init", ".", env={VARIABLE: postgres_url})
    refused = workspace.run("ledger", "head", expect=5)
    assert "no password supplied" in refused.err
    found = workspace.run("ledger", "head", "--json", env={"PGPASSWORD": "sw0rd@f/sh"})
    assert json.loads(found.out)["size"] == 2


def test_an_interrupted_init_is_taken_up_where_it_ended(postgres_url: str, tmp_path: Path) -> None:
    workspace = make(tmp_path / "w")
    env = {VARIABLE: postgres_url}
    workspace.run("init", ".", env=env)
    before = (workspace.root / "oneseek.toml").read_bytes()
    (workspace.root / "oneseek.toml").unlink()
    workspace.run("init", ".", env=env)
    assert (workspace.root / "oneseek.toml").read_bytes() == before
    workspace.run("verify", "--deep", env=env)
    assert json.loads(workspace.run("ledger", "head", "--json", env=env).out)["size"] == 2


@pytest.mark.parametrize("words", [["--origin", "test.example/log"], []])
def test_a_ledger_that_belongs_to_another_workspace_is_never_written_to(
    postgres_url: str, tmp_path: Path, words: list[str]
) -> None:
    env = {VARIABLE: postgres_url}
    owner = make(tmp_path / "owner")
    owner.run("init", ".", "--origin", "test.example/log", env=env)
    stranger = make(tmp_path / "stranger")
    assert "workspace" in stranger.run("init", ".", *words, env=env, expect=4).err
    assert not (stranger.root / "oneseek.toml").exists()
    local = make(tmp_path / "local")
    local.run("init", ".")
    assert "is the ledger of test.example/log" in local.run("log", env=env, expect=4).err
    found = owner.run("ledger", "head", "--json", env=env)
    assert json.loads(found.out)["size"] == 2
    owner.run("verify", "--deep", env=env)


def test_two_workspaces_share_a_database_in_two_schemas(
    postgres_server: str, tmp_path: Path
) -> None:
    with ExitStack() as stack:
        urls = [stack.enter_context(dropped_after(own_schema(postgres_server))) for _ in "ab"]
        for number, url in enumerate(urls):
            workspace = make(tmp_path / str(number))
            workspace.run("init", ".", env={VARIABLE: url})
            workspace.run("verify", "--deep", env={VARIABLE: url})


@pytest.mark.parametrize(
    ("url", "code", "says"),
    [
        ("mysql://anna:cret@host/x", 2, "does not begin with postgresql://"),
        ("postgresql://anna:cr@cret@host/x", 2, "names no host, port and database"),
        ("postgresql://anna:cret@127.0.0.1:1/x", 5, "~/.pgpass)"),
    ],
)
def test_a_wrong_url_makes_nothing_and_shows_no_password(
    url: str, code: int, says: str, tmp_path: Path
) -> None:
    workspace = make(tmp_path / "w")
    done = workspace.run("init", ".", env={VARIABLE: url}, expect=code)
    assert says in done.err
    assert "cret" not in done.out + done.err
    assert list(workspace.root.iterdir()) == []


def test_followers_see_what_another_process_records(
    postgres_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(VARIABLE, postgres_url)
    workspace = make_stocked(tmp_path / "w")
    app, writer = workspace.app(), workspace.app()
    try:
        follower = app.ledger.follow(app.ledger.head().size)
        train_small(writer, 3)
        assert len(next(follower)) >= 1
    finally:
        app.close()
        writer.close()
    assert len(workspace.versions()) == 3
