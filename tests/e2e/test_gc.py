"""Holding, collecting and bringing back through the real command."""

import json
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NoReturn

import pytest

from e2e.workspaces import Workspace
from oneseek.cli.app import App
from oneseek.cli.output import Output
from oneseek.cli.wiring.collecting import look_here
from oneseek.domain.errors import Conflict, ServiceFailed

_TERMS = ("--grace-days", "0", "--without-backup")
_DIE_AFTER_THE_ENTRY = """
import os, signal, sys
from oneseek.adapters.objects.store import FileObjectStore
FileObjectStore.remove = lambda *_: os.kill(os.getpid(), signal.SIGKILL)
sys.argv = ["oneseek", "gc", "--grace-days", "0", "--without-backup"]
from oneseek.cli.main import main
main()
"""
_TRAIN_SLOWLY = """
import sys, time
from pathlib import Path
sys.path.insert(0, sys.argv[1])
from e2e.workspaces import Workspace
from oneseek.cli.wiring.writing import writing
app = Workspace(Path(sys.argv[2])).app()
with writing(app):
    with app.leases.hold("t"):
        print("busy", flush=True)
        time.sleep(60)
"""


def objects(workspace: Workspace) -> dict[str, bytes]:
    root = workspace.root / ".oneseek" / "objects"
    return {
        path.parent.name + path.name: path.read_bytes()
        for path in root.glob("??/*")
        if path.is_file()
    }


def collected(workspace: Workspace) -> int:
    return len(workspace.run("log", "--kind", "objects-collected", "--json").out.splitlines())


@pytest.fixture
def reset(stocked: Workspace) -> Workspace:
    stocked.run("hold", "1.0", "--reason", "an open complaint")
    stocked.run("reset", "--confirm", "RESET")
    return stocked


def test_a_dry_run_shows_what_goes_and_changes_nothing(reset: Workspace) -> None:
    before, size = objects(reset), reset.size()
    kept, gone = reset.versions()
    done = reset.run("gc", "--dry-run", *_TERMS)
    assert f"version {gone}" in done.out
    assert kept not in done.out
    assert "Everything is kept" in reset.run("gc", "--dry-run").out  # written a moment ago
    assert (objects(reset), reset.size()) == (before, size)


def test_what_was_collected_is_told_of_and_comes_back(reset: Workspace) -> None:
    before = objects(reset)
    kept, gone = reset.versions()
    done = json.loads(reset.run("gc", *_TERMS, "--json").out)
    assert done["objects"] == len(before) - len(objects(reset)) + 1  # the inventory is new
    reset.run("verify", "--deep")
    reset.run("rebuild")
    reset.run("restore", kept)
    refused = reset.run("restore", gone, expect=3)
    assert f"entry {done['entry']} collected it" in refused.err
    assert "in no backup" in refused.err
    then = reset.run("replay", "--until", "17", "--to", str(reset.root / "then"), expect=3)
    assert f"entry {done['entry']} collected it" in then.err
    for item in done["removed"]:  # as a restore from a backup does
        data = before[item["sha256"]]
        path = reset.root / ".oneseek" / "objects" / item["sha256"][:2] / item["sha256"][2:]
        path.write_bytes(data)
        path.chmod(0o444)
    reset.run("restore", gone)
    assert json.loads(reset.run("gc", *_TERMS, "--json").out)["entry"] is None
    reset.run("verify", "--deep")


def test_what_has_a_backup_is_collected_and_restored_from_it(reset: Workspace) -> None:
    gone = reset.versions()[1]
    assert gone not in reset.run("gc", "--dry-run", "--grace-days", "0").out
    reset.run("backup", "run", gone)
    done = json.loads(reset.run("gc", "--grace-days", "0", "--json").out)
    assert any("kept as" in item["why"] for item in done["removed"])
    reset.run("verify", "--deep")
    told = reset.run("diff", "1.0", gone, expect=3).err
    assert f"entry {done['entry']} collected it" in told
    assert f"oneseek restore {gone} --from local" in told
    reset.run("restore", gone)
    reset.run("verify", "--deep")


