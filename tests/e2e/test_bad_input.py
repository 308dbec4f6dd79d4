"""Wrong words on the command line: one clear sentence, the right exit code, nothing changed."""

import json

import pytest

from e2e.workspaces import Workspace, everything

LONG = "x" * 20_000
ODD = "a\udcffb"
"""An argument with the byte ff, which no UTF-8 text has."""


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
        (["activate", ""], 3, "there is no version ''"),
        (["activate", "../../etc"], 3, "there is no version"),
        (["activate", "1.0", "--actor", ""], 2, "'--actor': it is empty"),
        (["verify", "--key", ""], 2, "'--key': it is empty"),
        (["verify", "--key", ".oneseek/checkpoint"], 2, "neither a public key"),
        (["verify", "--key", "models"], 2, "neither a public key"),
        (["verify", "--key", "a.example/x+12345678+AAAA"], 2, "is not supported"),
        (["train", "--base", "tiny", "--dataset", "identity_v1", "--eval-dataset", ""], 2, "empty"),
        (["train", "--base", "tiny", "--dataset", "identity_v1", "--epochs", "-3"], 2, "--epochs"),
        (["train", "--base=tiny", "--dataset=identity_v1", "--seed", "9" * 30], 2, "--seed"),
        (["train", "--base=tiny", "--dataset=identity_v1", "--language", "SV"], 2, "not one of"),
        (
            ["train", "--base=tiny", "--dataset=identity_v1", "--learning-rate", "nan"],
            2,
            "not a finite",
        ),
        (
            ["train", "--base=tiny", "--dataset=identity_v1", "--learning-rate", "1e999"],
            2,
            "not a finite",
        ),
        (["dataset", "add", "oneseek_identity_v1.jsonl", "--name", "a b"], 2, "not a usable name"),
        (["dataset", "add", "oneseek_identity_v1.jsonl", "--category", ""], 2, "it is empty"),
        (["dataset", "add", "oneseek_identity_v1.jsonl", "--licence", LONG], 2, "more than 16384"),
        (["withdraw", "1.0", "--reason", LONG], 2, "more than 16384"),
        (["reset", "--confirm", "RESET", "--reason", LONG], 2, "more than 16384"),
        (["reset", "--confirm", "RESET", "--reason", ODD], 2, "not valid Unicode"),
        (["reset"], 2, "needs the word RESET"),
        (["reset", "--confirm", "reset"], 2, "needs the word RESET"),
        (["base", "register", "models/basemodeller/tiny", "--licence", LONG], 2, "more than 16384"),
        (["withdraw", "1.0", "--reason", ODD], 2, "not valid Unicode"),
        (["activate", ODD], 3, "there is no version"),
        (["dataset", "add", ODD], 3, "there is no file"),
        (["ask", ODD, "--base", "tiny"], 2, "not valid Unicode"),
        (["activate", "1.0", "--actor", ODD], 2, "not a usable name"),
        (["entry", "9" * 30], 2, "not in the range"),
        (["log", "-n", "-1"], 2, "not in the range"),
        (["current", "--at", "9" * 30], 2, "the ledger has"),
        (["current", "--at", "2026-13-45T00:00:00Z"], 2, "neither a tree size nor a time"),
        (["log", "--workspace", "nowhere"], 3, "is not a workspace"),
        (["log", "--workspace", "oneseek.toml"], 2, "is a file"),
        (["init", "oneseek.toml"], 2, "is a file, not a folder"),
    ],
    ids=lambda value: ascii(" ".join(value))[1:60] if isinstance(value, list) else None,
)
def test_a_wrong_word_changes_nothing(
    words: list[str], code: int, says: str, stocked: Workspace
) -> None:
    before = everything(stocked)
    done = stocked.run(*words, expect=code)
    assert says in done.err
    assert len(done.err.strip().splitlines()) <= 5  # at most: usage, a blank line, one sentence
    assert everything(stocked) == before


@pytest.mark.parametrize("words", [["show", "3.0"], ["log", "--kind", "x"], ["nonsense"]])
def test_errors_are_json_where_json_is_asked_for(words: list[str], stocked: Workspace) -> None:
    done = stocked.run(*words, "--json", expect=3 if words[0] == "show" else 2)
    found = json.loads(done.err)
    assert found["exit_code"] == done.code
    assert found["message"]


def test_the_last_of_an_option_given_twice_counts(stocked: Workspace) -> None:
    stocked.run("activate", "1.0", "--actor", "anna", "--actor", "bo")
    assert stocked.run("log", "-n", "1").out.rstrip().endswith("(bo)")


def test_an_empty_reason_is_no_reason(stocked: Workspace) -> None:
    stocked.run("withdraw", "1.0", "--reason", "")
