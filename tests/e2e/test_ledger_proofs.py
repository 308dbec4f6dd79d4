"""``ledger prove``, ``consistency`` and ``check``: files that convince without the ledger."""

import json
from pathlib import Path

import pytest

from e2e.desks import ORIGIN, Desk
from e2e.workspaces import Workspace
from witnesses import witness


def test_a_proof_of_an_entry_convinces_without_workspace_and_ledger(desk: Desk) -> None:
    out = desk.check("entry.tlog-proof")
    assert "✓ entry 2 is in the log" in out
    assert "base-model-registered/v1" in out
    told = json.loads(desk.check("entry.tlog-proof", "--json"))
    assert (told["what"], told["origin"], told["index"]) == ("entry", ORIGIN, 2)
    assert told["entry"]["kind"] == "base-model-registered/v1"
    assert told["size"] > 2
    assert told["cosignatures"] == []


def test_a_version_is_proved_by_its_certificate(desk: Desk, operator: Workspace) -> None:
    told = json.loads(desk.check("version.tlog-proof", "--json"))
    assert told["entry"]["kind"] == "version-certified/v1"
    assert told["entry"]["summary"] == operator.versions()[0]


def test_a_key_may_be_given_as_text(desk: Desk) -> None:
    desk.check("entry.tlog-proof", key=desk.read("log.vkey").decode().strip())


def test_a_witnessed_proof_names_who_cosigned_when_and_leads_on_to_the_head(desk: Desk) -> None:
    both = ("--witness", "w1.vkey", "--witness", "w2.vkey")
    told = json.loads(desk.check("seen.tlog-proof", *both, "--require-witnesses", "2", "--json"))
    assert [(one["witness"], one["algorithm"]) for one in told["cosignatures"]] == [
        ("w.example/1", "ed25519"), ("w.example/2", "ml-dsa-44"),
    ]  # fmt: skip
    assert told["cosignatures"][0]["time"] == "2026-09-21T14:13:20Z"
    out = desk.check("seen.tlog-proof.consistency", "--old", "seen.tlog-proof")
    assert f"✓ the log of {desk.size} entries begins with the {told['size']}" in out
    assert "Cosigned by  w.example/2" in desk.check("seen.tlog-proof", *both)


def test_a_consistency_proof_shows_that_the_log_goes_on_from_what_was_kept(desk: Desk) -> None:
    told = json.loads(desk.check("since.consistency", "--old", "kept.checkpoint", "--json"))
    assert (told["what"], told["size"], told["old_size"]) == (
        "consistency", desk.size, desk.size - 1,
    )  # fmt: skip
    assert desk.check("since.consistency", expect=6).startswith("Error: since.consistency proves")


def test_a_checkpoint_alone_is_checked_too(desk: Desk) -> None:
    out = desk.check("kept.checkpoint", "--witness", "w2.vkey", "--require-witnesses", "1")
    assert "✓ the log signed this checkpoint" in out
    assert "w.example/2" in out
    assert "w.example/1" not in out
    desk.check("kept.checkpoint", "--old", "kept.checkpoint")
    desk.check("kept.checkpoint", "--old", "entry.tlog-proof", expect=6)


def test_from_nothing_on_no_older_checkpoint_is_needed(desk: Desk, operator: Workspace) -> None:
    made = operator.run("ledger", "consistency", "0", "2").out
    desk.check(desk.write("all.consistency", made.encode()))


def test_files_go_to_standard_output_as_well(operator: Workspace, desk: Desk) -> None:
    assert operator.run("ledger", "prove", "2").out.encode() == desk.read("entry.tlog-proof")
    told = json.loads(operator.run("ledger", "prove", "2", "--json").out)
    assert (told["index"], told["consistency"]) == (2, None)
    assert told["proof"].encode() == desk.read("entry.tlog-proof")
    seen = operator.run("ledger", "prove", "2", "--require-witnesses", "1")
    assert "oneseek ledger consistency" in seen.err
    told = json.loads(
        operator.run("ledger", "prove", "2", "--require-witnesses", "1", "--json").out
    )
    assert told["consistency"].encode() == desk.read("seen.tlog-proof.consistency")
    told = json.loads(operator.run("ledger", "consistency", str(desk.size - 1), "--json").out)
    assert told["proof"].encode() == desk.read("since.consistency")


def test_the_newer_checkpoint_may_be_named(operator: Workspace, desk: Desk) -> None:
    kept = operator.run("ledger", "consistency", "2", "out/kept.checkpoint").out
    assert kept.encode().endswith(desk.read("kept.checkpoint"))
    same = operator.run("ledger", "consistency", "2", str(desk.size - 1)).out
    assert same.splitlines()[0] == "old 2"


def test_the_head_shows_who_cosigned_and_when(operator: Workspace, desk: Desk) -> None:
    out = operator.run("ledger", "head").out
    assert f"Cosigned at {desk.size - 1} entries by w.example/2" in out
    told = json.loads(operator.run("ledger", "head", "--json").out)
    assert (told["size"], told["cosignatures"]) == (desk.size, [])
    assert told["last_cosigned"]["size"] == desk.size - 1
    assert len(told["last_cosigned"]["cosignatures"]) == 2


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["prove", "99999"], 3, "there is no entry 99999"),
        (["prove", "9" * 30], 2, "not a decimal number"),
        (["prove", "nothing-like-it"], 3, "no version 'nothing-like-it'"),
        (["prove", "2", "--require-witnesses", "3"], 2, "witnesses required: 3, trusted here: 2"),
        (["prove", "99999", "--require-witnesses", "1"], 3, "no checkpoint that covers"),
        (["prove", "2", "-o", "nowhere/x"], 2, "no file that can be written"),
        (["consistency", "99999"], 2, "cannot begin with 99999"),
        (["consistency", "1", "1"], 3, "no checkpoint of exactly 1 entries"),
        (["consistency", "1", "0"], 3, "no checkpoint of an empty ledger"),
        (["consistency", "0", "99999"], 3, "no checkpoint covers"),
        (["consistency", "9" * 30], 2, "not a decimal number"),
        (["consistency", "nowhere"], 3, "there is no file"),
        (["consistency", "oneseek.toml"], 2, "no proof and no checkpoint"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else None,
)
def test_what_cannot_be_proved_is_said_in_one_sentence(
    operator: Workspace, words: list[str], code: int, said: str
) -> None:
    done = operator.run("ledger", *words, expect=code)
    assert said in done.err
    assert len(done.err.strip().splitlines()) <= 2


def test_missing_files_and_folders_are_said(desk: Desk) -> None:
    desk.check("nowhere", expect=3)
    desk.check(".", expect=2)
    desk.check("since.consistency", "--old", "nowhere", expect=3)
    desk.check("entry.tlog-proof", expect=2, key="nowhere")


def test_a_database_without_the_table_has_no_cosignatures(
    stocked: Workspace, tmp_path: Path
) -> None:
    told = json.loads(stocked.run("ledger", "head", "--json").out)
    assert (told["cosignatures"], told["last_cosigned"]) == ([], None)
    made = witness(tmp_path, "w.example/1")
    stocked.run("witness", "trust", str(made.key))
    told = json.loads(stocked.run("ledger", "head", "--json").out)
    assert (told["cosignatures"], told["last_cosigned"]) == ([], None)
    stocked.run("ledger", "prove", "2", "--require-witnesses", "1", expect=3)
