"""Backups of versions through the real command line: taken, proved, harmed, mended, let go."""

import hashlib
import json
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from click.testing import CliRunner

from e2e.imports import import_old
from e2e.workspaces import ONESEEK, Workspace, everything, train_small
from oneseek.cli.main import oneseek
from oneseek.domain.listings import OnShelf

if TYPE_CHECKING:
    from storage_server.server import Running


def run(workspace: Workspace, *words: str, expect: int = 0) -> Any:
    """Run ``oneseek backup words…`` in this process, which is quicker; return its JSON."""
    line = ["backup", *words, "--json", "--workspace", str(workspace.root)]
    done = CliRunner().invoke(oneseek, line)
    code = getattr(done.exception, "exit_code", done.exit_code)
    assert code == expect, f"{line} → {code}\n{done.output}\n{done.exception!r}"
    return json.loads(done.stdout)


def backups(workspace: Workspace) -> Path:
    return workspace.root / "models" / "backups"


def object_at(folder: Path, digest: str) -> Path:
    return folder / "objects" / digest[:2] / digest[2:]


def flip(path: Path) -> None:
    """Change the last byte of a file."""
    raw = path.read_bytes()
    path.chmod(0o644)
    path.write_bytes(raw[:-1] + bytes([raw[-1] ^ 1]))


def settings(workspace: Workspace, **values: int) -> None:
    """Set numbers of the retention policy."""
    with (workspace.root / "oneseek.toml").open("a", encoding="utf-8") as file:
        file.writelines(f"{name} = {value}\n" for name, value in values.items())


@pytest.fixture
def backed(stocked: Workspace) -> Workspace:
    """A workspace with local backups of both of its versions."""
    run(stocked, "run")
    return stocked


def test_a_version_comes_back_from_its_backup_without_our_software(backed: Workspace) -> None:
    folder = backups(backed)
    dna = backed.versions()[0]
    (shelf,) = folder.glob(f"versions/{dna}~*.json")
    says = json.loads(shelf.read_bytes())
    raw = object_at(folder, says["listing"]).read_bytes()
    assert hashlib.sha256(raw).hexdigest() == says["listing"]
    listing = json.loads(raw)
    for item in listing["objects"]:
        data = object_at(folder, item["sha256"]).read_bytes()
        assert (hashlib.sha256(data).hexdigest(), len(data)) == (item["sha256"], item["size"])
    named = {item["what"]: item["sha256"] for item in listing["objects"]}
    manifest = json.loads(object_at(folder, listing["manifest"]).read_bytes())
    again = {file["path"]: object_at(folder, file["sha256"]) for file in manifest["files"]}
    again |= {name: object_at(folder, named[name]) for name in ("manifest.json", "ledger.proof")}
    again["model.sig"] = object_at(folder, named["model.sig"])
    stands = backed.certified / dna
    assert {name: path.read_bytes() for name, path in again.items()} == {
        str(path.relative_to(stands)): path.read_bytes()
        for path in stands.rglob("*")
        if path.is_file()
    }
    key = next((backed.root / ".oneseek").glob("checkpoint.vkey"))
    bundle = object_at(folder, listing["bundle"])
    backed.run("bundle", "verify", str(bundle), "--trust", str(key))
    assert listing["tree"]["checkpoint"].startswith("test.example/log\n")


def test_taking_again_finds_nothing_new_and_a_preview_changes_nothing(stocked: Workspace) -> None:
    before = everything(stocked)
    preview = run(stocked, "run", "--dry-run")
    assert [item["target"] for item in preview] == ["local", "local"]
    assert everything(stocked) == before
    taken = run(stocked, "run")["taken"]
    assert [item["confirmed"] for item in taken] == ["read-back", "read-back"]
    assert taken[1]["sent"] < taken[0]["sent"]
    size = stocked.size()
    done = stocked.run("backup", "run")
    assert done.out == "Nothing new: every backup that is wanted is there.\n"
    assert run(stocked, "run", "--dry-run") == []
    assert stocked.size() == size


def test_the_table_says_what_lies_where_and_what_is_not_copied(backed: Workspace) -> None:
    done = backed.run("backup", "list")
    assert all(dna in done.out for dna in backed.versions())
    assert "base model tiny is in no backup" in done.err
    listed = run(backed, "list", "--to", "local")
    assert [item["version"] for item in listed] == ["1.0", "2.0"]
    assert [item["damaged_since"] for item in listed] == [None, None]
    assert run(backed, "list", "--to", f"file://{backups(backed)}") == []


def test_verifying_reads_shared_objects_once_and_records_what_it_found(backed: Workspace) -> None:
    size = backed.size()
    (place,) = run(backed, "verify")["places"]
    lying = [p for p in (backups(backed) / "objects").rglob("*") if p.is_file()]
    shelf = [p.read_bytes() for p in (backups(backed) / "versions").iterdir()]
    listings = sum(OnShelf.from_bytes(raw).size for raw in shelf)
    assert place["bytes_read"] == sum(p.stat().st_size for p in lying) - listings
    assert backed.size() == size + 2
    assert run(backed, "verify", "--quick")["places"][0]["bytes_read"] == 0
    run(backed, "verify", "--no-record")
    run(backed, "verify", "1.0", "--quick")
    assert backed.size() == size + 2


