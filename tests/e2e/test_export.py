"""``oneseek export``: documents for other people's tools, through the real command."""

import json
from hashlib import sha256

import pytest

from e2e.workspaces import ROWS, Workspace
from oneseek.domain.exports.formats import (
    DATASET_FORMATS,
    FOLDER_FORMATS,
    FORMATS,
    VERSION_FORMATS,
)


def test_the_list_says_what_verifies_each(stocked: Workspace) -> None:
    listed = json.loads(stocked.run("export", "--list", "--json").out)
    forms = (*FORMATS, *FOLDER_FORMATS)
    assert [each["name"] for each in listed] == [form.name for form in forms]
    shown = stocked.run("export", "--list").out
    for form in forms:
        assert form.title in shown
        assert form.verified_by in shown


def test_a_document_goes_to_standard_output_and_its_note_does_not(stocked: Workspace) -> None:
    done = stocked.run("export", "1.0", "--format", "cyclonedx")
    assert json.loads(done.out)["bomFormat"] == "CycloneDX"
    last = stocked.size() - 1
    assert done.err == f"note: as of entries 0 to {last} of test.example/log\n"
    told = json.loads(stocked.run("export", "1.0", "--format", "cyclonedx", "--json").out)
    assert told["document"] == done.out
    assert (told["format"], told["origin"]) == ("cyclonedx", "test.example/log")
    assert told["subject"] in stocked.versions()
    assert stocked.run("export", "1.0", "--format", "cyclonedx", "-o", "-").out == done.out


def test_a_document_goes_into_a_file(stocked: Workspace) -> None:
    done = stocked.run("export", "1.0", "--format", "spdx", "-o", "model.spdx.json")
    assert "model.spdx.json" in done.out
    written = (stocked.root / "model.spdx.json").read_text("utf-8")
    assert written == stocked.run("export", "1.0", "--format", "spdx").out


def test_all_formats_go_into_a_folder(stocked: Workspace) -> None:
    (dna, _) = stocked.versions()
    done = stocked.run("export", "1.0", "--all", "-o", "out/documents", "--json")
    files = {each["format"]: stocked.root / each["file"] for each in json.loads(done.out)}
    assert list(files) == [form.name for form in VERSION_FORMATS]
    assert {path.name for path in files.values()} == {
        path.name for path in (stocked.root / "out" / "documents").iterdir()
    }
    stocked.run("export", "1.0", "--all", "--unsigned", "-o", "one")
    stocked.run("export", "1.0", "--all", "--unsigned", "-o", "two")
    for path in (stocked.root / "one").iterdir():
        # Another process hashes texts otherwise; the bytes must not follow that.
        assert path.read_bytes() == (stocked.root / "two" / path.name).read_bytes()
    for path in (*files.values(), *(stocked.root / "one").iterdir()):
        assert path.name.startswith(dna)
        raw = path.read_bytes()
        for personal in (b"tester", "Fråga".encode(), str(stocked.root).encode(), b"models/"):
            assert personal not in raw


def test_a_dataset_has_formats_of_its_own(stocked: Workspace) -> None:
    done = stocked.run("export", "identity_v1", "--all", "-o", "out", "--json")
    told = [each["format"] for each in json.loads(done.out)]
    assert told == [form.name for form in DATASET_FORMATS]


def test_the_rows_of_a_dataset_can_lie_beside_its_documents(stocked: Workspace) -> None:
    for words in (("--all", "-o", "out"), ("--format", "croissant", "-o", "one/it.json")):
        stocked.run("export", "identity_v1", *words, "--with-data")
    for folder in ("out", "one"):
        rows = stocked.root / folder / "identity_v1.jsonl"
        assert rows.read_bytes() == ROWS
    document = json.loads((stocked.root / "one" / "it.json").read_bytes())
    assert document["distribution"][0]["contentUrl"] == "identity_v1.jsonl"


def test_a_file_with_the_name_of_the_rows_is_not_overwritten(stocked: Workspace) -> None:
    folder = stocked.root / "out"
    folder.mkdir()
    (folder / "identity_v1.jsonl").write_text("mine", "utf-8")
    words = ("export", "identity_v1", "--all", "--with-data", "-o", "out")
    assert "with other bytes" in stocked.run(*words, expect=2).err
    assert [path.read_text("utf-8") for path in folder.iterdir()] == ["mine"]
    (folder / "identity_v1.jsonl").write_bytes(ROWS)
    stocked.run(*words)


def test_the_model_card_is_the_certified_one(stocked: Workspace) -> None:
    (dna, _) = stocked.versions()
    card = stocked.run("export", "1.0", "--format", "model-card").out.encode()
    certified = (stocked.certified / dna / "README.md").read_bytes()
    assert sha256(card).digest() == sha256(certified).digest()


def test_exporting_leaves_everything_as_it_was(stocked: Workspace) -> None:
    before = stocked.size()
    one = stocked.run("export", "2.0", "--format", "slsa", "--unsigned").out
    stocked.run("withdraw", "2.0", "--reason", "Bo asked")
    assert stocked.size() == before + 1
    again = stocked.run("export", "2.0", "--format", "slsa", "--unsigned")
    assert again.out == one
    assert f"withdrawn by entry {before}" in again.err


@pytest.mark.parametrize(
    ("words", "code", "says"),
    [
        ((), 2, "in which format"),
        (("1.0",), 2, "in which format"),
        (("1.0", "--format", "spdx", "--all"), 2, "in which format"),
        (("1.0", "--format", "xml"), 2, "there is no format 'xml'"),
        (("9.0", "--format", "spdx"), 3, "there is no version '9.0'"),
        (("nothing", "--all", "-o", "out"), 3, "no version and no dataset 'nothing'"),
        (("1.0", "--all"), 2, "several files"),
        (("identity_v1", "--format", "croissant", "--with-data"), 2, "a file of rows too"),
        (("1.0", "--format", "prov", "--with-data", "-o", "x"), 2, "names no rows"),
        (("identity_v1", "--all", "--with-data", "-o", "oneseek.toml"), 2, "is a file"),
        (("1.0", "--all", "-o", "-"), 2, "several files"),
        (("1.0", "--all", "-o", "oneseek.toml"), 2, "is a file"),
        (("1.0", "--format", "spdx", "-o", "."), 2, "is a folder"),
        (("1.0", "--format", "spdx", "-o", "no/such/folder.json"), 5, "folder.json"),
    ],
)
def test_what_cannot_be_exported_is_said(
    words: tuple[str, ...], code: int, says: str, stocked: Workspace
) -> None:
    done = stocked.run("export", *words, expect=code)
    assert says in done.err
    assert done.out == ""
    assert not (stocked.root / "out").exists()
