"""Where an item of a source can be opened, and what its path is in a manifest."""

import os
from pathlib import Path

from oneseek.migrations.paths import raw_path


def real_path(root: Path, path: str) -> Path:
    """Return where the item shown as ``path`` lies; a source that is a single file is that file."""
    return root / os.fsdecode(raw_path(path)) if root.is_dir() else root


def plain_path(path: str) -> str:
    """Return ``path`` as a manifest can hold it: what it cannot is written as ``%XX``.

    Backslashes, control characters and line separators are escaped, and a ``%`` with them.
    """
    kept = []
    for char in path:
        if char in "\\%" or not char.isprintable():
            kept.append("".join(f"%{byte:02X}" for byte in char.encode("utf-8", "surrogatepass")))
        else:
            kept.append(char)
    return "".join(kept)
