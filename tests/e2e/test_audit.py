"""``oneseek audit``: the questions, on whole and damaged workspaces; and it alters nothing."""

import json
import os
import shutil
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from e2e.harm import answered, forging, roll_back
from e2e.workspaces import Workspace, copy_workspace, everything
from oneseek.adapters.keys.ed25519 import Ed25519Sealer, create_key, public_key


def audit(workspace: Workspace, *words: str, expect: int = 0) -> dict[str, Any]:
    """Return the report; the exit code it names is the one that the command left with."""
    report: dict[str, Any] = json.loads(workspace.run("audit", "--json", *words, expect=expect).out)
    assert (report["format"], report["exit_code"]) == ("oneseek-audit/v1", expect)
    return report


def verdicts(report: dict[str, Any]) -> dict[str, str]:
    return {question["name"]: question["verdict"] for question in report["questions"]}


def findings(report: dict[str, Any], name: str) -> list[dict[str, str]]:
    """Return the findings of the question ``name``."""
    (question,) = (item for item in report["questions"] if item["name"] == name)
    found: list[dict[str, str]] = question["findings"]
    return found


@pytest.fixture
def used(stocked: Workspace) -> Workspace:
    """A workspace with a history: activations, an answer, an erasure, a withdrawal, a reset."""
    stocked.run("activate", "1.0")
    query = answered(stocked).query
    stocked.run("erase", query, "--reason", "asked to")
    stocked.run("activate", "2.0")
    stocked.run("withdraw", "1.0", "--reason", "<script>alert(1)</script> & fel")
    return stocked


@pytest.fixture
def kept(used: Workspace) -> Path:
    """The checkpoint of the auditor's last visit."""
    path = used.root.parent / "kept.checkpoint"
    path.write_text(used.run("ledger", "head", "--note").out, "utf-8")
    used.run("activate", "2.0")
    used.run("reset", "--confirm", "RESET", "--reason", "start again")
    return path


def test_a_whole_workspace_is_answered_with_yes(used: Workspace, kept: Path) -> None:
    report = audit(used, "--deep", "--since", str(kept))
    found = verdicts(report)
    assert set(found.values()) == {"yes", "not-asked"}
    assert found["reproductions"] == "not-asked"
    assert (report["verdict"], report["findings"], report["damage"]) == ("clean", 0, None)
    tables = {t["name"]: t for question in report["questions"] for t in question["tables"]}
    activity = [row[4] for row in tables["activity"]["rows"]]
    one, two = used.versions()
    assert activity == [None, one, two, None]
    assert [row[3] for row in tables["removals"]["rows"]] == ["erasure", "withdrawal", "reset"]


def test_people_read_the_verdict_first_then_questions_then_figures(used: Workspace) -> None:
    out = used.run("audit").out
    lines = out.splitlines()
    assert lines[0].startswith("Everything that was looked at is as recorded")
    assert out.index("Questions") < out.index("Figures")
    assert "  ✓ Is every entry's hash in the signed root?" in lines
    assert "  – Does the history extend the checkpoint that you kept?" in lines
    assert "\x1b" not in out


def test_keys_are_named_by_their_id_also_where_the_base64_holds_a_plus(
    used: Workspace, tmp_path: Path
) -> None:
    origin = (used.root / ".oneseek" / "checkpoint.vkey").read_text("utf-8").partition("+")[0]
    number = 0
    while (key := str(create_key(tmp_path / f"{number}.pem", origin))).count("+") < 3:
        number += 1
    out = used.run("audit", "--trust", key, expect=10).out
    assert f"  Trusting    {key[: key.index('+', key.index('+') + 1)]}\n" in out


@pytest.mark.parametrize("words", [[], ["--deep"]])
def test_an_audit_alters_nothing(used: Workspace, kept: Path, words: list[str]) -> None:
    before, times = everything(used), changed(used.root)
    audit(used, "--since", str(kept), *words)
    assert everything(used) == before
    assert changed(used.root) == times


def changed(root: Path) -> dict[str, int]:
    """Return when every file and folder was changed; what SQLite keeps for its readers left out."""
    return {
        str(path): path.lstat().st_mtime_ns
        for path in root.rglob("*")
        if not path.name.startswith("ledger.db-") and path.name != ".oneseek"
    }


@pytest.fixture
def copy(used: Workspace, tmp_path: Path) -> Iterator[Workspace]:
    """A copy without private keys and vault that nobody may write: what an auditor gets."""
    made = copy_workspace(used.root, tmp_path / "copy")
    shutil.rmtree(made.root / ".oneseek" / "keys")
    (made.root / ".oneseek" / "vault.db").unlink()
    paths = [path for path in (made.root, *made.root.rglob("*")) if not path.is_symlink()]
    for path in paths:
        path.chmod(path.stat().st_mode & ~0o222)
    yield made
    for path in paths:
        path.chmod(path.stat().st_mode | 0o200)


