"""Links of a source: what they say, worked out on their texts alone, for they are never followed.

A link in the middle of a path is taken for a folder: where it matters, that link is an entry too.
"""

import os.path
import re
from pathlib import Path

from oneseek.domain.errors import InvalidInput
from oneseek.domain.findings import Finding
from oneseek.migrations.paths import link_below, link_text, shown_path

_MAX_HOPS = 40
"""As many as Linux follows."""
_WINDOWS = re.compile(rb"[A-Za-z]:|\\\\")


def link_findings(source: Path, path: bytes, target: bytes) -> tuple[Finding, ...]:
    """Return what is wrong with the link ``path``: it leads out of the source, or to itself."""
    at = _meant(source, path, target)
    if at is None:
        check, expected = "link-leads-out", "a target inside the source"
    elif _loops(source, path, at):
        check, expected = "link-loop", "a target that has an end"
    else:
        return ()
    return (Finding(check, shown_path(path), expected, link_text(target)),)


def _loops(source: Path, path: bytes, at: bytes) -> bool:
    # To a folder that the link itself lies in: who follows it comes by again and again.
    if at == b"." or path.startswith(at + b"/"):
        return True
    for _ in range(_MAX_HOPS):
        try:
            onward = _meant(source, at, link_below(source, at))
        except (OSError, InvalidInput):
            return False  # what it leads to is no link
        if onward is None:
            return False
        at = onward
    return True


def _meant(source: Path, path: bytes, target: bytes) -> bytes | None:
    """Return the path below the source that ``target`` means; None: it means another place."""
    if _WINDOWS.match(target):
        return None
    root = os.fsencode(source)
    meant = os.path.normpath(os.path.join(root, os.path.dirname(path), target))  # noqa: PTH118, PTH120
    below = os.path.relpath(meant, root)
    return None if below == b".." or below.startswith(b"../") else below
