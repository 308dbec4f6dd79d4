"""A process that dies: nothing acknowledged is lost, the next command finishes or forgets."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from e2e.workspaces import ONESEEK, Workspace

_DIE = """
import os, signal, sys
sys.path.insert(0, sys.argv[1])
from pathlib import Path
from e2e.workspaces import Workspace, train_small
import {module} as module
target = module{owner}
original = target.{name}
calls = 0
def dying(*args, **kwargs):
    global calls
    calls += 1
    if {before} and calls == {at}:
        os.kill(os.getpid(), signal.SIGKILL)
    result = original(*args, **kwargs)
    if calls == {at}:
        os.kill(os.getpid(), signal.SIGKILL)
    return result
target.{name} = dying
app = Workspace(Path(sys.argv[2])).app()
train_small(app, 77)
"""

RUNNER = ("oneseek.adapters.projections.runner", ".ProjectionRunner", "follow")
APPEND = ("oneseek.adapters.ledger.sqlite_ledger", ".SqliteLedger", "append")
TRAIN = ("e2e.workspaces", ".SmallTrainer", "train")
PUT = ("oneseek.adapters.objects.store", ".FileObjectStore", "put")
BUILD = ("oneseek.adapters.projections.folder", ".FolderTarget", "_build")


@pytest.mark.parametrize(
    ("place", "at", "before", "versions", "last"),
    [
        (APPEND, 1, True, 2, None),
        (APPEND, 1, False, 2, "training-failed"),
        (TRAIN, 1, False, 2, "training-failed"),
        (PUT, 1, False, 2, "training-failed"),
        (APPEND, 2, False, 3, "version-certified"),
        (PUT, 7, False, 3, "version-certified"),
        (APPEND, 3, True, 3, "version-certified"),
        (APPEND, 3, False, 3, "version-certified"),
        (RUNNER, 1, True, 3, "version-certified"),
        (BUILD, 1, True, 3, "version-certified"),
        (BUILD, 1, False, 3, "version-certified"),
    ],
    ids=lambda value: value[2] if isinstance(value, tuple) else str(value),
)
def test_a_training_that_is_killed_is_finished_or_recorded_as_failed(
    place: tuple[str, str, str],
    at: int,
    before: bool,
    versions: int,
    last: str | None,
    stocked: Workspace,
) -> None:
    module, owner, name = place
    program = _DIE.format(module=module, owner=owner, name=name, at=at, before=before)
    tests = next(path for path in sys.path if path.endswith("tests"))
    size = stocked.size()
    done = subprocess.run(
        [sys.executable, "-c", program, tests, str(stocked.root)],
        check=False, capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode == -signal.SIGKILL, done.stderr
    stocked.run("activate", "1.0")
    assert len(stocked.versions()) == versions
    kinds = [
        json.loads(line)["kind"].split("/")[0]
        for line in stocked.run("log", "--json", "--since", str(size)).out.splitlines()
    ]
    assert kinds[-1] == "version-activated"
    if last is None:
        assert kinds == ["version-activated"]
    else:
        assert kinds[-2] == last
    assert not list((stocked.root / ".oneseek" / "staging").iterdir())
    stocked.run("verify", "--deep")


def test_a_reset_that_is_killed_before_the_tree_is_emptied_is_finished_by_the_next_command(
    stocked: Workspace,
) -> None:
    stocked.run("activate", "2.0")
    program = (
        "import os, signal, sys\n"
        "from oneseek.adapters.projections.folder import FolderTarget\n"
        "FolderTarget._take_away = lambda *a: os.kill(os.getpid(), signal.SIGKILL)\n"
        "sys.argv = ['oneseek', 'reset', '--confirm', 'RESET']\n"
        "from oneseek.cli.main import main; main()\n"
    )
    done = subprocess.run([sys.executable, "-c", program], cwd=stocked.root, check=False)
    assert done.returncode == -signal.SIGKILL
    assert len(list(stocked.certified.iterdir())) > 1
    stocked.run("versions")
    assert [path.name for path in stocked.certified.iterdir()] == ["README.md"]
    stocked.run("verify", "--deep")


def test_an_init_that_is_killed_is_taken_up_where_it_ended(tmp_path: Path) -> None:
    program = (
        "import os, signal, sys\n"
        "import oneseek.adapters.workspace.create as create\n"
        "create.complete = lambda *a: os.kill(os.getpid(), signal.SIGKILL)\n"
        "sys.argv = ['oneseek', 'init', '.']\n"
        "from oneseek.cli.main import main; main()\n"
    )
    done = subprocess.run([sys.executable, "-c", program], cwd=tmp_path, check=False)
    assert done.returncode == -signal.SIGKILL
    workspace = Workspace(tmp_path)
    workspace.run("status", expect=3)
    workspace.run("init", ".")
    assert workspace.size() == 2
    workspace.run("verify", "--deep")


def test_a_full_disk_is_one_sentence_and_leaves_nothing(stocked: Workspace) -> None:
    (stocked.root / "large.jsonl").write_bytes(
        b'{"instruction": "a", "output": "%s"}\n' % (b"b" * 500_000)
    )
    size = stocked.size()
    limited = f"ulimit -f 256; exec {ONESEEK} dataset add large.jsonl"
    done = subprocess.run(
        ["bash", "-c", f"trap '' XFSZ; {limited}"],
        cwd=stocked.root, check=False, capture_output=True, text=True,
        env={**os.environ, "COLUMNS": "200"},
    )  # fmt: skip
    assert done.returncode == 5, done.stderr
    assert "cannot store" in done.stderr
    assert "Traceback" not in done.stderr
    assert stocked.size() == size
    stocked.run("activate", "1.0")
    assert not list((stocked.root / ".oneseek" / "staging").iterdir())
    stocked.run("verify", "--deep")
