"""Paths of a target: units laid out as plain paths, and what the disk holds at one."""

import os
import re
import stat
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from oneseek.adapters.objects.hashing import hash_file
from oneseek.adapters.objects.tree import TreeEntry
from oneseek.domain.projections.difference import Actual
from oneseek.domain.projections.nodes import Wanted

Units = Mapping[str, Mapping[str, Wanted] | None]
"""Unit name → path inside the unit ("" is the unit itself) → what is wanted; None: no unit.

A name may have folders: ``weights/v1.0.json``. They are no units, and are made where they lack."""


def upwards(path: str) -> Iterator[str]:
    """Yield ``path`` and every folder above it."""
    while path:
        yield path
        path = path.rpartition("/")[0]


def flat(units: Units) -> dict[str, Wanted]:
    """Return what is wanted at every path of the target."""
    flat: dict[str, Wanted] = {}
    for name, want in units.items():
        for path, item in (want or {}).items():
            flat[f"{name}/{path}" if path else name] = item
    return flat


def native_path(name: str) -> str:
    """Undo the escapes of :func:`hash_tree`: the path as the file system spells it."""
    raw = re.sub(
        rb"\\\\|\\x([0-9a-f]{2})",
        lambda match: bytes([int(match[1], 16)]) if match[1] else b"\\",
        name.encode(),
    )
    return os.fsdecode(raw)


def single(path: Path) -> Actual:
    """Return what stands at ``path``, which is no folder."""
    status = path.lstat()
    mode = stat.S_IMODE(status.st_mode)
    if stat.S_ISLNK(status.st_mode):
        return Actual("link", None, os.readlink(path), mode)  # noqa: PTH115 - the text as it is
    if stat.S_ISREG(status.st_mode):
        return Actual("file", hash_file(path)[0], None, mode)
    return Actual("other", None, None, mode)


def as_actual(entries: Iterable[tuple[str, TreeEntry]]) -> dict[str, Actual]:
    """Return what a walk found, as it is compared."""
    return {
        path: Actual(entry.kind, entry.digest, entry.target, entry.mode) for path, entry in entries
    }