def test_harm_is_found_named_mended_and_cleared_away(backed: Workspace) -> None:
    folder, (first, second) = backups(backed), backed.versions()
    weights = json.loads((backed.certified / first / "manifest.json").read_bytes())["files"]
    flipped = next(f["sha256"] for f in weights if f["path"] == "adapter_model.safetensors")
    flip(object_at(folder, flipped))
    (shelf,) = folder.glob(f"versions/{second}~*.json")
    shelf.unlink()
    (folder / "versions" / "notes.txt").write_text("mine")
    (folder / "objects" / "readme.txt").write_text("mine too")
    found = run(backed, "verify", expect=1)["findings"]
    assert [(item["check"], any(word in item["where"] for word in (flipped, second, "notes")))
            for item in found] == [
        ("backup-gone", True), ("backup-object-damaged", True), ("backup-unknown", True)
    ]  # fmt: skip
    assert [item["damaged_since"] is None for item in run(backed, "list")] == [False, False]
    assert len(run(backed, "run")["taken"]) == 2
    (folder / "versions" / "notes.txt").unlink()
    run(backed, "verify")
    assert len(run(backed, "list")) == 2
    done = run(backed, "prune")[0]
    assert (done["gone"], done["left_over"]) == ([], 0)
    assert done["objects"] > 0  # bundles and listings of the damaged ones


def test_a_missing_object_is_found_and_sent_again(backed: Workspace) -> None:
    dna = backed.versions()[0]
    manifest = json.loads((backed.certified / dna / "manifest.json").read_bytes())
    lost = manifest["files"][0]["sha256"]
    object_at(backups(backed), lost).unlink()
    quick = run(backed, "verify", "--quick", expect=1)["findings"]
    assert [item["check"] for item in quick] == ["backup-object-missing"]
    run(backed, "verify", expect=1)
    assert run(backed, "run")["taken"]
    run(backed, "verify")


def test_pruning_follows_the_policy_and_says_why(backed: Workspace) -> None:
    settings(backed, local_major=1)
    before = everything(backed)
    planned = run(backed, "prune", "--dry-run")[0]
    assert everything(backed) == before
    assert [item["dna"] for item in planned["gone"]] == backed.versions()[:1]
    explained = backed.run("backup", "prune", "--dry-run", "--explain").out
    assert "would go" in explained
    assert "stays" in explained
    assert "the content store of this workspace" in explained
    done = run(backed, "prune")[0]
    assert (done["gone"], done["bytes"]) == (planned["gone"], planned["bytes"])
    assert "last 1 major" in done["gone"][0]["reason"]
    run(backed, "verify")
    assert run(backed, "prune")[0]["entry"] is None
    assert backed.run("backup", "run").out.startswith("Nothing new")


@pytest.mark.parametrize("protects", ["active", "last copy"])
def test_what_is_active_or_the_last_copy_stays(backed: Workspace, protects: str) -> None:
    settings(backed, local_major=1)
    if protects == "active":
        backed.run("activate", "1.0")
    else:
        weights = json.loads(
            (backed.certified / backed.versions()[0] / "manifest.json").read_bytes()
        )["files"][0]["sha256"]
        flip(object_at(backed.root / ".oneseek", weights))
    done = run(backed, "prune")[0]
    assert done["gone"] == []
    reasons = " / ".join(item["reason"] for item in done["kept"])
    assert ("active" if protects == "active" else "last whole copy") in reasons


def test_two_runs_at_once_make_one_backup_of_each(stocked: Workspace) -> None:
    words = [str(ONESEEK), "backup", "run", "--json"]
    both = [
        subprocess.Popen(words, cwd=stocked.root, stdout=subprocess.PIPE, text=True)
        for _ in range(2)
    ]
    taken = [json.loads(one.communicate()[0])["taken"] for one in both]
    assert [one.returncode for one in both] == [0, 0]
    assert sorted(len(item) for item in taken) in ([0, 2], [1, 1])
    assert len(run(stocked, "list")) == 2
    run(stocked, "verify")


def test_two_prunings_at_once_agree(backed: Workspace) -> None:
    settings(backed, local_major=1)
    words = [str(ONESEEK), "backup", "prune", "--json"]
    both = [
        subprocess.Popen(words, cwd=backed.root, stdout=subprocess.PIPE, text=True)
        for _ in range(2)
    ]
    gone = [json.loads(one.communicate()[0])[0]["gone"] for one in both]
    assert [one.returncode for one in both] == [0, 0]
    assert sorted(map(len, gone)) == [0, 1]
    run(backed, "verify")