def test_a_read_only_copy_without_secrets_is_enough(copy: Workspace) -> None:
    key = copy.root / ".oneseek" / "checkpoint.vkey"
    report = audit(copy, "--trust", str(key), "--deep")
    assert report["verdict"] == "clean"
    assert "no vault that can be read: salts and sealed texts not checked" in report["not_checked"]


def test_the_auditors_own_key_counts_not_the_folders(used: Workspace, tmp_path: Path) -> None:
    origin = json.loads(used.run("ledger", "head", "--json").out)["origin"]
    pem = tmp_path / "other.pem"
    create_key(pem, origin)
    report = audit(used, "--trust", str(public_key(pem, origin)), expect=10)
    assert report["verdict"] == "broken"
    assert {f["check"] for f in findings(report, "signed-root")} >= {"first-key", "checkpoint"}


def test_a_log_that_calls_itself_otherwise_is_not_the_auditors(
    used: Workspace, tmp_path: Path
) -> None:
    """The name comes from the auditor's key, whatever the folder's settings say."""
    create_key(tmp_path / "other.pem", "other.example/log")
    key = str(public_key(tmp_path / "other.pem", "other.example/log"))
    report = audit(used, "--trust", key, expect=10)
    assert "origin" in {f["check"] for f in findings(report, "signed-root")}


@pytest.mark.parametrize(
    "words",
    [
        ["--trust", "nonsense"],
        ["--trust", "{one}", "--trust", "{other}"],
        ["--trust", ""],
        ["--since", "oneseek.toml"],
        ["--since", "foreign.checkpoint"],
    ],
)
def test_bad_input_is_refused_in_a_sentence(used: Workspace, words: list[str]) -> None:
    keys = {}
    for name, log in (("one", "test.example/log"), ("other", "other.example/log")):
        create_key(used.root / f"{name}.pem", log)
        keys[name] = str(public_key(used.root / f"{name}.pem", log))
    foreign = Ed25519Sealer("other.example/log", used.root / "other.pem")(3, bytes(32))
    (used.root / "foreign.checkpoint").write_bytes(foreign)
    done = used.run("audit", *(word.format(**keys) for word in words), expect=2)
    assert len(done.err.strip().splitlines()) <= 4


def test_a_workspace_that_names_no_key_needs_one(used: Workspace) -> None:
    (used.root / ".oneseek" / "checkpoint.vkey").unlink()
    assert "--trust" in used.run("audit", expect=3).err


def test_a_changed_entry_is_named_and_nothing_rests_on_it(used: Workspace) -> None:
    with forging(used) as connection:
        connection.execute(
            "UPDATE entries SET state = replace(state, 'erased', 'ERASED') WHERE position = 16"
        )
        connection.execute(
            "UPDATE entries SET state = replace(state, 'tiny', 'tony') WHERE position = 2"
        )
    for words in ([], ["--deep"]):
        report = audit(used, *words, expect=10)
        found = findings(report, "signed-root")
        assert ("leaf-hash", "entry 2") in [(f["check"], f["where"]) for f in found]
        assert all(f["expected"] and f["found"] for f in found)
        assert report["damage"]["first_damaged"] == 2
        assert {n for n, v in verdicts(report).items() if v == "yes"} <= {"every-byte"}
    out = used.run("audit", expect=10).out
    assert out.startswith("The ledger itself is damaged")
    assert "Where the damage is" in out
    assert "trust ends at entry 2" in out


def test_a_rolled_back_ledger_is_found_with_the_kept_checkpoint(
    used: Workspace, kept: Path
) -> None:
    roll_back(used, 14)
    (used.root / ".oneseek" / "checkpoint").unlink()
    report = audit(used, "--since", str(kept), expect=10)
    (finding,) = findings(report, "kept-checkpoint")
    assert finding["found"].endswith("the ledger was rolled back")
    assert verdicts(audit(used, expect=1))["signed-root"] == "yes", "nothing else can tell"


def test_another_history_than_the_kept_one_is_found(used: Workspace, kept: Path) -> None:
    text = kept.read_text("utf-8").splitlines()
    pem = used.root / ".oneseek" / "keys" / "checkpoint.pem"
    kept.write_bytes(Ed25519Sealer(text[0], pem)(int(text[1]), bytes(32)))
    (finding,) = findings(audit(used, "--since", str(kept), expect=10), "kept-checkpoint")
    assert finding["expected"] == f"root {'00' * 32}"
    assert "written anew" in finding["found"]


