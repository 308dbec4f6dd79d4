"""Links, names and folders that lead out of where they belong lead nowhere."""

from hashlib import sha256
from pathlib import Path

import pytest

from e2e.harm import findings, forging
from e2e.workspaces import Workspace
from oneseek.adapters.objects.tree import hash_tree


def test_a_link_in_the_place_of_the_certified_tree_is_never_written_through(
    stocked: Workspace, tmp_path: Path
) -> None:
    stocked.certified.rename(tmp_path / "elsewhere")
    stocked.certified.symlink_to(tmp_path / "elsewhere")
    before = hash_tree(tmp_path / "elsewhere")
    size = stocked.size()
    for words in (["activate", "1.0"], ["rebuild"]):
        assert "is a link, not a folder" in stocked.run(*words, expect=1).err
    assert hash_tree(tmp_path / "elsewhere") == before
    assert stocked.size() == size


@pytest.mark.parametrize("name", ["../../../evil", "/tmp/evil", "..", ""])
def test_a_name_in_a_forged_entry_leads_nowhere(
    name: str, stocked: Workspace, tmp_path: Path
) -> None:
    stocked.run("activate", "1.0")
    index = stocked.size() - 1
    with forging(stocked) as connection:
        (raw,) = connection.execute(
            "SELECT state FROM entries WHERE position = ?", (index,)
        ).fetchone()
        head, _, tail = bytes(raw).partition(b'"dna":"')
        forged = head + b'"dna":"' + name.encode() + tail[tail.index(b'"') :]
        connection.execute(
            "UPDATE entries SET state = ?, leaf_hash = ? WHERE position = ?",
            (forged, sha256(b"\0" + forged).digest(), index),
        )
    done = stocked.run("replay", "--until", str(index + 1), "--to", str(tmp_path / "r"), expect=10)
    assert "no folder can be called so" in done.err
    assert not (tmp_path / "r").exists()


@pytest.mark.parametrize(
    "folder", ["models/oneseek-certified/then", "models/oneseek-integrity/then", ".oneseek/then"]
)
def test_a_replay_does_not_fill_the_ledgers_own_folders(folder: str, stocked: Workspace) -> None:
    stocked.run("replay", "--until", "3", "--to", folder, expect=2)
    assert not (stocked.root / folder).exists()
    stocked.run("verify")


def test_a_link_in_the_tree_that_leads_out_is_taken_away_and_never_followed(
    stocked: Workspace, tmp_path: Path
) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "kept.txt").write_text("kept")
    for name in ("out", "..up", stocked.versions()[0] + ".x"):
        (stocked.certified / name).symlink_to(outside)
    (stocked.certified / stocked.versions()[0] / "out").symlink_to(outside)
    found = {where.rsplit("/", 1)[-1] for _, where, _ in findings(stocked, expect=1)}
    assert found == {"out", "..up", stocked.versions()[0] + ".x"}
    stocked.run("rebuild")
    stocked.run("verify")
    assert (outside / "kept.txt").read_text() == "kept"
