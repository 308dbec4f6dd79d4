"""Where an item of a source can be opened, and what its path is in a manifest."""

import os
from pathlib import Path

from oneseek.domain.digest import sha256
from oneseek.migrations.paths import raw_path

_LONGEST, _KEPT = 960, 900
"""Bytes: a manifest's path has at most 1024, and something may stand before this one."""


def real_path(root: Path, path: str) -> Path:
    """Return where the item shown as ``path`` lies; a source that is a single file is that file."""
    return root / os.fsdecode(raw_path(path)) if root.is_dir() else root


def plain_path(path: str) -> str:
    """Return ``path`` as a manifest can hold it: what it cannot is written as ``%XX``.

    Backslashes, control characters and line separators are escaped, and a ``%`` with them. A path
    that is too long keeps its beginning and ends in ``~`` and 16 digits of its SHA-256.
    """
    kept = []
    for char in path:
        if char in "\\%" or not char.isprintable():
            kept.append("".join(f"%{byte:02X}" for byte in char.encode("utf-8", "surrogatepass")))
        else:
            kept.append(char)
    plain = "".join(kept)
    if len(plain.encode()) <= _LONGEST:
        return plain
    head = plain.encode()[:_KEPT].decode(errors="ignore").rstrip("/.")
    return f"{head}~{sha256(plain.encode())[:16]}"
