"""Imported versions beside ours, through the real command line."""

import json
import shutil
from pathlib import Path

import pytest

from e2e.imports import Old, import_old
from e2e.workspaces import Workspace


@pytest.fixture
def old(stocked: Workspace) -> Old:
    return import_old(stocked)


def told(workspace: Workspace, *words: str) -> list[dict[str, object]]:
    found = json.loads(workspace.run(*words, "--json").out)
    assert isinstance(found, list)
    return found


def test_versions_shows_them_with_their_evidence(stocked: Workspace, old: Old) -> None:
    assert old.twin.startswith(f"{old.adapter}~")
    found = {row["dna"]: row for row in told(stocked, "versions")}
    labels = (old.adapter, old.twin, old.tensors, old.recorded)
    grades = [found[dna]["evidence"] for dna in labels]
    assert grades == ["verified", "contradicted", "asserted", "asserted"]
    assert sum(row["evidence"] == "observed" for row in found.values()) == 2
    assert [found[dna]["status"] for dna in (old.adapter, old.recorded)] == [
        "imported", "recorded, no weights",
    ]  # fmt: skip
    adapter = found[old.adapter]
    assert adapter["claimed"] == "OneSeek-7B-Zero.v1.1"
    assert adapter["verdict"] == "verified by reconstruction"
    assert (adapter["base"], adapter["training"], adapter["certified_at"]) == (None, None, None)
    assert "recorded, no weights" in stocked.run("versions").out
    assert "2 certified, 3 imported, 1 only recorded, 5 standing" in stocked.run("status").out


def test_lineage_show_and_history_say_what_is_known_and_what_is_not(
    stocked: Workspace, old: Old
) -> None:
    version, base = told(stocked, "lineage", old.adapter)
    assert version["evidence"] == "verified"
    assert (base["name"], base["digest"]) == ("KB-Llama-3.1-8B-Swedish", None)
    text = stocked.run("lineage", old.recorded).out
    assert "parents unknown" in text
    assert "imported from weights/oneseek-7b-zero-v1.1.json of models/oneseek-7b-zero" in text
    shown = stocked.run("show", old.adapter).out
    assert "Base       not identified; its records call it KB-Llama-3.1-8B-Swedish" in shown
    assert "Made       2025-11-18T10:00:00Z (false-z)" in shown
    assert "recorded, no weights" in stocked.run("show", old.recorded).out
    assert "imported as" in stocked.run("history", old.twin).out
    assert "imported as" in stocked.run("history", old.recorded).out


def test_it_is_activated_withdrawn_signed_and_compared_like_any_other(
    stocked: Workspace, old: Old
) -> None:
    stocked.run("activate", old.adapter)
    assert stocked.run("current").out.startswith(old.adapter)
    link = stocked.certified / "OneSeek-7B-Zero-CURRENT"
    assert link.readlink() == Path(old.adapter)
    assert (link / "ledger.proof").is_file()
    (row,) = [row for row in told(stocked, "versions") if row["status"] == "active"]
    assert row["dna"] == old.adapter
    stocked.run("sign", old.adapter)
    out = stocked.run("verify", old.adapter)
    assert "imported by entry" in out.out
    assert "how it was made is not" in out.err
    assert "1 of 2 tensors differ" in stocked.run("diff", old.adapter, old.twin).err
    stocked.run("withdraw", old.adapter, "--reason", "wrong data")
    assert "withdrawn" in stocked.run("activate", old.adapter, expect=4).err


def test_what_cannot_answer_is_refused_in_a_sentence(stocked: Workspace, old: Old) -> None:
    assert "no adapter that can be applied" in stocked.run("activate", old.tensors, expect=4).err
    for words in (("activate",), ("verify",), ("withdraw",), ("sign",)):
        more = ("--reason", "r") if words == ("withdraw",) else ()
        found = stocked.run(*words, old.recorded, *more, expect=3)
        assert "there are no weights of it" in found.err
    asked = stocked.run("ask", "Vem är du?", "--version", old.adapter, expect=4)
    assert "oneseek migrate base" in asked.err
    train = ("train", "--base", "tiny", "--dataset", "identity_v1", "--continue-from")
    assert "not identified" in stocked.run(*train, old.adapter, expect=4).err
    assert "no adapter" in stocked.run(*train, old.tensors, expect=4).err
    for words in (("export", old.adapter, "--format", "spdx"), ("reproduce", old.adapter),
                  ("bundle", "export", old.adapter, "-o", "b.zip")):  # fmt: skip
        assert "was imported" in stocked.run(*words, expect=6).err


def test_it_goes_and_comes_with_resets_and_is_made_again_from_nothing(
    stocked: Workspace, old: Old
) -> None:
    stocked.run("reset", "--confirm", "RESET", "--reason", "start again")
    assert not (stocked.certified / old.adapter).exists()
    stocked.run("restore", old.adapter)
    files = sorted(path.name for path in (stocked.certified / old.adapter).iterdir())
    assert files == [
        "adapter_config.json", "adapter_model.safetensors", "ledger.proof", "legacy",
        "manifest.json",
    ]  # fmt: skip
    shutil.rmtree(stocked.certified)
    shutil.rmtree(stocked.root / "models" / "oneseek-integrity")
    stocked.run("rebuild")
    stocked.run("rebuild", "state")
    assert (stocked.certified / old.adapter / "legacy").is_dir()
    assert (stocked.root / "models" / "oneseek-integrity" / f"{old.adapter}.sha256").is_file()
    stocked.run("verify", "--deep")


def test_an_audit_tells_how_good_the_records_are(stocked: Workspace, old: Old) -> None:
    stocked.run("activate", old.twin)
    stocked.run("ledger", "index")
    document = json.loads(stocked.run("audit", "--deep", "--html", "audit.html", "--json").out)
    answers = {question["name"]: question for question in document["questions"]}
    assert answers["legacy"]["because"].startswith(
        "5 legacy records, each marked as one: 1 verified, 2 asserted, 1 contradicted"
    )
    assert {answers[name]["verdict"] for name in ("materials", "service", "files")} == {"yes"}
    figures = {item["name"]: item["value"] for item in answers["materials"]["figures"]}
    assert figures["active, though nobody saw how it was made"] == old.twin
    assert "contradicted" in (stocked.root / "audit.html").read_text("utf-8")


def test_its_history_is_proved_with_the_index(stocked: Workspace, old: Old) -> None:
    stocked.run("activate", old.adapter)
    stocked.run("ledger", "index")
    key = ".oneseek/checkpoint.vkey"
    for dna in (old.adapter, old.recorded):
        stocked.run("history", dna, "--proof", f"{dna}.proof")
        said = stocked.run("check", f"{dna}.proof", "--key", key).out
        assert "imported as" in said
    stocked.run("history", old.recorded, "--never-active", "--proof", "never.proof")
    stocked.run("check", "never.proof", "--key", key)