def test_while_another_process_is_at_it_nothing_happens(
    stocked: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    from oneseek.cli.wiring import backups as wiring
    from oneseek.domain.errors import Conflict

    monkeypatch.setattr(wiring, "_WAIT_SECONDS", 0.0)
    app = stocked.app()
    try:
        (place,) = wiring.places(app, ())
        with (
            wiring.alone_at(app, place),
            pytest.raises(Conflict, match="the backups at local"),
            wiring.alone_at(app, place),
        ):
            pass
    finally:
        app.close()


def test_an_imported_version_is_kept_without_a_bundle(stocked: Workspace) -> None:
    old = import_old(stocked)
    run(stocked, "run", old.adapter)
    folder = backups(stocked)
    (shelf,) = folder.glob(f"versions/{old.adapter}~????????.json")
    listing = json.loads(object_at(folder, json.loads(shelf.read_bytes())["listing"]).read_bytes())
    assert listing["bundle"] is None
    assert "imported" in listing["without_bundle"]
    run(stocked, "verify")


def test_what_the_policy_lets_go_is_not_taken_unless_it_is_named(
    stocked: Workspace,
) -> None:
    settings(stocked, local_major=1)
    assert [item["dna"] for item in run(stocked, "run", "--dry-run")] == stocked.versions()[1:]
    assert len(run(stocked, "run", "1.0")["taken"]) == 1


def test_a_version_whose_objects_are_damaged_here_is_refused_and_the_others_are_taken(
    stocked: Workspace,
) -> None:
    first, second = stocked.versions()
    manifest = json.loads((stocked.certified / first / "manifest.json").read_bytes())
    weights = next(
        f["sha256"] for f in manifest["files"] if f["path"] == "adapter_model.safetensors"
    )
    flip(object_at(stocked.root / ".oneseek", weights))
    done = run(stocked, "run", expect=1)
    assert [item["check"] for item in done["findings"]] == ["backup-refused"]
    assert [item["dna"] for item in done["taken"]] == [second]
    told = stocked.run("backup", "run", expect=1)
    assert first in told.out


def test_a_version_whose_objects_are_not_here_is_left_out_or_refused_by_name(
    stocked: Workspace,
) -> None:
    first = stocked.versions()[0]
    manifest = json.loads((stocked.certified / first / "manifest.json").read_bytes())
    weights = next(
        f["sha256"] for f in manifest["files"] if f["path"] == "adapter_model.safetensors"
    )
    object_at(stocked.root / ".oneseek", weights).unlink()
    assert len(run(stocked, "run", "--dry-run")) == 1
    assert len(run(stocked, "run")["taken"]) == 1
    for words in (("run", first), ("run", first, "--dry-run")):
        done = stocked.run("backup", *words, expect=3)
        assert "cannot be backed up" in done.err


@pytest.mark.parametrize(
    ("words", "code", "says"),
    [
        (("run", "--to", "file:///not/there"), 5, "no folder /not/there"),
        (("run", "--to", "firebase"), 2, "no bucket"),
        (("run", "--to", "s3://me:secret@bucket/x"), 2, "password"),
        (("run", "9.9"), 3, "no version '9.9'"),
        (("verify", "1.0"), 3, "no backup of"),
        (("prune", "--to", "nowhere"), 2, "neither local"),
    ],
)
def test_what_cannot_be_done_is_one_sentence_and_changes_nothing(
    stocked: Workspace, words: tuple[str, ...], code: int, says: str
) -> None:
    before = everything(stocked)
    done = stocked.run("backup", *words, expect=code)
    assert says in done.err
    assert done.err.count("Error: ") == 1
    assert "secret" not in done.err
    assert everything(stocked) == before


def test_backups_at_two_places_are_copies_of_each_other(stocked: Workspace, tmp_path: Path) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    url = f"file://{disk}"
    run(stocked, "run", "--to", "local", "--to", url)
    assert [item["target"] for item in run(stocked, "list")] == ["local", "local", url, url]
    settings(stocked, local_major=1)
    gone = run(stocked, "prune")[0]["gone"]
    assert [item["copies"] for item in gone] == [[url]]
    assert run(stocked, "verify", "--from", url)["ok"]
    disk.rename(tmp_path / "unplugged")
    assert len(run(stocked, "list", "--to", url)) == 2  # asks no place


def test_a_new_version_is_all_that_the_next_run_sends(backed: Workspace) -> None:
    app = backed.app()
    try:
        dna = train_small(app, 3)
    finally:
        app.close()
    assert [item["dna"] for item in run(backed, "run")["taken"]] == [dna]


def test_firebase_storage_keeps_backups_and_never_lets_majors_go(
    stocked: Workspace, storage: "Running", monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STORAGE_EMULATOR_HOST", storage.url)
    url = "gs://things/models"
    taken = run(stocked, "run", "--to", url)["taken"]
    assert [(item["target"], item["confirmed"]) for item in taken] == [(url, "checksum")] * 2
    assert run(stocked, "run", "--to", url)["taken"] == []
    (place,) = run(stocked, "verify", "--from", url)["places"]
    assert (place["damaged"], place["recorded"]) == ([], 2)
    settings(stocked, local_major=1, cloud_micro=1)
    (pruned,) = run(stocked, "prune", "--to", url)
    assert pruned["gone"] == []
    assert {item["reason"] for item in pruned["kept"]} == {
        "the cloud rule keeps every major version"
    }
