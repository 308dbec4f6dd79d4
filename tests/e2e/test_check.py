"""``oneseek check`` tells by its bytes what a file is; keys are given the same way everywhere."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from e2e.workspaces import Workspace, copy_workspace
from oneseek.adapters.bundle.verifier import verifier_script
from oneseek.adapters.keys.ed25519 import create_key

KINDS = {
    "entry.tlog-proof": "entry 3 is in the log",
    "all.consistency": "begins with the 0",
    "head.checkpoint": "the log signed this checkpoint",
    "then.proof": "was active",
    "row.json": "row 1 of",
    "version.zip": "The bundle holds.",
}


@pytest.fixture(scope="module")
def _handed(_stock: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with one file of every kind, and two keys in one file: the log's is the second."""
    made = copy_workspace(_stock, tmp_path_factory.mktemp("handed") / "w")
    out = made.root / "out"
    out.mkdir()
    made.run("activate", "1.0")
    made.run("ledger", "index")
    made.run("ledger", "prove", "3", "-o", "out/entry.tlog-proof")
    made.run("ledger", "consistency", "0", "-o", "out/all.consistency")
    made.run("ledger", "consistency", "3", "-o", "out/since.consistency")
    (out / "head.checkpoint").write_text(made.run("ledger", "head", "--note").out, "utf-8")
    made.run("current", "--proof", "out/then.proof")
    made.run("dataset", "prove", "identity_v1", "--row", "1", "-o", "out/row.json")
    made.run("bundle", "export", "1.0", "-o", "out/version.zip")
    made.run("keys", "export", "-o", "out/log.vkey")
    own = (out / "log.vkey").read_text("utf-8")
    other = create_key(made.root / "other.pem", own.partition("+")[0])
    (out / "both.vkey").write_text(f"{other}\n{own}", "utf-8")
    return out


@pytest.fixture
def desk(_handed: Path, tmp_path: Path) -> Workspace:
    return Workspace(Path(shutil.copytree(_handed, tmp_path / "desk")))


@pytest.mark.parametrize("name", KINDS)
def test_every_kind_of_file_is_recognised(desk: Workspace, name: str) -> None:
    assert KINDS[name] in desk.run("check", name, "--key", "log.vkey").out
    assert json.loads(desk.run("check", name, "--key", "log.vkey", "--json").out)["ok"] is True


@pytest.mark.parametrize("name", KINDS)
def test_without_a_key_something_stays_unchecked(desk: Workspace, name: str) -> None:
    assert "--key" in desk.run("check", name, expect=6).err


@pytest.mark.parametrize("name", KINDS)
def test_a_key_of_somebody_else_is_not_enough(desk: Workspace, name: str) -> None:
    both = (desk.root / "both.vkey").read_text("utf-8").split()
    desk.run("check", name, "--key", both[0], expect=1)


@pytest.mark.parametrize("name", KINDS)
def test_a_file_may_hold_several_keys(desk: Workspace, name: str) -> None:
    desk.run("check", name, "--key", "both.vkey")


def test_both_verifiers_of_bundles_take_a_file_with_several_keys(desk: Workspace) -> None:
    desk.run("bundle", "verify", "version.zip", "--trust", "both.vkey")
    script = desk.root / "verify_bundle.py"
    script.write_bytes(verifier_script())
    subprocess.run(
        [sys.executable, script, "version.zip", "--trust", "both.vkey"], cwd=desk.root, check=True
    )


def test_where_one_key_is_wanted_a_file_of_two_is_refused(
    desk: Workspace, stocked: Workspace
) -> None:
    done = stocked.run("keys", "add", str(desk.root / "both.vkey"), expect=2)
    assert "holds 2 public keys" in done.err


def test_an_older_checkpoint_is_asked_for_with_the_command_that_takes_it(desk: Workspace) -> None:
    done = desk.run("check", "since.consistency", "--key", "log.vkey", expect=6)
    assert "oneseek ledger check since.consistency --key KEY --old CHECKPOINT" in done.err


@pytest.mark.parametrize("content", [b"", b"hello\n", b"{}", b"\xff\xfe", b"PK", b"old \n"])
def test_what_is_none_is_said_to_be_none(desk: Workspace, content: bytes) -> None:
    (desk.root / "file").write_bytes(content)
    for words in (("--key", "log.vkey"), ("--key", "log.vkey", "--json")):
        done = desk.run("check", "file", *words, expect=2)
        assert len(done.err.strip().splitlines()) <= 2
        assert not done.out


@pytest.mark.parametrize("name", ["entry.tlog-proof", "all.consistency"])
def test_the_checkpoint_in_a_proof_can_be_what_an_auditor_kept(
    stocked: Workspace, name: str
) -> None:
    stocked.run("ledger", "prove", "3", "-o", "entry.tlog-proof")
    stocked.run("ledger", "consistency", "0", "-o", "all.consistency")
    stocked.run("activate", "1.0")
    for verb in ("audit", "verify"):
        stocked.run(verb, "--since", name)


def test_the_verdict_comes_first(desk: Workspace) -> None:
    entry = desk.run("ledger", "check", "entry.tlog-proof", "--key", "log.vkey").out
    assert entry.startswith("✓ entry 3 is in the log")
    bundle = desk.run("bundle", "verify", "version.zip", "--trust", "log.vkey").out
    assert bundle.startswith("The bundle holds.\n")
    data = bytearray((desk.root / "version.zip").read_bytes())
    data[data.index(b'"kind"') + 2] ^= 1
    (desk.root / "version.zip").write_bytes(data)
    for words in (
        ("check", "version.zip", "--key"),
        ("bundle", "verify", "version.zip", "--trust"),
    ):
        assert desk.run(*words, "log.vkey", expect=1).out.startswith("The bundle is refused.\n✗ ")
