"""Starting a reading command, against importing what no such command can do without."""

import subprocess
import sys
from collections.abc import Callable
from compileall import compile_dir
from pathlib import Path

import builders
import oneseek.adapters
import oneseek.cli
import oneseek.domain
from measures.fixtures import made_once
from measures.versions import produced_files, training
from oneseek.cli.app import App
from oneseek.cli.output import Output
from oneseek.domain.decisions import Decision
from oneseek.domain.usecases.certify import certify
from oneseek.domain.usecases.record import record
from oneseek.domain.usecases.registry import activate
from workbench import VERIFIER_SCRIPT

IMPORTS = "import click, msgspec, sqlite3, hashlib"


def log(folder: Path, size: int) -> Callable[[], dict[str, float]]:
    """``oneseek log -n 10``, ``size`` times."""
    return _repeat([_oneseek(), "log", "-n", "10"], folder, size)


def current(folder: Path, size: int) -> Callable[[], dict[str, float]]:
    """``oneseek current``, ``size`` times."""
    return _repeat([_oneseek(), "current"], folder, size)


def yardstick(folder: Path, size: int) -> Callable[[], dict[str, float]]:
    """The imports alone, ``size`` times."""
    return _repeat([sys.executable, "-c", IMPORTS], folder, size)


def _oneseek() -> str:
    return str(Path(sys.executable).parent / "oneseek")


def _repeat(words: list[str], folder: Path, size: int) -> Callable[[], dict[str, float]]:
    workspace = made_once(folder / "workspace", _make)

    def job() -> dict[str, float]:
        for _ in range(size):
            subprocess.run(words, cwd=workspace, capture_output=True, check=True)
        return {}

    return job


def _make(folder: Path) -> None:
    """Make a workspace with one version, which is active and stands in the certified tree."""
    for package in (oneseek.adapters, oneseek.cli, oneseek.domain):
        # An installed program has its bytecode, as the yardstick's libraries have theirs.
        compile_dir(package.__path__[0], quiet=2)
    subprocess.run([_oneseek(), "init", "."], cwd=folder, check=True, capture_output=True)
    app = App(workspace=folder, actor="bench", out=Output(json=False))
    produced = produced_files(app.objects)
    events = (builders.base(), builders.dataset(), *training("t1", produced))
    record(app.ports, lambda _: Decision(events))
    dna = certify(app.ports, "t1", VERIFIER_SCRIPT)
    activate(app.ports, dna, lambda *_: [])
    app.close()
    subprocess.run([_oneseek(), "rebuild"], cwd=folder, check=True, capture_output=True)
