"""Attacks and mishaps that a look from outside thought of, through the real command."""

import json
import shutil
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path

import pytest

from e2e.workspaces import ONESEEK, Workspace
from oneseek.adapters.keys.ed25519 import create_key
from oneseek.adapters.objects.tree import TreeEntry, hash_tree
from oneseek.cli.output import one_line, printable
from oneseek.cli.wiring import bases
from oneseek.cli.wiring.writing import writing
from oneseek.domain.decisions.lookup import find_base
from oneseek.domain.errors import ServiceFailed
from oneseek.domain.merkle.frontier import EMPTY_FRONTIER
from oneseek.domain.usecases.ask import Answered, Reply, ask


@contextmanager
def forging(workspace: Workspace) -> Iterator[sqlite3.Connection]:
    """Open the ledger as whoever owns the file: no trigger stands in the way."""
    connection = sqlite3.connect(workspace.root / ".oneseek" / "ledger.db")
    try:
        names = connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
        for (name,) in names.fetchall():
            connection.execute(f"DROP TRIGGER {name}")
        yield connection
        connection.commit()
    finally:
        connection.close()


def findings(workspace: Workspace, *words: str, expect: int) -> list[tuple[str, str, str]]:
    """Return what ``verify`` found: check, where, expected."""
    done = workspace.run("verify", "--json", *words, expect=expect)
    return [(f["check"], f["where"], f["expected"]) for f in json.loads(done.out)["findings"]]


def state(workspace: Workspace) -> dict[str, TreeEntry]:
    """Return every file but those that SQLite keeps for its readers."""
    tree = hash_tree(workspace.root)
    return {path: entry for path, entry in tree.items() if "ledger.db-" not in path}


def roll_back(workspace: Workspace, size: int) -> None:
    """Make the ledger one of ``size`` entries that fits its own head and checkpoint."""
    with forging(workspace) as connection:
        rows = connection.execute(
            "SELECT leaf_hash FROM entries WHERE position < ? ORDER BY position", (size,)
        )
        frontier = EMPTY_FRONTIER.extend([row[0] for row in rows])
        connection.execute("DELETE FROM entries WHERE position >= ?", (size,))
        connection.execute("DELETE FROM checkpoints WHERE size > ?", (size,))
        connection.execute(
            "UPDATE head SET size = ?, frontier = ?, clock = (SELECT max(clock) FROM entries), "
            "checkpoint = (SELECT note FROM checkpoints WHERE size = ?)",
            (size, frontier.to_bytes(), size),
        )


def answered(workspace: Workspace) -> Answered:
    """Record an answer of the base model."""
    app = workspace.app()
    try:
        with writing(app) as ports:
            with ports.ledger.view() as view:
                base = find_base(view, "tiny")
            return ask(
                ports,
                question="Vem är du?",
                base=base,
                version=None,
                generate=lambda _: Reply("Jag är OneSeek.", 3, 4),
            )
    finally:
        app.close()


# What must never be signed


def test_a_changed_frontier_is_not_signed(stocked: Workspace) -> None:
    with forging(stocked) as connection:
        connection.execute("UPDATE head SET frontier = zeroblob(length(frontier))")
    done = stocked.run("withdraw", "1.0", expect=10)
    assert "not what was signed" in done.err
    assert findings(stocked, expect=10)[0][0] == "head-root"


def test_an_older_checkpoint_in_the_head_row_is_not_built_on(stocked: Workspace) -> None:
    with forging(stocked) as connection:
        connection.execute(
            "UPDATE head SET checkpoint = (SELECT note FROM checkpoints ORDER BY size LIMIT 1)"
        )
    stocked.run("activate", "1.0", expect=10)


def test_a_ledger_that_was_rolled_back_is_not_continued(stocked: Workspace) -> None:
    size = stocked.size()
    tree = hash_tree(stocked.certified)
    roll_back(stocked, size - 2)
    done = stocked.run("withdraw", "1.0", expect=10)
    assert "does not go on from" in done.err
    assert "restore" in done.err
    stocked.run("rebuild", expect=10)
    shutil.rmtree(stocked.root / ".oneseek" / "projections")
    stocked.run("versions")
    assert hash_tree(stocked.certified) == tree  # it shows what the ledger has lost
    assert ("checkpoint-file", f"at most the ledger's size {size - 2}") in [
        (check, expected) for check, _, expected in findings(stocked, expect=10)
    ]


