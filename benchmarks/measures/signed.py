"""Verifying one signed version: our command against OpenSSF's, each as a person types it.

Both read every byte of the folder and check the same ``model.sig``. Ours also proves the version's
entries to be in the signed ledger and looks at modes and links.
"""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

from msgspec.structs import replace

import builders
from measures.fixtures import made_once
from measures.hashing import warm
from oneseek.cli.app import App
from oneseek.cli.output import Output
from oneseek.cli.wiring.signing import ready_signer
from oneseek.domain.decisions import Decision
from oneseek.domain.manifest import Manifest, ManifestFile
from oneseek.domain.usecases.certify import certify
from oneseek.domain.usecases.record import record
from workbench import VERIFIER_SCRIPT

_MB = 1 << 20
_SHARDS = 4
_PER_FOLDER = 100

Files = Iterator[tuple[str, bytes]]
Job = Callable[[], dict[str, float]]


def adapter_ours(folder: Path, size: int) -> Job:
    """One file of ``size`` MB."""
    return _ours(_adapter(folder, size))


def adapter_yardstick(folder: Path, size: int) -> Job:
    """The same with the other tool."""
    return _yardstick(_adapter(folder, size))


def large_ours(folder: Path, size: int) -> Job:
    """``size`` MB in four files."""
    return _ours(_large(folder, size))


def large_yardstick(folder: Path, size: int) -> Job:
    """The same with the other tool."""
    return _yardstick(_large(folder, size))


def small_ours(folder: Path, size: int) -> Job:
    """``size`` files of 1 to 4 kB, 100 in a folder."""
    return _ours(_small(folder, size))


def small_yardstick(folder: Path, size: int) -> Job:
    """The same with the other tool."""
    return _yardstick(_small(folder, size))


def _adapter(folder: Path, megabytes: int) -> Path:
    return _version(folder / f"signed-adapter-{megabytes}", lambda: _shards(megabytes, 1))


def _large(folder: Path, megabytes: int) -> Path:
    return _version(folder / f"signed-large-{megabytes}", lambda: _shards(megabytes, _SHARDS))


def _small(folder: Path, files: int) -> Path:
    def made() -> Files:
        for number in range(files):
            yield f"{number // _PER_FOLDER}/{number}.json", os.urandom(1024 + number % 3072)

    return _version(folder / f"signed-small-{files}", made)


def _shards(megabytes: int, count: int) -> Files:
    for shard in range(count):
        yield f"adapter-{shard}.safetensors", os.urandom(_MB) * max(megabytes // count, 1)


def _ours(workspace: Path) -> Job:
    return _run([_tool("oneseek"), "verify", "1.0"], workspace)


def _yardstick(workspace: Path) -> Job:
    place = str(_folder(workspace))
    words = ["verify", "key", place, "--signature", f"{place}/model.sig"]
    return _run([_tool("model_signing"), *words, "--public_key", "model.pub"], workspace)


def _run(words: list[str], workspace: Path) -> Job:
    def job() -> dict[str, float]:
        subprocess.run(words, cwd=workspace, capture_output=True, check=True)
        return {}

    return job


def _tool(name: str) -> str:
    return str(Path(sys.executable).parent / name)


def _folder(workspace: Path) -> Path:
    (found,) = (workspace / "models" / "oneseek-certified").glob("*.v1.0.*")
    return found


def _version(folder: Path, files: Callable[[], Files]) -> Path:
    """Return a workspace whose version 1.0 has ``files``; they are in the cache of the system."""

    def make(fresh: Path) -> None:
        run = {"cwd": fresh, "check": True, "capture_output": True}
        subprocess.run([_tool("oneseek"), "init", "."], **run)
        app = App(workspace=fresh, actor="bench", out=Output(json=True))
        listed = [ManifestFile("adapter_model.safetensors", 7, app.objects.put(b"weights"))]
        listed += [ManifestFile(n, len(data), app.objects.put(data)) for n, data in files()]
        produced = app.objects.put(Manifest(tuple(listed)).to_bytes())
        completed = replace(builders.completed("t1"), produced=produced)
        events = (builders.base(), builders.dataset(), builders.started("t1"), completed)
        record(app.ports, lambda _: Decision(events))
        certify(app.ports, "t1", VERIFIER_SCRIPT, ready_signer(app))
        app.close()
        subprocess.run([_tool("oneseek"), "rebuild"], **run)
        subprocess.run([_tool("oneseek"), "keys", "export", "-o", "model.pub"], **run)

    workspace = made_once(folder, make)
    warm(_folder(workspace))
    return workspace
