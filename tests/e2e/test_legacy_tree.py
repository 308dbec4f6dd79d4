"""The historic layout through the real command: the export, and the projection that is switched on.

What PEFT and torch read of it is tested in ``test_real_training.py``.
"""

import json
import os
import re
import shutil
import stat
from hashlib import sha256
from pathlib import Path

import pytest

from e2e.workspaces import Workspace, everything, train_small
from oneseek.adapters.objects.tree import hash_tree

TREES = ("models/oneseek-7b-zero", "models/oqt")


def switch(workspace: Workspace, to: str) -> None:
    """Write the setting in ``oneseek.toml``."""
    path = workspace.root / "oneseek.toml"
    text = re.sub(r"(# )?legacy_tree = \w+", f"legacy_tree = {to}", path.read_text("utf-8"))
    assert f"legacy_tree = {to}" in text
    path.write_text(text, "utf-8")


def listing(workspace: Workspace) -> dict[str, object]:
    """Return digest, link and mode of everything in both trees."""
    return {
        f"{tree}/{path}": (entry.kind, entry.digest, entry.target, entry.mode)
        for tree in TREES
        if (workspace.root / tree).is_dir()
        for path, entry in hash_tree(workspace.root / tree).items()
    }


@pytest.fixture
def switched_on(stocked: Workspace) -> Workspace:
    switch(stocked, "true")
    stocked.run("current", expect=3)  # nothing is active; what is behind is brought up to date
    return stocked


def test_an_export_is_what_the_founding_documents_promise(stocked: Workspace) -> None:
    done = stocked.run("export", "1.0", "--format", "legacy-tree", "-o", "old/tree", "--json")
    told = json.loads(done.out)
    root = stocked.root / "old" / "tree"
    found = {path.relative_to(root).as_posix() for path in root.rglob("*") if path.is_file()}
    assert set(told["files"]) == found
    assert (told["subject"], told["imported"]) == (stocked.versions()[0], False)
    for tree in TREES:
        for folder in ("checkpoints/daily", "checkpoints/weekly", "backups/firebase-storage",
                       "backups/local-backup", "base_models"):  # fmt: skip
            assert (root / tree / folder / ".gitkeep").read_bytes() == b""
    weights = root / "models" / "oneseek-7b-zero" / "weights"
    metadata = json.loads((weights / "oneseek-7b-zero-v1.0-SV.json").read_bytes())
    certified = stocked.certified / told["subject"]
    assert metadata["version"] == "1.0-SV"
    assert metadata["provenance"]["dna"] == told["subject"]
    assert metadata["provenance"]["manifest"] == digest(certified / "manifest.json")
    assert type(metadata["provenance"]["ledger_block_id"]) is int
    assert re.fullmatch("[0-9a-f]{64}", metadata["provenance"]["training_data_hash"])
    assert re.fullmatch(r"\S+T\S+Z", metadata["timestamp"])
    assert metadata["metrics"]["fairness_score"] is None
    adapter = root / "models" / "oneseek-7b-zero" / "lora_adapters" / "oneseek-7b-zero-v1.0-SV"
    assert digest(adapter / "adapter_model.safetensors") == digest(
        certified / "adapter_model.safetensors"
    )
    assert not (adapter / "metadata.json").exists()
    assert not (adapter / "adapter.pth").exists()


def test_checksum_and_size_in_the_oqt_metadata_are_true(stocked: Workspace) -> None:
    stocked.run("export", "1.0", "--format", "legacy-tree", "-o", "old", "--adapter-file")
    weights = stocked.root / "old" / "models" / "oqt" / "weights"
    metadata = json.loads((weights / "oqt-1.0-v1.0-SV.json").read_bytes())
    made = weights / "oqt-1.0-v1.0-SV.pth"
    assert metadata["checksum"] == f"sha256:{digest(made)}"
    assert metadata["file_size_bytes"] == made.stat().st_size
    again = weights.parent / "lora_adapters" / "oqt-1.0-v1.0-SV" / "adapter.pth"
    assert again.read_bytes() == made.read_bytes()


def test_an_export_takes_a_new_or_an_empty_folder_only(stocked: Workspace) -> None:
    words = ("export", "1.0", "--format", "legacy-tree")
    (stocked.root / "empty").mkdir()
    stocked.run(*words, "-o", "empty")
    (stocked.root / "file").write_text("mine")
    before = everything(stocked)
    for target in ("empty", "file"):
        assert "is not an empty folder" in stocked.run(*words, "-o", target, expect=4).err
    for target in ("models/oqt", ".oneseek/x", "models/oneseek-certified/x"):
        assert "only the ledger's own files" in stocked.run(*words, "-o", target, expect=2).err
    assert "name a new one" in stocked.run(*words, expect=2).err
    assert "names no rows" in stocked.run(*words, "--with-data", "-o", "x", expect=2).err
    other = ("export", "1.0", "--format", "slsa", "--adapter-file")
    assert "belongs to --format legacy-tree" in stocked.run(*other, expect=2).err
    assert stocked.run("export", "9.9", *words[2:], "-o", "x", expect=3).err
    assert everything(stocked) == before