def test_a_checkpoint_file_of_another_history_is_found(stocked: Workspace) -> None:
    size = stocked.size()
    sealer = stocked.app()._seal
    (stocked.root / ".oneseek" / "checkpoint").write_bytes(sealer(size, b"\x01" * 32))
    assert [check for check, _, _ in findings(stocked, expect=10)] == ["checkpoint-file"]
    stocked.run("withdraw", "1.0", expect=10)


@pytest.mark.parametrize("text", ["", "x\n", "test.example/log\n99\nAAAA\n"])
def test_a_checkpoint_file_that_nobody_signed_is_found_and_stops_nobody(
    text: str, stocked: Workspace
) -> None:
    (stocked.root / ".oneseek" / "checkpoint").write_text(text, "utf-8")
    assert [check for check, _, _ in findings(stocked, expect=1)] == ["checkpoint-file"]
    stocked.run("activate", "1.0")
    stocked.run("verify")


def test_a_wrong_stored_hash_is_not_taken_for_another_history(stocked: Workspace) -> None:
    with forging(stocked) as connection:
        connection.execute("UPDATE entries SET leaf_hash = zeroblob(32) WHERE position = 4")
    checks = [check for check, _, _ in findings(stocked, expect=10)]
    assert checks[0] == "leaf-hash"
    assert "checkpoint-file" not in checks


def test_another_signing_key_signs_nothing(stocked: Workspace) -> None:
    path = stocked.root / ".oneseek" / "keys" / "checkpoint.pem"
    path.unlink()
    create_key(path, "test.example/log")
    size = stocked.size()
    done = stocked.run("activate", "1.0", expect=4)
    assert "is not a key of this ledger" in done.err
    assert stocked.size() == size
    stocked.run("verify")


def test_a_lost_ledger_is_never_replaced_by_a_new_one(stocked: Workspace) -> None:
    for path in (stocked.root / ".oneseek").glob("ledger.db*"):
        path.unlink()
    for words in (["verify"], ["log"], ["activate", "1.0"]):
        assert "is gone" in stocked.run(*words, expect=10).err
    stocked.run("doctor", expect=1)
    (stocked.root / "oneseek.toml").unlink()
    assert "which is gone" in stocked.run("init", ".", expect=4).err
    assert not (stocked.root / ".oneseek" / "ledger.db").exists()


# What a deep verification must find, and where


def test_one_exchanged_checkpoint_of_long_ago_is_found(stocked: Workspace) -> None:
    with forging(stocked) as connection:
        connection.execute("UPDATE checkpoints SET note = x'00' WHERE size = 3")
    found = findings(stocked, "--deep", expect=10)
    assert ("checkpoint", "checkpoint of 3 entries", "signed by a known key") in found


def test_a_checkpoint_under_another_size_is_found(stocked: Workspace) -> None:
    with forging(stocked) as connection:
        connection.execute("DELETE FROM checkpoints WHERE size = 3")
        connection.execute("UPDATE checkpoints SET size = 3 WHERE size = 4")
    found = findings(stocked, "--deep", expect=10)
    assert ("checkpoint", "checkpoint of 3 entries", "signed by a known key") in found


@pytest.mark.parametrize("what", ["row order", "losses"])
def test_lost_evidence_of_a_training_is_found_with_its_entry(what: str, stocked: Workspace) -> None:
    logged = stocked.run("log", "--kind", "training-completed", "--json").out.splitlines()
    entry = json.loads(logged[0])
    digest = entry["body"][what.replace(" ", "_")]
    (stocked.root / ".oneseek" / "objects" / digest[:2] / digest[2:]).unlink()
    found = findings(stocked, "--deep", expect=1)
    expected = f"{what} of training {entry['body']['training']}, named by entry {entry['index']}"
    assert ("object-missing", digest, expected) in found


def test_a_damaged_object_is_found_with_version_and_entry(stocked: Workspace) -> None:
    (version, *_) = json.loads(stocked.run("versions", "--json").out)
    digest = version["weights"]
    path = stocked.root / ".oneseek" / "objects" / digest[:2] / digest[2:]
    path.chmod(0o644)
    data = bytearray(path.read_bytes())
    data[-1] ^= 1
    path.write_bytes(data)
    found = findings(stocked, "--deep", expect=1)
    (expected,) = (text for check, _, text in found if check == "object-damaged")
    assert f"adapter_model.safetensors of version {version['dna']}" in expected
    assert f"entry {version['index']}" in expected


