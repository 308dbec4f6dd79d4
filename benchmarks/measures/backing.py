"""Backups of small but real versions: what the first run sends, and what one new version costs.

Bytes are what lies at the place afterwards and did not before: objects, the shelf, the ledger.
"""

import shutil
from collections.abc import Callable
from pathlib import Path

from e2e.workspaces import Workspace, make_stocked, train_small
from measures.fixtures import made_once
from oneseek.cli.wiring.backup_run import run_backups
from oneseek.cli.wiring.ledger_backup import back_up_ledger

Job = Callable[[], dict[str, float]]


def first(folder: Path, size: int) -> Job:
    """Back up ``size`` versions and the ledger to an empty place."""
    workspace = _copied(folder, size)
    place = _place(folder)
    return lambda: _back_up(workspace, place)


def next_version(folder: Path, size: int) -> Job:
    """Back up one version more, and the ledger again."""
    workspace = _copied(folder, size)
    place = _place(folder)
    _back_up(workspace, place)
    app = workspace.app()
    try:
        train_small(app, size + 1)
    finally:
        app.close()
    return lambda: _back_up(workspace, place)


def _place(folder: Path) -> Path:
    place = folder / "own" / "place"
    place.mkdir()
    return place


def _back_up(workspace: Workspace, place: Path) -> dict[str, float]:
    before = _lying(place)
    app = workspace.app()
    try:
        run_backups(app, (), (place.as_uri(),))
        back_up_ledger(app, place.as_uri())
    finally:
        app.close()
    return {"bytes": _lying(place) - before}


def _lying(place: Path) -> int:
    return sum(path.stat().st_size for path in place.rglob("*") if path.is_file())


def _copied(folder: Path, size: int) -> Workspace:
    def make(fresh: Path) -> None:
        app = make_stocked(fresh / "workspace").app()
        try:
            for marker in range(3, size + 1):
                train_small(app, marker)
        finally:
            app.close()

    workspace = made_once(folder / f"real-{size}", make) / "workspace"
    return Workspace(shutil.copytree(workspace, folder / "own" / "workspace", symlinks=True))
