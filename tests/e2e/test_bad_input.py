"""Bad input: one clear sentence, the right exit code, nothing written, nothing lost."""

import json
import os
import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from e2e.workspaces import Workspace
from oneseek.adapters.objects.tree import hash_tree

GOOD = b'{"instruction": "a", "output": "b"}\n'


def _state(workspace: Workspace) -> tuple[int, dict[str, str | None]]:
    """Return what must not change: the ledger's size and every object and file of the trees."""
    files = hash_tree(workspace.root / "models") | hash_tree(workspace.root / ".oneseek/objects")
    return workspace.size(), {path: entry.digest for path, entry in files.items()}


@pytest.mark.parametrize(
    ("words", "code", "says"),
    [
        (["activate", "OneSeek-7B-Zero.v9"], 3, "there is no version"),
        (["activate", "OneSeek-7B-Zero.v"], 2, "is the beginning of 2 versions"),
        (["show", "3.0"], 3, "there is no version"),
        (["current"], 3, "no version is active"),
        (["current", "--at", "yesterday"], 2, "neither a tree size nor a time"),
        (["current", "--at", "5000"], 2, "the ledger has"),
        (["entry", "5000"], 3, "there is no entry 5000"),
        (["log", "--kind", "nonsense"], 2, "unknown kind"),
        (["log", "--since", "soon"], 2, "neither a tree size nor a time"),
        (["base", "show", "nothing"], 3, "there is no base model"),
        (["base", "register", "nowhere"], 3, "no base model folder"),
        (["base", "create", "bad name"], 2, "not a usable name"),
        (["base", "create", "../up"], 2, "not a usable name"),
        (["base", "create", "tiny"], 4, "exists already"),
        (["dataset", "show", "nothing"], 3, "there is no dataset"),
        (["dataset", "add", "nowhere.jsonl"], 3, "there is no file"),
        (["dataset", "add", "models"], 2, "is a folder"),
        (["dataset", "prove", "identity_v1"], 2, "either --row or --text"),
        (["dataset", "prove", "identity_v1", "--row", "99"], 2, "there is no row 99"),
        (["dataset", "prove", "identity_v1", "--text", "nobody wrote this"], 3, "no row"),
        (["dataset", "check", "oneseek.toml"], 2, "not a row proof"),
        (["train", "--base", "nothing", "--dataset", "identity_v1"], 3, "there is no base model"),
        (["train", "--base", "tiny", "--dataset", "nothing"], 3, "there is no dataset"),
        (["train", "--base", "tiny", "--dataset", "identity_v1", "--epochs", "0"], 2, "--epochs"),
        (["train", "--base=tiny", "--dataset=identity_v1", "--target-modules=,"], 2, "no module"),
        (["ask", " "], 2, "the question is empty"),
        (["ask", "x", "--version", "1.0", "--base", "tiny"], 2, "either --version or --base"),
        (["ask", "x"], 3, "no version is active"),
        (["erase", "20000101-ffff"], 3, "no query"),
        (["rebuild", "nonsense"], 2, "there is no projection"),
        (["verify", "--key", "nonsense"], 2, "neither a public key"),
        (["init", "."], 4, "is a workspace already"),
        (["nonsense"], 2, "No such command"),
        (["reset", "--confirm", "yes"], 2, "needs the word RESET"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else None,
)
def test_a_wrong_word_changes_nothing(
    words: list[str], code: int, says: str, stocked: Workspace
) -> None:
    before = _state(stocked)
    done = stocked.run(*words, expect=code)
    assert says in done.err
    assert _state(stocked) == before
    assert not list((stocked.root / ".oneseek" / "staging").iterdir())


@pytest.mark.parametrize("words", [["show", "3.0"], ["log", "--kind", "x"], ["nonsense"]])
def test_errors_are_json_where_json_is_asked_for(words: list[str], stocked: Workspace) -> None:
    done = stocked.run(*words, "--json", expect=3 if words[0] == "show" else 2)
    found = json.loads(done.err)
    assert found["exit_code"] == done.code
    assert found["message"]


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "has no rows"),
        (b"\xef\xbb\xbf" + GOOD, "byte order mark"),
        (GOOD + b"\n" + GOOD, "line 2: the line is empty"),
        (GOOD + b'{"instruction": "a"}\n', "line 2: missing field `output`"),
        (GOOD + b'{"instruction": "", "output": "b"}\n', "line 2: `instruction` is empty"),
        (GOOD + b'{"instruction": 5, "output": "b"}\n', "line 2: Expected `str`"),
        (GOOD + b"{'a': 1}\n", "line 2: not JSON"),
        (GOOD + b'{"instruction": "\xff", "output": "b"}\n', "line 2: not UTF-8 at byte 18"),
        (GOOD + b'{"instruction": "a\\u0000", "output": "b"}\n', "line 2: it holds a NUL"),
        (GOOD + b'{"instruction": "' + b"a" * 2_000_000 + b'", "output": "b"}', "line 2: 2000034"),
    ],
)
def test_a_bad_dataset_is_refused_with_line_and_reason(
    data: bytes, says: str, stocked: Workspace
) -> None:
    path = stocked.root / "bad.jsonl"
    path.write_bytes(data)
    before = _state(stocked)
    assert says in stocked.run("dataset", "add", "bad.jsonl", expect=2).err
    assert _state(stocked) == before


def test_windows_line_ends_are_line_ends(stocked: Workspace) -> None:
    (stocked.root / "crlf.jsonl").write_bytes(GOOD.replace(b"\n", b"\r\n") * 2)
    done = json.loads(stocked.run("dataset", "add", "crlf.jsonl", "--json").out)
    assert (done["rows"], done["duplicates"]) == (2, [[2, 1]])