def test_a_damaged_base_model_is_found_and_nothing_is_written(stocked: Workspace) -> None:
    (stocked.root / "models" / "basemodeller" / "tiny" / "config.json").write_bytes(b"{}")
    before = state(stocked)
    found = findings(stocked, "--deep", expect=1)
    assert [check for check, _, _ in found] == ["base-model"]
    assert "base model tiny, registered by entry 2" in found[0][1]
    assert state(stocked) == before


def test_a_deep_verification_writes_nothing(stocked: Workspace) -> None:
    before = state(stocked)
    stocked.run("verify", "--deep")
    assert state(stocked) == before


def test_other_salts_are_found(stocked: Workspace) -> None:
    with sqlite3.connect(stocked.root / ".oneseek" / "vault.db") as connection:
        connection.execute("UPDATE salts SET salts = zeroblob(length(salts))")
    found = findings(stocked, "--deep", expect=1)
    assert [check for check, _, _ in found] == ["salts"]
    assert "identity_v1" in found[0][1]


def test_a_lost_sealed_text_is_found_with_its_query(stocked: Workspace) -> None:
    answer = answered(stocked)
    entry = json.loads(stocked.run("entry", str(answer.index), "--json").out)["entry"]
    digest = entry["body"]["question"]
    (stocked.root / ".oneseek" / "objects" / digest[:2] / digest[2:]).unlink()
    ((check, where, expected),) = findings(stocked, "--deep", expect=1)
    assert (check, where) == ("object-missing", digest)
    assert f"question of query {answer.query}, named by entry {answer.index}" in expected


def test_a_lost_key_of_a_sealed_text_is_found(stocked: Workspace) -> None:
    answer = answered(stocked)
    with sqlite3.connect(stocked.root / ".oneseek" / "vault.db") as connection:
        connection.execute("DELETE FROM keys")
    found = findings(stocked, "--deep", expect=1)
    assert [check for check, _, _ in found] == ["sealed-text", "sealed-text"]
    assert answer.query in found[0][1]


def test_an_erased_text_that_can_still_be_read_is_found_until_it_is_erased(
    stocked: Workspace,
) -> None:
    answer = answered(stocked)
    vault = stocked.root / ".oneseek" / "vault.db"
    kept = vault.read_bytes()
    stocked.run("erase", answer.query)
    assert findings(stocked, "--deep", expect=0) == []
    vault.write_bytes(kept)
    assert [check for check, _, _ in findings(stocked, "--deep", expect=1)] == ["not-erased"] * 2
    stocked.run("erase", answer.query)
    stocked.run("verify", "--deep")


def test_a_copy_without_the_vault_can_be_verified(stocked: Workspace) -> None:
    (stocked.root / ".oneseek" / "vault.db").unlink()
    assert "not checked" in stocked.run("verify", "--deep").err


def test_a_vault_that_cannot_be_read_is_found(stocked: Workspace) -> None:
    (stocked.root / ".oneseek" / "vault.db").write_bytes(b"no vault")
    assert [check for check, _, _ in findings(stocked, "--deep", expect=1)] == ["vault"]


def test_a_state_that_cannot_be_read_does_not_end_the_verification(stocked: Workspace) -> None:
    (stocked.certified / "README.md").chmod(0o600)
    with forging(stocked) as connection:
        connection.execute("UPDATE state SET body = x'00' WHERE kind = 'version'")
    checks = [check for check, _, _ in findings(stocked, expect=1)]
    assert "state" in checks
    stocked.run("rebuild", "state")
    assert [check for check, _, _ in findings(stocked, expect=1)] == ["drift-wrong-mode"]


# Links and paths that lead out


def test_a_link_in_the_place_of_the_certified_tree_is_never_written_through(
    stocked: Workspace, tmp_path: Path
) -> None:
    stocked.certified.rename(tmp_path / "elsewhere")
    stocked.certified.symlink_to(tmp_path / "elsewhere")
    before = hash_tree(tmp_path / "elsewhere")
    size = stocked.size()
    for words in (["activate", "1.0"], ["rebuild"]):
        assert "is a link, not a folder" in stocked.run(*words, expect=1).err
    assert hash_tree(tmp_path / "elsewhere") == before
    assert stocked.size() == size


