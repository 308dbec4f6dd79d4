"""Where an object lies: ``9f86d081…`` is the file ``9f/86d081…`` (2 and 62 digits), mode 0444."""

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from oneseek.domain.digest import Digest, parse_digest

OBJECT_MODE = 0o444

_FOLDER = re.compile(r"[0-9a-f]{2}")
_FILE = re.compile(r"[0-9a-f]{62}")


@dataclass(frozen=True, slots=True)
class Place:
    """Something that lies in the store. ``digest`` is None where it is not named as an object."""

    path: Path
    kind: str
    """``file``, ``folder``, ``symbolic link`` or ``other``."""
    size: int
    digest: Digest | None
    changed: float
    """When it was written, in seconds since 1970."""


def object_path(root: Path, digest: Digest) -> Path:
    """Return where the object lies, whether it is there or not.

    Raises:
        InvalidInput: ``digest`` is not 64 lower-case hex digits; no other text becomes a path.
    """
    parse_digest(digest)
    return root.joinpath(digest[:2], digest[2:])


def places(root: Path) -> Iterator[Place]:
    """Yield what lies in the store in order of its name; nothing if there is no store yet.

    A folder that is not one of the store's own is named, not entered. OSErrors pass.
    """
    for entry in _listed(root):
        if entry.is_dir(follow_symlinks=False) and _FOLDER.fullmatch(entry.name):
            for inner in _listed(Path(entry.path)):
                is_object = _FILE.fullmatch(inner.name) and inner.is_file(follow_symlinks=False)
                yield _place(inner, entry.name + inner.name if is_object else None)
        else:
            yield _place(entry, None)


def _listed(folder: Path) -> list[os.DirEntry[str]]:
    try:
        with os.scandir(folder) as entries:
            return sorted(entries, key=lambda entry: os.fsencode(entry.name))
    except FileNotFoundError:
        return []


def _place(entry: os.DirEntry[str], digest: Digest | None) -> Place:
    if entry.is_symlink():
        kind = "symbolic link"
    elif entry.is_dir():
        kind = "folder"
    else:
        kind = "file" if entry.is_file() else "other"
    status = entry.stat(follow_symlinks=False)
    return Place(Path(entry.path), kind, status.st_size, digest, status.st_mtime)
