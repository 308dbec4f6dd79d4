"""Hashing a base model folder with a progress bar, and registering it."""

import os
from pathlib import Path

from oneseek.adapters.objects.disk import disk_errors
from oneseek.adapters.workspace.base_models import locate, read_manifest
from oneseek.cli.app import App
from oneseek.cli.progress import byte_bar
from oneseek.domain.digest import Digest
from oneseek.domain.manifest import Manifest
from oneseek.domain.ports import Ports
from oneseek.domain.state.documents import BaseModel
from oneseek.domain.stored import Receipt
from oneseek.domain.usecases.register_base import register_base


def register_folder(
    app: App,
    ports: Ports,
    folder: Path,
    name: str,
    *,
    source: str = "registered",
    licence: str | None = None,
    report: Digest | None = None,
) -> tuple[Digest, Receipt | None]:
    """Hash ``folder`` and record it as the base model ``name``."""
    with disk_errors("read", folder):
        total = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
        with byte_bar(f"Hashing {folder.name}", total, show=not app.out.json) as advance:
            manifest = read_manifest(folder, advance)
    return register_base(
        ports,
        name=name,
        manifest=manifest,
        read=lambda path: (folder / path).read_bytes(),
        path=_place(app.paths.root, folder),
        source=source,
        licence=licence,
        report=report,
    )


def base_folder(
    app: App, base: BaseModel, *, trust_times: bool = False, remember: bool = True
) -> Path:
    """Return the verified folder of ``base``; see :func:`locate`."""
    manifest = Manifest.from_bytes(app.objects.read(base.manifest))
    title = f"Checking {base.name}"
    with byte_bar(title, base.size, show=not app.out.json) as advance:
        return locate(
            app.paths, base, manifest,
            trust_times=trust_times, remember=remember, on_bytes=advance,
        )  # fmt: skip


def _place(root: Path, folder: Path) -> str:
    """Return the folder relative to the workspace where it lies inside, else in full."""
    path = folder.absolute()
    text = os.path.relpath(path, root) if path.is_relative_to(root) else str(path)
    # Bytes that are no text cannot stand in an entry; the place is a hint for people only.
    return text.encode(errors="backslashreplace").decode()