@pytest.mark.parametrize("name", ["../../../evil", "/tmp/evil", "..", ""])
def test_a_name_in_a_forged_entry_leads_nowhere(
    name: str, stocked: Workspace, tmp_path: Path
) -> None:
    stocked.run("activate", "1.0")
    index = stocked.size() - 1
    with forging(stocked) as connection:
        (raw,) = connection.execute(
            "SELECT state FROM entries WHERE position = ?", (index,)
        ).fetchone()
        head, _, tail = bytes(raw).partition(b'"dna":"')
        forged = head + b'"dna":"' + name.encode() + tail[tail.index(b'"') :]
        connection.execute(
            "UPDATE entries SET state = ?, leaf_hash = ? WHERE position = ?",
            (forged, sha256(b"\0" + forged).digest(), index),
        )
    done = stocked.run("replay", "--until", str(index + 1), "--to", str(tmp_path / "r"), expect=10)
    assert "no folder can be called so" in done.err
    assert not (tmp_path / "r").exists()


@pytest.mark.parametrize(
    "folder", ["models/oneseek-certified/then", "models/oneseek-integrity/then", ".oneseek/then"]
)
def test_a_replay_does_not_fill_the_ledgers_own_folders(folder: str, stocked: Workspace) -> None:
    stocked.run("replay", "--until", "3", "--to", folder, expect=2)
    assert not (stocked.root / folder).exists()
    stocked.run("verify")


# What others wrote, on the screen


def test_whoever_acts_cannot_write_lines_of_the_log(stocked: Workspace) -> None:
    for actor in ("anna\n    99  forged", "a\x1b[31m", "x" * 300, "a\u202eb"):
        done = stocked.run("activate", "1.0", "--actor", actor, expect=2)
        assert "not a usable name" in done.err
    assert stocked.size() == json.loads(stocked.run("ledger", "head", "--json").out)["size"]


def test_a_reason_cannot_steer_the_terminal(stocked: Workspace) -> None:
    stocked.run("withdraw", "1.0", "--reason", "one\n  99  two\x1b[31m\rthree")
    (line,) = stocked.run("log", "-n", "1").out.splitlines()
    assert r"one\n  99  two\x1b[31m\rthree" in line


def test_a_file_name_cannot_write_findings(stocked: Workspace) -> None:
    (stocked.certified / "a\n✓ all is well\x1b[2J").write_text("x", "utf-8")
    done = stocked.run("verify", expect=1)
    assert len(done.out.splitlines()) == 5
    assert "\x1b" not in done.out


@pytest.mark.parametrize(
    ("text", "shown"),
    [("å\n🙂\t", "å\n🙂\t"), ("\x1b[0m", r"\x1b[0m"), ("\u202e", r"\u202e"), ("\r\x9b", r"\r\x9b")],
)
def test_what_steers_a_terminal_is_shown_as_an_escape(text: str, shown: str) -> None:
    assert printable(text) == shown
    assert "\n" not in one_line(text)


def test_a_second_withdrawal_says_so(stocked: Workspace) -> None:
    stocked.run("withdraw", "1.0", "--reason", "first")
    done = stocked.run("withdraw", "1.0", "--reason", "second")
    assert "was withdrawn before" in done.out


# The system's own refusals


def test_a_full_output_is_no_fault_of_ours(stocked: Workspace) -> None:
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [str(ONESEEK), "log"], cwd=stocked.root, stdout=full, stderr=subprocess.PIPE,
            text=True, check=False,
        )  # fmt: skip
    assert done.returncode == 5
    assert "fault of OneSeek" not in done.stderr
    assert "No space left" in done.stderr


def test_a_closed_output_is_no_fault_at_all(stocked: Workspace) -> None:
    done = subprocess.run(
        ["sh", "-c", f'exec "{ONESEEK}" log >&-'], cwd=stocked.root, stderr=subprocess.PIPE,
        text=True, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")


def test_an_index_beyond_every_database_is_a_usage_error(stocked: Workspace) -> None:
    stocked.run("entry", "99999999999999999999", expect=2)


def test_a_base_model_folder_that_cannot_be_read_is_one_sentence(
    stocked: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    def gone(*_: object) -> None:
        raise FileNotFoundError(2, "No such file or directory", "x")

    monkeypatch.setattr(bases, "read_manifest", gone)
    app = stocked.app()
    try:
        with writing(app) as ports, pytest.raises(ServiceFailed, match="cannot read"):
            bases.register_folder(app, ports, stocked.root / "models", "other")
    finally:
        app.close()
