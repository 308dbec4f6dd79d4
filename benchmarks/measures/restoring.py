"""A whole workspace again from backups: ``oneseek restore --all`` of many small versions.

Every version has four entries, and two small files of its own besides one that all share. The
yardstick copies the same backups with ``shutil.copytree``: it reads the same bytes and writes as
many files, but verifies nothing, makes nothing durable and makes no certified folders.
"""

import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

from msgspec.structs import replace

import builders
from measures.fixtures import made_once
from oneseek.adapters.objects.store import FileObjectStore
from oneseek.cli.app import App
from oneseek.cli.output import Output
from oneseek.cli.wiring.ledger_backup import back_up_ledger
from oneseek.cli.wiring.restore_all import Wish, restore_all
from oneseek.domain.decisions import Decision
from oneseek.domain.digest import Digest
from oneseek.domain.events import Event
from oneseek.domain.manifest import Manifest, ManifestFile
from oneseek.domain.ports import ObjectKeeper
from oneseek.domain.usecases.record import record

_GROUP = 200
_SHARED = b"#!/usr/bin/env python3\n" + b"# the same in every version\n" * 40

Job = Callable[[], dict[str, float]]


def ours(folder: Path, size: int) -> Job:
    """Restore ``size`` versions onto an empty machine."""
    place = backups(folder, size) / "place"
    target = folder / "own" / "restored"

    def job() -> dict[str, float]:
        app = App(workspace=None, actor="bench", out=Output(json=True))
        done = restore_all(app, Wish(target, place.as_uri()))
        assert done.complete, done.lines()
        return {"entries": done.size}

    return job


def yardstick(folder: Path, size: int) -> Job:
    """Copy the backups as they lie."""
    place = backups(folder, size) / "place"
    target = folder / "own" / "copied"

    def job() -> dict[str, float]:
        shutil.copytree(place, target)
        return {}

    return job


def backups(folder: Path, size: int) -> Path:
    """Return a folder with a workspace of ``size`` versions and, in ``place``, its backups."""

    def make(fresh: Path) -> None:
        app = new_workspace(fresh / "workspace")
        try:
            add_versions(app, range(1, size + 1))
            # As `oneseek backup run` lays them: the layout is that of the content store.
            shutil.copytree(app.paths.objects, fresh / "place" / "objects")
            back_up_ledger(app, (fresh / "place").as_uri())
        finally:
            app.close()

    return made_once(folder / f"backups-{size}", make)


def new_workspace(root: Path) -> App:
    """Make an empty workspace and open it."""
    program = Path(sys.executable).parent / "oneseek"
    subprocess.run([program, "init", root], check=True, capture_output=True)
    return App(workspace=root, actor="bench", out=Output(json=True))


def add_versions(app: App, numbers: range) -> None:
    """Append the lives of versions, with the objects that their entries name."""
    store = FileObjectStore(app.paths.objects, app.paths.staging)
    for start in range(numbers.start, numbers.stop, _GROUP):
        with store.together() as keeper:
            events = [
                event
                for number in range(start, min(start + _GROUP, numbers.stop))
                for event in _life(number, keeper)
            ]
        record(app.ports, lambda _, events=tuple(events): Decision(events))  # type: ignore[misc]


def _life(number: int, keeper: ObjectKeeper) -> Iterator[Event]:
    name = f"t{number}"
    weights = f"weights of version {number}; ".encode() * 100
    own = {"adapter_model.safetensors": weights, "README.md": b"# Version %d\n" % number}
    files = [_file(keeper, path, data) for path, data in own.items()]
    produced = keeper.put(Manifest(tuple(files)).to_bytes())
    files.append(_file(keeper, "verify_integrity.py", _SHARED))
    manifest = keeper.put(Manifest(tuple(files)).to_bytes())
    losses = keeper.put(b"[1.5]\n")
    completed = replace(
        builders.completed(name),
        produced=produced, weights=files[0].digest, row_order=losses, losses=losses,
    )  # fmt: skip
    yield builders.started(name)
    yield completed
    yield builders.numbered(number)
    yield replace(builders.certified(number), manifest=manifest, weights=files[0].digest)


def _file(keeper: ObjectKeeper, path: str, data: bytes) -> ManifestFile:
    digest: Digest = keeper.put(data)
    return ManifestFile(path, len(data), digest)
