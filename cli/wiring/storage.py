"""Measuring what a workspace takes up: blocks on the disk, each inode once."""

import os
import shutil
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from oneseek.adapters.objects.store import FileObjectStore
from oneseek.cli.app import App
from oneseek.domain.errors import OneSeekError
from oneseek.domain.manifest import Manifest
from oneseek.domain.state.documents import Backup, Version
from oneseek.domain.storage import Forecast, Made, forecast, object_kinds
from oneseek.domain.values import parse_time

_BLOCK = 512
ORPHANS = "objects without an entry"


@dataclass(frozen=True, slots=True)
class Measured:
    """What takes up how much."""

    kinds: list[tuple[str, int, int]]
    """Kind, files, bytes on the disk of this workspace."""
    elsewhere: list[tuple[str, int, int]]
    """Place, backups, bytes, as their entries say."""
    free: int
    forecast: Forecast

    @property
    def used(self) -> int:
        return sum(size for _, _, size in self.kinds)


class _Disk:
    """Adds up files, every inode once: a hard link takes no more space."""

    def __init__(self) -> None:
        self._seen: set[tuple[int, int]] = set()

    def size(self, path: Path) -> int:
        try:
            status = path.lstat()
        except OSError:
            return 0  # it went away meanwhile
        key = (status.st_dev, status.st_ino)
        if key in self._seen:
            return 0
        self._seen.add(key)
        return status.st_blocks * _BLOCK

    def files(self, paths: Iterable[Path]) -> tuple[int, int]:
        found = list(paths)
        return len(found), sum(self.size(path) for path in found)

    def tree(self, folder: Path) -> tuple[int, int]:
        paths = (Path(at, name) for at, _, names in os.walk(folder) for name in names)
        return self.files(paths)


def measure(app: App) -> Measured:
    """Measure the workspace, and say how it grows."""
    disk, local = _Disk(), app.objects
    store = local if isinstance(local, FileObjectStore) else local.local
    known = object_kinds(app.ledger, app.objects)
    sums: dict[str, tuple[int, int]] = {}
    for digest, _ in store.digests():
        kind = known.get(digest, ORPHANS)
        count, size = sums.get(kind, (0, 0))
        sums[kind] = count + 1, size + disk.size(store.path(digest))
    paths = app.paths
    for kind, folder in (
        ("base models", paths.base_models),
        ("certified tree", paths.certified),
        ("integrity manifests", paths.root / "models" / "oneseek-integrity"),
        ("historic trees", paths.root / "models" / "oneseek-7b-zero"),
        ("historic trees", paths.root / "models" / "oqt"),
        ("backups here", paths.backups),
        ("displaced and staging", paths.displaced),
        ("displaced and staging", paths.staging),
    ):
        _add(sums, kind, disk.tree(folder))
    for kind, file in (("ledger", paths.ledger), ("vault", paths.vault), ("mirror", paths.mirror)):
        _add(sums, kind, disk.files(file.parent.glob(f"{file.name}*")))
    kinds = sorted(((kind, *found) for kind, found in sums.items()), key=lambda row: -row[2])
    free = shutil.disk_usage(paths.root).free
    used = sum(size for _, _, size in kinds)
    now = app.ports.clock.now()
    return Measured(
        kinds, _elsewhere(app), free, forecast(_made(app), used=used, free=free, now=now)
    )


def _add(sums: dict[str, tuple[int, int]], kind: str, found: tuple[int, int]) -> None:
    count, size = sums.get(kind, (0, 0))
    if found[0]:
        sums[kind] = count + found[0], size + found[1]


def _elsewhere(app: App) -> list[tuple[str, int, int]]:
    sums: dict[str, tuple[int, int]] = {}
    with app.ledger.view() as view:
        for _, backup in view.scan(Backup):
            if backup.target != "local":
                _add(sums, backup.target, (1, backup.size))
    return [(target, *found) for target, found in sorted(sums.items())]


def _made(app: App) -> list[Made]:
    with app.ledger.view() as view:
        versions = [version for _, version in view.scan(Version) if version.certified_at]
    made = []
    for version in versions:
        try:
            manifest = Manifest.from_bytes(app.objects.read(version.manifest))
        except OneSeekError:
            continue  # the audits tell of it
        size = sum(file.size for file in manifest.files)
        made.append(Made(version.minor == 0, size, parse_time(version.certified_at or "")))
    return made