def test_a_kept_checkpoint_that_nobody_trusted_signed_is_compared_all_the_same(
    used: Workspace, kept: Path, tmp_path: Path
) -> None:
    origin, size, *_ = kept.read_text("utf-8").splitlines()
    create_key(tmp_path / "other.pem", origin)
    kept.write_bytes(Ed25519Sealer(origin, tmp_path / "other.pem")(int(size), bytes(32)))
    report = audit(used, "--since", str(kept), expect=10)
    (question,) = (q for q in report["questions"] if q["name"] == "kept-checkpoint")
    assert question["because"].endswith("no key that you trust has signed it")


def test_a_file_that_was_changed_is_found(used: Workspace) -> None:
    path = used.certified / used.versions()[1] / "adapter_model.safetensors"
    path.parent.chmod(0o755)
    path.chmod(0o644)
    path.write_bytes(b"other weights")
    report = audit(used, expect=1)
    assert verdicts(report)["files"] == "no"
    (finding,) = findings(report, "files")
    assert finding["where"].endswith("adapter_model.safetensors")
    out = used.run("audit", expect=1).out
    assert "1 question of" in out.splitlines()[0]
    assert "      expected  " in out
    assert "      found     " in out


def test_a_lost_object_is_found(used: Workspace) -> None:
    dataset = json.loads(used.run("dataset", "list", "--json").out)[0]
    digest = dataset.get("digest") or dataset["dataset"]
    (path,) = (p for p in (used.root / ".oneseek" / "objects").rglob("*")
               if p.is_file() and digest.endswith(p.name) and len(p.name) > 8)  # fmt: skip
    path.unlink()
    report = audit(used, expect=1)
    assert [f["where"] for f in findings(report, "materials")] == [digest]


def test_only_deep_reads_every_byte(used: Workspace) -> None:
    objects = used.root / ".oneseek" / "objects"
    path = next(p for p in sorted(objects.rglob("*")) if p.is_file())
    path.chmod(0o644)
    path.write_bytes(b"x" * path.stat().st_size)
    found = verdicts(audit(used, "--deep", expect=1))
    assert found["every-byte"] == "no"


def test_a_ledger_that_lost_its_head_is_answered_about(used: Workspace) -> None:
    with forging(used) as connection:
        connection.execute("UPDATE head SET frontier = x'00'")
    report = audit(used, expect=10)
    assert findings(report, "signed-root")[0]["check"] == "ledger"


def test_recording_appends_what_took_place(used: Workspace) -> None:
    size = used.size()
    done = used.run("audit", "--record", "--deep")
    assert f"recorded as entry {size}" in done.err
    body = json.loads(used.run("log", "-n", "1", "--json").out)["body"]
    assert (body["size"], body["deep"], body["findings"]) == (size, True, 0)
    report = audit(used)
    (question,) = (q for q in report["questions"] if q["name"] == "interventions")
    assert "1 audit recorded" in question["because"]
    used.run("verify", "--deep")


def test_nothing_is_recorded_in_a_damaged_ledger(used: Workspace) -> None:
    with forging(used) as connection:
        connection.execute("UPDATE entries SET leaf_hash = zeroblob(32) WHERE position = 3")
    size = used.size()
    done = used.run("audit", "--record", expect=10)
    assert "nothing is appended to a damaged ledger" in done.err
    assert used.size() == size


def test_the_page_is_written_where_it_was_asked_for(used: Workspace) -> None:
    done = used.run("audit", "--html", "report.html")
    page = (used.root / "report.html").read_bytes()
    assert page.startswith(b"<!DOCTYPE html>")
    assert b"<script" not in page
    assert b"&lt;script&gt;alert(1)&lt;/script&gt; &amp; fel" in page
    assert "written: report.html" in done.err
    assert used.run("audit", "--html", "no/such/folder.html", expect=5).err


def test_a_page_takes_the_place_of_an_older_one_as_a_whole(used: Workspace) -> None:
    page, older = used.root / "report.html", used.root / "older.html"
    page.write_bytes(b"older")
    older.hardlink_to(page)
    used.run("audit", "--html", "report.html")
    assert older.read_bytes() == b"older"  # no byte of it was written over
    assert page.read_bytes().startswith(b"<!DOCTYPE html>")


def test_without_a_write_ahead_log_a_reader_finds_the_same(used: Workspace) -> None:
    """The rows count, wherever SQLite keeps them."""
    first = audit(used)
    with sqlite3.connect(used.root / ".oneseek" / "ledger.db") as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    assert audit(used)["ledger"] == first["ledger"]


@pytest.mark.skipif(os.environ.get("OQT_LEDGER_URL") is not None, reason="of a file")
def test_the_report_is_the_same_but_for_its_time(used: Workspace) -> None:
    one, two = audit(used), audit(used)
    assert {**one, "made_at": ""} == {**two, "made_at": ""}