def test_a_base_with_a_missing_shard_is_refused(stocked: Workspace) -> None:
    folder = stocked.root / "sharded"
    folder.mkdir()
    (folder / "config.json").write_bytes(b'{"model_type": "mistral"}')
    shards = {"a": "model-00001-of-00002.safetensors", "b": "model-00002.safetensors"}
    index = {"weight_map": shards}
    (folder / "model.safetensors.index.json").write_text(json.dumps(index))
    (folder / "model-00001-of-00002.safetensors").write_bytes(b"x")
    done = stocked.run("base", "register", "sharded", expect=2)
    assert "1 of 2 shards" in done.err
    assert "model-00002.safetensors" in done.err


def _no_settings(root: Path) -> None:
    (root / "oneseek.toml").unlink()


def _broken_settings(root: Path) -> None:
    (root / "oneseek.toml").write_text("[ledger\n")


def _wrong_settings(root: Path) -> None:
    (root / "oneseek.toml").write_text('[ledger]\norigin = "a"\ncolour = "red"\n')


def _no_ledger(root: Path) -> None:
    for path in (root / ".oneseek").glob("ledger.db*"):
        path.unlink()


def _ledger_is_text(root: Path) -> None:
    _no_ledger(root)
    (root / ".oneseek" / "ledger.db").write_text("this is not a database, but it is long enough")


def _other_database(root: Path) -> None:
    _no_ledger(root)
    with sqlite3.connect(root / ".oneseek" / "ledger.db") as connection:
        connection.execute("CREATE TABLE head (size INTEGER)")


def _newer_format(root: Path) -> None:
    connection = sqlite3.connect(root / ".oneseek" / "ledger.db")
    connection.execute("PRAGMA user_version = 99")
    connection.close()


def _no_key(root: Path) -> None:
    (root / ".oneseek" / "keys" / "checkpoint.pem").unlink()


def _key_is_text(root: Path) -> None:
    (root / ".oneseek" / "keys" / "checkpoint.pem").write_text("no key")


@pytest.mark.parametrize(
    ("harm", "code", "says"),
    [
        (_no_settings, 3, "is not in a workspace"),
        (_broken_settings, 2, "is not TOML"),
        (_wrong_settings, 2, "has a wrong setting"),
        (_no_ledger, 10, "is gone"),
        (_ledger_is_text, 10, "is not a readable SQLite file"),
        (_other_database, 10, "is not a OneSeek ledger"),
        (_newer_format, 10, "was made by a newer OneSeek"),
        (_no_key, 3, "the signing key"),
        (_key_is_text, 5, "does not hold an Ed25519 private key"),
    ],
)
def test_a_harmed_workspace_is_told_in_one_sentence(
    harm: Callable[[Path], None], code: int, says: str, stocked: Workspace
) -> None:
    harm(stocked.root)
    done = stocked.run("activate", "1.0", expect=code)
    assert says in done.err
    assert len(done.err.strip().splitlines()) <= 2


def test_an_object_whose_bytes_changed_is_named(stocked: Workspace) -> None:
    digest = json.loads(stocked.run("show", "1.0", "--json").out)["weights"]
    path = stocked.app().objects.path(digest)
    path.chmod(0o644)
    path.write_bytes(path.read_bytes()[:-1] + b"!")
    path.chmod(0o444)
    found = json.loads(stocked.run("objects", "check", "--json", expect=1).out)["findings"]
    assert [item["check"] for item in found] == ["object-damaged"]
    shutil.rmtree(stocked.certified)
    done = stocked.run("rebuild", expect=1)
    assert digest in done.err


def test_current_replaced_by_a_folder_is_drift_and_is_repaired(stocked: Workspace) -> None:
    stocked.run("activate", "1.0")
    link = stocked.certified / "OneSeek-7B-Zero-CURRENT"
    link.unlink()
    link.mkdir()
    (link / "somebody.txt").write_text("kept")
    found = json.loads(stocked.run("verify", "--json", expect=1).out)["findings"]
    assert {item["check"] for item in found} == {"drift-wrong-kind", "drift-extra"}
    stocked.run("rebuild")
    assert link.is_symlink()
    displaced = stocked.root / ".oneseek" / "displaced"
    assert "kept" in {path.read_text() for path in displaced.rglob("somebody.txt")}
    stocked.run("verify")


def test_a_name_that_is_not_utf8_is_found_and_moved_away(stocked: Workspace) -> None:
    odd = os.fsencode(stocked.certified) + b"/odd\xff.bin"
    with open(odd, "wb") as file:  # noqa: PTH123 - pathlib has no bytes
        file.write(b"odd")
    found = json.loads(stocked.run("verify", "--json", expect=1).out)["findings"]
    assert [item["where"].endswith("odd\\xff.bin") for item in found] == [True]
    stocked.run("rebuild")
    assert not os.path.lexists(odd)
    stocked.run("verify")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_an_unwritable_workspace_can_still_be_read(stocked: Workspace) -> None:
    hidden = stocked.root / ".oneseek"
    for path in [hidden, *hidden.rglob("*")]:
        path.chmod(0o555 if path.is_dir() else 0o444)
    try:
        stocked.run("log")
        assert stocked.run("activate", "1.0", expect=5).err
    finally:
        for path in [hidden, *hidden.rglob("*")]:
            path.chmod(0o755 if path.is_dir() else 0o644)