def test_an_export_that_fails_leaves_nothing(stocked: Workspace) -> None:
    dna = stocked.versions()[0]
    weights = digest(stocked.certified / dna / "tokenizer.json")
    for path in (stocked.root / ".oneseek" / "objects").rglob(f"*{weights[4:]}"):
        path.unlink()
    left = stocked.root / ".old.oneseek-export"  # as a killed export leaves it
    left.mkdir()
    (left / "half").write_text("written")
    stocked.run("export", "1.0", "--format", "legacy-tree", "-o", "old", expect=3)
    assert not (stocked.root / "old").exists()
    assert not left.exists()


def test_a_withdrawn_version_is_exported_with_a_word(stocked: Workspace) -> None:
    stocked.run("withdraw", "1.0", "--reason", "wrong data")
    done = stocked.run("export", "1.0", "--format", "legacy-tree", "-o", "old")
    assert "was withdrawn by entry" in done.err


def test_the_projection_is_off_until_it_is_switched_on_and_then_shows_everything(
    stocked: Workspace,
) -> None:
    assert listing(stocked) == {}
    assert "is switched off" in stocked.run("rebuild", "legacy-tree", expect=2).err
    switch(stocked, "true")
    stocked.run("rebuild", "--json")
    found = listing(stocked)
    for number in ("1.0-SV", "2.0-SV"):
        assert f"models/oneseek-7b-zero/weights/oneseek-7b-zero-v{number}.pth" in found
        assert f"models/oqt/weights/oqt-1.0-v{number}.json" in found
    stocked.run("export", "1.0", "--format", "legacy-tree", "-o", "old")
    exported = stocked.root / "old"
    for path in exported.rglob("*"):
        if path.is_file():
            beside = stocked.root / path.relative_to(exported)
            assert beside.read_bytes() == path.read_bytes()
    stocked.run("verify")


def test_the_trees_can_be_deleted_and_are_made_again_byte_for_byte(switched_on: Workspace) -> None:
    before = listing(switched_on)
    shutil.rmtree(switched_on.root / TREES[0])
    torch = switched_on.root / TREES[1] / "weights" / "oqt-1.0-v1.0-SV.pth"
    torch.chmod(0o644)
    torch.write_bytes(b"PLACEHOLDER_MODEL_WEIGHTS")
    shutil.rmtree(switched_on.root / TREES[1] / "lora_adapters")
    found = switched_on.run("verify", expect=1)
    assert "oqt-1.0-v1.0-SV.pth" in found.out + found.err
    done = json.loads(switched_on.run("rebuild", "--json").out)
    repaired = {each["projection"]: each["repaired"] for each in done}
    assert repaired["legacy-tree"] > 0
    assert repaired["legacy-oqt-tree"] > 0
    assert repaired["certified-tree"] == 0
    assert listing(switched_on) == before
    switched_on.run("verify")


def test_the_trees_follow_activation_training_withdrawal_reset_and_restoration(
    switched_on: Workspace,
) -> None:
    oqt = switched_on.root / "models" / "oqt"
    switched_on.run("activate", "1.0")
    assert (oqt / "lora_adapters" / "current").resolve().name == "oqt-1.0-v1.0-SV"
    app = switched_on.app()
    try:
        train_small(app, 3, "en")
    finally:
        app.close()
    assert (oqt / "weights" / "oqt-1.0-v1.0.pth").is_file()
    (sv_one, sv_two, _) = switched_on.versions()
    switched_on.run("withdraw", sv_one, "--reason", "wrong data")
    assert not (oqt / "lora_adapters" / "current").is_symlink()
    assert not list(oqt.rglob("*v1.0-SV*"))
    switched_on.run("verify")
    switched_on.run("reset", "--confirm", "RESET", "--reason", "start again")
    assert {path.name for path in oqt.rglob("*") if path.is_file()} == {".gitkeep", "README.md"}
    switched_on.run("restore", sv_two)
    assert (oqt / "weights" / "oqt-1.0-v2.0-SV.pth").is_file()
    switched_on.run("verify")


def test_a_replay_shows_them_as_they_were(switched_on: Workspace) -> None:
    size = switched_on.size()
    before = listing(switched_on)
    switched_on.run("withdraw", "1.0", "--reason", "wrong data")
    switched_on.run("replay", "--until", str(size), "--to", "then")
    assert listing(Workspace(switched_on.root / "then")) == before