def test_what_has_only_a_backup_that_somebody_removed_stays(
    reset: Workspace, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    gone = reset.versions()[1]
    reset.run("backup", "run", gone)
    backups = reset.root / "models" / "backups"
    backups.rename(reset.root / "elsewhere")
    assert gone not in reset.run("gc", "--grace-days", "0", "--dry-run").out
    assert not backups.exists()
    told = reset.run("gc", "--explain", gone, "--grace-days", "0").out
    assert "no backup of it was found where it was taken to" in told
    monkeypatch.setattr("oneseek.cli.wiring.collecting.place_of", _unusable)
    app = App(workspace=reset.root, actor="tester", out=Output(json=False))
    found = look_here(app, 0, without_backup=False)
    assert not any(gone in item.what for item in found.objects)
    told = capsys.readouterr().err
    assert told.count("note: local cannot be looked at, its backups do not count: it burns") == 1


def _unusable(*_: object) -> NoReturn:
    raise ServiceFailed("it burns")


def test_a_training_whose_files_were_collected_is_not_judged_but_told_of(reset: Workspace) -> None:
    gone = reset.versions()[1]
    reset.run("backup", "run", gone)
    done = json.loads(reset.run("gc", "--grace-days", "0", "--json").out)
    size = reset.size()
    told = reset.run("reproduce", gone, expect=3).err
    assert f"entry {done['entry']} collected it" in told
    assert f"oneseek restore {gone} --from local" in told
    assert reset.size() == size


def test_what_is_held_is_marked_among_the_versions(reset: Workspace) -> None:
    first, second = json.loads(reset.run("versions", "--json").out)
    assert (first["held"], second["held"]) == ("an open complaint", None)
    assert reset.run("versions").out.count(", held") == 1


def test_an_object_that_is_missing_without_a_collection_is_found(reset: Workspace) -> None:
    reset.run("gc", *_TERMS)
    folder = json.loads(reset.run("show", "1.0", "--json").out)
    lost = next(f["sha256"] for f in folder["files"] if f["path"] == "metadata.json")
    (reset.root / ".oneseek" / "objects" / lost[:2] / lost[2:]).unlink()
    assert lost in reset.run("verify", expect=1).out


def test_a_collection_that_was_killed_is_finished_by_the_next(reset: Workspace) -> None:
    before = objects(reset)
    died = subprocess.run([sys.executable, "-c", _DIE_AFTER_THE_ENTRY], cwd=reset.root, check=False)
    assert died.returncode == -signal.SIGKILL
    assert before.keys() <= objects(reset).keys()
    assert collected(reset) == 1
    done = json.loads(reset.run("gc", *_TERMS, "--json").out)
    assert (done["entry"], done["left_over"]) == (None, done["objects"])
    assert done["objects"] > 0
    assert collected(reset) == 1
    reset.run("verify", "--deep")


def test_two_collections_at_once_take_everything_once(reset: Workspace) -> None:
    with ThreadPoolExecutor(2) as pool:
        done = list(pool.map(lambda _: reset.run("gc", *_TERMS, "--json"), range(2)))
    entries = [json.loads(one.out)["entry"] for one in done]
    assert sorted(entry is None for entry in entries) == [False, True]
    assert collected(reset) == 1
    reset.run("verify", "--deep")


def test_nothing_is_collected_while_another_command_writes(reset: Workspace) -> None:
    tests = next(path for path in sys.path if path.endswith("tests"))
    busy = subprocess.Popen(
        [sys.executable, "-c", _TRAIN_SLOWLY, tests, str(reset.root)],
        stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    try:
        assert busy.stdout is not None
        assert busy.stdout.readline() == "busy\n"
        before = objects(reset)
        done = reset.run("gc", *_TERMS, expect=Conflict.exit_code)
        assert "another command changes this workspace" in done.err
        assert objects(reset) == before
        reset.run("hold", "2.0", "--reason", "others may write meanwhile")
    finally:
        busy.kill()
        busy.communicate()
    reset.run("gc", *_TERMS)


def test_it_explains_what_keeps_an_object(reset: Workspace) -> None:
    kept, gone = reset.versions()
    told = json.loads(reset.run("gc", "--explain", kept, *_TERMS, "--json").out)
    assert all(item["stays"] for item in told)
    assert any("held by entry" in item["why"] for item in told)
    weights = next(
        item["sha256"]
        for item in json.loads(reset.run("gc", "--explain", gone, *_TERMS, "--json").out)
        if not item["stays"]
    )
    (one,) = json.loads(reset.run("gc", "--explain", weights[:16], *_TERMS, "--json").out)
    assert (one["sha256"], one["stays"]) == (weights, False)
    reset.run("gc", "--explain", "nothing", expect=3)


def test_shared_objects_are_not_collected(reset: Workspace, tmp_path: Path) -> None:
    env = {"OQT_OBJECTS_URL": f"file://{tmp_path}/shared"}
    done = reset.run("gc", *_TERMS, env=env, expect=6)
    assert "shared with other machines" in done.err


def test_holds_are_listed_and_released(reset: Workspace) -> None:
    (held,) = json.loads(reset.run("hold", "--list", "--json").out)
    assert (held["dna"], held["reason"]) == (reset.versions()[0], "an open complaint")
    assert "is held for this reason already" in reset.run(
        "hold", "1.0", "--reason", "an open complaint"
    ).out  # fmt: skip
    reset.run("hold", "1.0", expect=2)
    reset.run("hold", expect=2)
    reset.run("hold", "1.0", "--list", expect=2)
    assert "Held" in reset.run("show", "1.0").out
    reset.run("hold", "1.0", "--release", "--reason", "closed")
    assert "Nothing is held." in reset.run("hold", "--list").out
