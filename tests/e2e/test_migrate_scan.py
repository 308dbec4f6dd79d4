"""``oneseek migrate scan`` as an operator types it, outside of any workspace."""

import json
import os
from pathlib import Path

from e2e.workspaces import Workspace
from migrations.trees import QUESTION, SPRUNG, make_old_tree
from oneseek.adapters.objects.tree import hash_tree


def test_every_entry_is_listed_once_and_nothing_is_changed_anywhere(tmp_path: Path) -> None:
    old = make_old_tree(tmp_path / "old")
    os.mkfifo(old / "pipe")  # a finding, whatever the formats make of the rest
    before = hash_tree(old / "models")
    here = Workspace(tmp_path / "elsewhere")
    here.root.mkdir()
    done = here.run("migrate", "scan", str(old), "--json", expect=1)
    rows = [json.loads(line) for line in done.out.splitlines()]
    told = {row["path"]: row for row in rows}
    assert len(told) == len(rows)
    assert {path for path in told if path.startswith("models/")} == {f"models/{n}" for n in before}
    for path, entry in before.items():
        row = told[f"models/{path}"]
        assert row["digest"] == (None if row["personal"] else entry.digest)
    assert [found["check"] for found in told["pipe"]["findings"]] == ["special-file"]
    assert hash_tree(old / "models") == before
    assert list(here.root.iterdir()) == []
    assert not (tmp_path / SPRUNG).exists()


def test_classes_and_entries_are_shown_without_texts_of_people(tmp_path: Path) -> None:
    old = make_old_tree(tmp_path / "old")
    here = Workspace(tmp_path)
    os.mkfifo(old / "pipe")
    done = here.run("migrate", "scan", "old", "--list", expect=1)
    assert "✗ special-file: pipe" in done.out
    assert done.out.splitlines()[-1].endswith("Nothing was changed.")
    assert "models/oneseek-certified/OneSeek-7B-Zero-CURRENT -> OneSeek-7B-Zero.v1.0" in done.out
    assert QUESTION not in done.out


def test_what_cannot_be_a_source_is_told_in_a_sentence(tmp_path: Path) -> None:
    here = Workspace(tmp_path)
    assert "there is no" in here.run("migrate", "scan", "absent", expect=3).err
    (tmp_path / "a" / "b").mkdir(parents=True)
    assert "name one of them" in here.run("migrate", "scan", "a", "a/b", expect=2).err
    assert "named twice" in here.run("migrate", "scan", "a", "a", expect=2).err
    done = here.run("migrate", "scan", "a", "--workspace", str(tmp_path / "none"), expect=3)
    assert "not a workspace" in done.err


def test_a_folder_without_anything_odd_ends_well(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "notes.txt").write_text("hello", "utf-8")
    done = Workspace(tmp_path).run("migrate", "scan", "a")
    assert "1 entry, 1 file (5 B), 0 findings" in done.out