def test_a_real_legacy_tree_is_not_taken_over_and_nothing_of_it_is_lost(stocked: Workspace) -> None:
    tree = stocked.root / "models" / "oneseek-7b-zero"
    (tree / "weights").mkdir(parents=True)
    (tree / "weights" / "oneseek-7b-zero-v1.1.json").write_text('{"version": "1.1"}')
    (tree / "README.md").write_text("# Ours, from 2025\n")
    switch(stocked, "true")
    before = everything(stocked)
    for words in (("rebuild", "legacy-tree"), ("activate", "1.0")):
        refused = stocked.run(*words, expect=4)
        assert "is not a folder of legacy-tree: it holds README.md" in refused.err
        assert "switch the projection off" in refused.err
    told = stocked.run("current", expect=3).err
    assert "note: the certified tree could not be brought up to date" in told
    after = everything(stocked)
    assert {path: after.get(path) for path in before} == before
    tree.rename(stocked.root / "aside")
    stocked.run("activate", "1.0")
    assert (tree / "README.md").read_text().startswith("# The historic layout")


def test_a_tree_without_its_readme_is_still_ours_while_nothing_else_is_in_it(
    switched_on: Workspace,
) -> None:
    before, root = listing(switched_on), switched_on.root / TREES[1]
    (root / "README.md").unlink()
    (root / "weights" / "oqt-1.0-v1.0-SV.pth").unlink()  # as a crash in its first making leaves it
    switched_on.run("rebuild")
    assert listing(switched_on) == before
    (root / "README.md").unlink()
    (root / "weights" / "mine.json").write_text("{}")
    assert "it holds weights/mine.json" in switched_on.run("rebuild", expect=4).err
    assert (root / "weights" / "mine.json").read_text() == "{}"


def test_the_readme_is_written_first_so_that_a_tree_half_made_is_known(stocked: Workspace) -> None:
    dna = stocked.versions()[1]
    tokenizer = digest(stocked.certified / dna / "tokenizer.json")
    (kept,) = (stocked.root / ".oneseek" / "objects").rglob(f"*{tokenizer[4:]}")
    aside = kept.rename(stocked.root / "aside")
    switch(stocked, "true")
    stocked.run("rebuild", "legacy-tree", expect=3)
    root = stocked.root / TREES[0]
    assert (root / "README.md").is_file()
    assert not list(root.rglob("*.pth"))
    aside.rename(kept)
    stocked.run("rebuild", "legacy-tree")
    (root / "lora_adapters" / "mine").mkdir()
    (root / "lora_adapters" / "mine" / "adapter.pth").write_bytes(b"mine")
    stocked.run("rebuild", "legacy-tree")  # known as ours: what is not is moved away, not lost
    (moved,) = (stocked.root / ".oneseek" / "displaced").rglob("mine/adapter.pth")
    assert moved.read_bytes() == b"mine"
    stocked.run("verify")


def test_folders_have_their_mode_whatever_the_umask(switched_on: Workspace) -> None:
    folder = switched_on.root / TREES[0] / "lora_adapters"
    shutil.rmtree(folder)
    app, before = switched_on.app(), os.umask(0o077)
    try:
        train_small(app, 3)
    finally:
        os.umask(before)
        app.close()
    assert stat.S_IMODE(folder.stat().st_mode) == 0o755


def test_nothing_is_written_through_a_link_in_the_place_of_a_folder(switched_on: Workspace) -> None:
    before, weights = listing(switched_on), switched_on.root / TREES[0] / "weights"
    elsewhere = switched_on.root / "elsewhere"
    weights.rename(elsewhere)
    kept = hash_tree(elsewhere)
    weights.symlink_to(elsewhere)
    switched_on.run("withdraw", "1.0", "--reason", "wrong data")
    assert hash_tree(elsewhere) == kept
    assert not weights.is_symlink()
    switched_on.run("rebuild")
    assert hash_tree(elsewhere) == kept
    assert listing(switched_on).keys() < before.keys()
    switched_on.run("verify")


def test_switching_it_off_leaves_the_folders_as_they_are(switched_on: Workspace) -> None:
    before = listing(switched_on)
    switch(switched_on, "false")
    switched_on.run("withdraw", "1.0", "--reason", "wrong data")
    assert listing(switched_on) == before
    refused = switched_on.run("rebuild", "legacy-oqt-tree", expect=2).err
    assert "models/oqt is left as it is" in refused
    switched_on.run("verify")
    switch(switched_on, "true")
    switched_on.run("rebuild", "--json")
    assert not any("v1.0-SV" in path for path in listing(switched_on))
    switched_on.run("verify")


def digest(path: Path) -> str:
    return sha256(path.read_bytes()).hexdigest()
