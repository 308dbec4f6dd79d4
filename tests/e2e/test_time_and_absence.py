"""Time and absence, as an operator proves and as an auditor checks them, in an empty folder."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from e2e.workspaces import Done, Workspace, copy_workspace

NOBODY = "ab" * 32
NEVER_NAMED = "OneSeek-7B-Zero.v9.9.sv.dsIdentity.01234567.89abcdef"


@pytest.fixture(scope="module")
def _indexed(_stock: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Four entries: 1.0 is activated, 2.0 is, 1.0 is withdrawn, and the index is logged."""
    made = copy_workspace(_stock, tmp_path_factory.mktemp("indexed") / "w")
    made.run("activate", "1.0")
    made.run("activate", "2.0")
    made.run("withdraw", "1.0", "--reason", "wrong\n✓ data")
    size = made.size()
    assert f"Logged the index of {size} entries" in made.run("ledger", "index").out
    return made.root


@pytest.fixture
def indexed(_indexed: Path, tmp_path: Path) -> Workspace:
    return copy_workspace(_indexed, tmp_path / "workspace")


@pytest.fixture
def first(indexed: Workspace) -> int:
    """The entry that activated version 1.0: three more follow."""
    return indexed.size() - 4


@pytest.fixture
def reader(indexed: Workspace, tmp_path: Path) -> Workspace:
    """Somebody else's empty folder, with the log's public key."""
    folder = tmp_path / "elsewhere"
    folder.mkdir()
    shutil.copy(indexed.root / ".oneseek" / "checkpoint.vkey", folder / "log.vkey")
    return Workspace(folder)


def handed(indexed: Workspace, reader: Workspace, name: str) -> Path:
    """Hand a proof over: nothing else of the workspace goes with it."""
    return Path(shutil.copy(indexed.root / name, reader.root / name))


def checked(indexed: Workspace, reader: Workspace, name: str) -> Any:
    handed(indexed, reader, name)
    return reader.run("check", name, "--key", "log.vkey", "--json").json


def refused(reader: Workspace, name: str, expect: int = 1) -> str:
    return reader.run("check", name, "--key", "log.vkey", expect=expect).err


def test_what_was_active_is_proved_by_size_and_by_time(
    indexed: Workspace, reader: Workspace, first: int
) -> None:
    one, two = indexed.versions()
    moment = json.loads(indexed.run("entry", str(first), "--json").out)["entry"]["time"]
    for words, dna, entry in (
        (("--at", str(first + 1)), one, first),
        (("--at", moment), one, first),
        (("--at", str(first + 3)), two, first + 1),
        ((), two, first + 1),
        (("--at", str(first)), None, None),
    ):
        told = indexed.run("current", *words, "--proof", "a.proof", "--json").json
        found = checked(indexed, reader, "a.proof")
        assert (found["active"]["dna"], found["active"]["index"]) == (dna, entry)
        assert found["conclusion"] == told["conclusion"]  # type: ignore[index]
        assert (found["ok"], found["signature"], found["asks"]) == (True, True, "active-at")


def test_a_person_is_told_what_holds_and_what_it_rests_on(
    indexed: Workspace, reader: Workspace, first: int
) -> None:
    made = indexed.run("current", "--at", str(first + 1), "--proof", "a.proof").out
    assert made.startswith(f"Proved: after {first + 1} entries OneSeek-7B-Zero.v1.0")
    handed(indexed, reader, "a.proof")
    # The command that was printed works as it stands.
    words = made.splitlines()[1].partition("Check it anywhere: oneseek ")[2].split(" ")
    said = reader.run(*words).out
    assert f"✓ the checkpoint of {first + 4} entries is signed by test.example/log" in said
    assert "Order is proved; times are what the entries claim." in said
    assert "verify --deep makes it again" in said


def test_without_a_key_the_signature_is_said_to_be_unchecked(
    indexed: Workspace, reader: Workspace
) -> None:
    indexed.run("current", "--proof", "a.proof")
    handed(indexed, reader, "a.proof")
    done = reader.run("check", "a.proof", expect=6)
    assert "the checkpoint's signature was not checked" in done.err
    assert "is signed by" not in done.out


