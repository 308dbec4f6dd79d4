"""``oneseek audit``: witnesses, logged indexes, signatures and repeated trainings."""

import json
from pathlib import Path
from typing import Any

import pytest

from e2e.harm import forging
from e2e.workspaces import Workspace


def questions(workspace: Workspace, *words: str, expect: int = 0) -> dict[str, dict[str, Any]]:
    """Return the answers by the names of their questions."""
    report = json.loads(workspace.run("audit", "--json", *words, expect=expect).out)
    return {question["name"]: question for question in report["questions"]}


@pytest.fixture
def witness(stocked: Workspace, tmp_path: Path) -> str:
    """The key of a witness that has cosigned the head; nobody trusts it yet."""
    other = Workspace(tmp_path / "witness")
    other.root.mkdir()
    log = tmp_path / "log.vkey"
    log.write_bytes((stocked.root / ".oneseek" / "checkpoint.vkey").read_bytes())
    key = json.loads(
        other.run("witness", "init", "w", "--name", "witness.example/one", "--json").out
    )["public_key"]
    (tmp_path / "head").write_text(stocked.run("ledger", "head", "--note").out, "utf-8")
    other.run(
        "witness", "cosign", str(tmp_path / "head"), "--log", str(log), "--state", "w",
        "-o", str(tmp_path / "cosigned"),
    )  # fmt: skip
    stocked.run("witness", "trust", key)
    stocked.run("witness", "attach", str(tmp_path / "cosigned"))
    return key


def test_a_witness_that_cosigned_is_named(stocked: Workspace, witness: str) -> None:
    stocked.run("activate", "1.0")
    answer = questions(stocked, "--require-witnesses", "1")["witnesses"]
    assert answer["verdict"] == "yes"
    assert "witness.example/one cosigned" in answer["because"]
    assert "1 entry came after it" in answer["because"]


def test_the_folders_witnesses_do_not_count_for_who_names_keys(
    stocked: Workspace, witness: str
) -> None:
    log = str(stocked.root / ".oneseek" / "checkpoint.vkey")
    assert questions(stocked, "--trust", log)["witnesses"]["verdict"] == "not-asked"
    words = ("--trust", log, "--trust", witness, "--require-witnesses", "1")
    assert questions(stocked, *words)["witnesses"]["verdict"] == "yes"


def test_more_witnesses_than_are_trusted_cannot_be_required(stocked: Workspace) -> None:
    done = stocked.run("audit", "--require-witnesses", "1", expect=2)
    assert "witnesses required: 1, trusted here: 0" in done.err


def test_a_history_that_was_forked_behind_a_witness_is_found(
    stocked: Workspace, witness: str
) -> None:
    with forging(stocked) as connection:
        connection.execute("UPDATE entries SET leaf_hash = zeroblob(32) WHERE position = 3")
    answer = questions(stocked, "--require-witnesses", "1", expect=10)["witnesses"]
    assert answer["verdict"] == "no"
    assert answer["findings"][0]["check"] == "cosigned-root"


def test_a_logged_index_is_made_again(stocked: Workspace) -> None:
    stocked.run("ledger", "index")
    assert questions(stocked)["indexes"]["verdict"] == "not-asked"
    assert questions(stocked, "--deep")["indexes"]["verdict"] == "yes"


def test_signatures_are_verified(stocked: Workspace) -> None:
    """Both versions were signed when they were certified."""
    answer = questions(stocked)["signatures"]
    assert (answer["verdict"], answer["because"]) == (
        "yes", "2 signatures verified, by announced keys"
    )  # fmt: skip


def test_a_training_that_cannot_be_repeated_is_not_checked(stocked: Workspace) -> None:
    """The trainings of these fixtures were made by no real trainer."""
    before = stocked.size()
    answer = questions(stocked, "--reproduce", expect=6)["reproductions"]
    assert answer["verdict"] == "unchecked"
    assert answer["because"] == "2 trainings could not be repeated"
    assert [f["where"] for f in answer["findings"]] == [
        f"{dna}, repeated now" for dna in stocked.versions()
    ]  # fmt: skip
    assert stocked.size() == before
