"""Starting a reading command, against importing what no such command can do without."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from measures.fixtures import made_once

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
    wanted = subprocess.run(words, cwd=workspace, capture_output=True, check=False).returncode

    def job() -> dict[str, float]:
        for _ in range(size):
            done = subprocess.run(words, cwd=workspace, capture_output=True, check=False)
            # Nothing is active in an empty workspace: `current` says so with an exit code.
            assert done.returncode == wanted, done.stderr
        return {}

    return job


def _make(folder: Path) -> None:
    subprocess.run([_oneseek(), "init", "."], cwd=folder, check=True, capture_output=True)