def test_the_history_of_a_version_is_told_and_proved(
    indexed: Workspace, reader: Workspace, first: int
) -> None:
    told = indexed.run("history", "1.0").out
    for what in ("training", "numbered sv 1.0", "certified as", "activated", "superseded by"):
        assert what in told
    assert "withdrawn: wrong\\n✓ data" in told
    listed: Any = indexed.run("history", "1.0", "--json").json
    indexed.run("history", "1.0", "--proof", "h.proof")
    found = checked(indexed, reader, "h.proof")
    assert found["history"] == listed["history"]
    assert [item["index"] for item in found["history"]][-3:] == [first, first + 1, first + 2]
    assert found["history"][0]["kind"] == "training-started/v1"
    said = reader.run("check", "h.proof", "--key", "log.vkey").out
    assert "\n✓ data" not in said


def test_a_version_is_proved_never_active_between_two_moments(
    indexed: Workspace, reader: Workspace, first: int
) -> None:
    one, _ = indexed.versions()
    since, until = str(first + 2), str(first + 3)
    moment = json.loads(indexed.run("entry", since, "--json").out)["entry"]["time"]
    words = ("history", "1.0", "--never-active", "--from", since, "--to")
    says = f"{one} was never active from {since} to {until} entries"
    assert says in indexed.run(*words, until).out
    for end in (until, moment):
        indexed.run(*words, end, "--proof", "n.proof")
        found = checked(indexed, reader, "n.proof")
        assert found["dna"] == one
        assert says in found["conclusion"]


def test_a_version_that_was_active_is_refused_with_the_counter_example(
    indexed: Workspace, first: int
) -> None:
    one, _ = indexed.versions()
    for words in ((), ("--proof", "n.proof")):
        done = indexed.run("history", "1.0", "--never-active", *words, expect=1)
        assert f"{one} was active between 0 and {first + 4} entries: entry {first} of " in done.err
    assert not (indexed.root / "n.proof").exists()


@pytest.mark.parametrize(("name", "because"), [
    (NOBODY, "no entry has certified it, up to {} entries"),
    (NEVER_NAMED, "no activation names it"),
])  # fmt: skip
def test_a_version_that_never_existed_was_never_active(
    indexed: Workspace, reader: Workspace, first: int, name: str, because: str
) -> None:
    assert "was never active" in indexed.run("history", name, "--never-active").out
    indexed.run("history", name, "--never-active", "--proof", "n.proof")
    assert checked(indexed, reader, "n.proof")["conclusion"] == (
        f"{name} was never active from 0 to {first + 4} entries; {because.format(first + 4)}"
    )


def test_what_the_index_does_not_reach_cannot_be_proved_until_the_next_one(
    stocked: Workspace,
) -> None:
    hint = "oneseek ledger index"
    assert hint in stocked.run("current", "--proof", "a.proof", expect=6).err
    stocked.run("ledger", "index")
    stocked.run("activate", "1.0")
    newest = json.loads(stocked.run("ledger", "head", "--json").out)["time"]
    size = str(stocked.size())
    for words in (("current", "--at", size), ("current", "--at", newest),
                  ("history", "1.0", "--never-active", "--to", size)):  # fmt: skip
        assert hint in stocked.run(*words, "--proof", "a.proof", expect=6).err
    assert not (stocked.root / "a.proof").exists()
    stocked.run("ledger", "index")
    stocked.run("current", "--at", newest, "--proof", "a.proof")


def test_the_index_is_logged_once_and_again_only_when_told(stocked: Workspace) -> None:
    first: Any = stocked.run("ledger", "index", "--json").json
    assert first["entry"] == first["size"]
    assert "Nothing is new" in stocked.run("ledger", "index").out
    again: Any = stocked.run("ledger", "index", "--json").json
    assert again == {**first, "entry": None}
    told = stocked.run("ledger", "index", "--again", "--actor", "cron").out
    assert f"(entry {first['size'] + 1})" in told
    assert f"of {first['size'] + 1} entries" in stocked.run("log", "-n", "1").out
    stocked.run("verify", "--deep")


def test_logging_an_index_changes_nothing_else(stocked: Workspace) -> None:
    stocked.run("activate", "1.0")
    stocked.run("ledger", "index")
    assert "active already" in stocked.run("activate", "1.0").out
    stocked.run("withdraw", "1.0")
    stocked.run("ledger", "index")
    stocked.run("reset", "--confirm", "RESET")
    stocked.run("restore", "2.0")
    stocked.run("activate", "2.0")
    stocked.run("verify", "--deep")


