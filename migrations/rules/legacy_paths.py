"""Paths in old records are data: they are read, compared and shown, never opened as they stand.

They come from other machines: absolute (``/srv/civicai/models/…``), from Windows
(``C:\\civic\\…``), or with steps upwards that would lead out of the source.
"""

import re
from dataclasses import dataclass

_DRIVE = re.compile(r"[A-Za-z]:(?=[\\/]|\Z)")
_CONTROLS = re.compile(r"[\x00-\x1f\x7f]")
MAX_LENGTH = 1000
"""A longer text is no path that any of the old programs could have used."""


@dataclass(frozen=True, slots=True)
class LegacyPath:
    """A path as a record spells it, and what may be done with it."""

    text: str
    style: str
    """``relative``, ``absolute``, ``windows`` (absolute, with a drive or a share) or ``none``."""
    inside: str | None
    """Below the folder that it is relative to, parts joined by ``/``; None where it leads out,
    stands for another machine, or is no path at all."""
    last: str | None
    """Its last part, which is how records of another machine are matched; None where it has none.
    """
    problem: str = ""
    """Why it cannot be followed, as a sentence; empty where it can."""


def read_path(text: str) -> LegacyPath:
    """Read a path of a record. Raises nothing."""
    if not text.strip() or len(text) > MAX_LENGTH or _CONTROLS.search(text):
        return LegacyPath(text, "none", None, None, "this is no path")
    slashes = text.replace("\\", "/")
    windows = bool(_DRIVE.match(slashes)) or text.startswith("\\\\")
    # A backslash may be part of a name elsewhere; no old program ever made such a name.
    parts = [part for part in slashes.split("/") if part not in ("", ".")]
    if windows or slashes.startswith(("/", "~")):
        style = "windows" if windows else "absolute"
        named = parts[1:] if windows and _DRIVE.match(slashes) else parts
        last = named[-1] if named and named[-1] != ".." else None
        return LegacyPath(text, style, None, last, "it stands for another machine")
    kept: list[str] = []
    for part in parts:
        if part != "..":
            kept.append(part)
        elif kept:
            kept.pop()
        else:
            last = parts[-1] if parts[-1] != ".." else None
            return LegacyPath(text, "relative", None, last, "it leads out of the folder")
    if not kept:
        return LegacyPath(text, "relative", "", None)
    return LegacyPath(text, "relative", "/".join(kept), kept[-1])


def inside(text: str, folder: str = "") -> str | None:
    """Return where ``text`` leads when read from ``folder`` (below the source), or None.

    Steps upwards are followed as long as they stay in the source: ``../x`` in ``a/b`` is ``a/x``.
    """
    path = read_path(text)
    if path.style != "relative":
        return None
    joined = read_path(f"{folder}/{text}" if folder else text)
    return joined.inside


def last_part(text: str) -> str | None:
    """Return the last part of a path in any spelling: a folder's name on whatever machine."""
    return read_path(text).last