def test_a_false_index_is_found_by_the_deep_verification(stocked: Workspace) -> None:
    from oneseek.cli.wiring.writing import writing
    from oneseek.domain.decisions import Decision
    from oneseek.domain.events import IndexLogged
    from oneseek.domain.usecases.record import record

    app, size = stocked.app(), stocked.size()
    with writing(app) as ports:
        false = IndexLogged(size=size, root="0" * 64, streams=3)
        record(ports, lambda _: Decision((false,)))
    app.close()
    stocked.run("verify")
    found: Any = stocked.run("verify", "--deep", "--json", expect=10).json
    assert [item["check"] for item in found["findings"]] == ["stream-index"]
    assert found["findings"][0]["where"] == f"entry {size}, index of {size} entries"
    done = stocked.run("current", "--proof", "a.proof", expect=10)
    assert "is not that of the entries" in done.err


# What an attacker may hand over.


def test_a_proof_of_another_log_is_refused(indexed: Workspace, tmp_path: Path) -> None:
    other = Workspace(tmp_path / "other")
    other.root.mkdir()
    other.run("init", ".", "--origin", "test.example/log")
    other.run("ledger", "index")
    other.run("current", "--proof", "a.proof")
    done = indexed.run(
        "check", str(other.root / "a.proof"), "--key", ".oneseek/checkpoint.vkey", expect=1
    )
    assert "no known key has signed" in done.err


def test_a_changed_proof_is_refused(indexed: Workspace, reader: Workspace, first: int) -> None:
    size = first + 3
    indexed.run("current", "--at", str(size), "--proof", "a.proof")
    good = handed(indexed, reader, "a.proof").read_text("utf-8")
    document = json.loads(good)
    path = reader.root / "a.proof"
    for change, code in (
        (good.replace(f'"size": {size}', f'"size": {first + 1}'), 1),
        (good.replace("v2.0", "v1.0"), 1),
        (good.replace('"count": 3', '"count": 2'), 1),
        (good.replace('"first": 1', '"first": 2'), 1),
        (json.dumps(document), 2),
        (good + "\n", 2),
        (good[:-10], 2),
        ("", 2),
        ("{}", 2),
    ):
        assert change != good
        path.write_text(change, "utf-8")
        assert len(refused(reader, "a.proof", expect=code).strip().splitlines()) <= 2


def test_another_kind_of_file_is_said_to_be_none(indexed: Workspace) -> None:
    (indexed.root / "binary").write_bytes(bytes(range(256)))
    for name in ("oneseek.toml", "binary"):
        done = indexed.run("check", name, "--key", ".oneseek/checkpoint.vkey", expect=2)
        assert "no proof and no checkpoint" in done.err


@pytest.mark.parametrize(
    ("words", "code", "says"),
    [
        (["check", "nowhere", "--key", ".oneseek/checkpoint.vkey"], 3, "no file"),
        (["check", "models"], 2, "is a folder"),
        (["check", "oneseek.toml", "--key", "nonsense"], 2, "neither a public key"),
        (["history", "9.9"], 3, "there is no version"),
        (["history", "9.9", "--never-active"], 3, "give the whole DNA name"),
        (["history", "OneSeek-7B-Zero.v9\udcff", "--never-active"], 2, "not a DNA name"),
        (["history", "OneSeek-7B-Zero.v", "--never-active"], 2, "beginning of 2 versions"),
        (["history", "1.0", "--from", "3"], 2, "belong to --never-active"),
        (["history", "1.0", "--never-active", "--from", "9", "--to", "3"], 2, "9 comes after 3"),
        (["history", "1.0", "--never-active", "--from", "soon"], 2, "neither a tree size"),
        (["history", "1.0", "--never-active", "--from", ""], 2, "it is empty"),
        (["history", "1.0", "--proof", "no/such/folder/h.proof"], 5, "h.proof"),
        (["history", "1.0", "--proof", "models"], 2, "is a directory"),
        (["current", "--at", "soon", "--proof", "a.proof"], 2, "neither a tree size"),
        (["current", "--at", "999", "--proof", "a.proof"], 2, "entries, not 999"),
        (["current", "--at", "9999-01-01", "--proof", "a.proof"], 6, "lies beyond"),
        (["ledger", "index", "now"], 2, "unexpected extra argument"),
    ],
    ids=lambda value: " ".join(value)[:60] if isinstance(value, list) else None,
)
def test_wrong_words_get_one_clear_sentence(
    indexed: Workspace, words: list[str], code: int, says: str
) -> None:
    done: Done = indexed.run(*words, expect=code)
    assert says in done.err
    assert not list(indexed.root.glob("*.proof"))
