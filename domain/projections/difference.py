"""The difference between what a projection wants and what stands in the target."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from oneseek.domain.digest import Digest
from oneseek.domain.projections.nodes import Link, Wanted

FILE_MODE = 0o444
FOLDER_MODE = 0o755
_LOCKED_FOLDER_MODE = FOLDER_MODE & ~0o222
"""A folder of a copy that nobody may write, as an auditor gets it."""


@dataclass(frozen=True, slots=True)
class Actual:
    """What stands at a path: a file, link, folder, or something else (a pipe, a device)."""

    kind: Literal["file", "link", "dir", "other"]
    digest: Digest | None
    target: str | None
    mode: int


@dataclass(frozen=True, slots=True)
class Difference:
    """One path that is not as it should be."""

    kind: Literal["missing", "changed", "extra", "wrong-link", "wrong-mode", "wrong-kind"]
    path: str
    expected: str
    found: str


def differences(
    wanted: Mapping[str, Wanted], actual: Mapping[str, Actual], *, locked: bool = False
) -> Iterator[Difference]:
    """Compare both ways, path by path, in path order. Folders count where files need them.

    With ``locked``, a folder that nobody may write is as good as one that its owner may.
    """
    modes = (FOLDER_MODE, _LOCKED_FOLDER_MODE) if locked else (FOLDER_MODE,)
    folders = {above for path in wanted for above in _folders(path)}
    for path in sorted(wanted.keys() | actual.keys() | folders):
        found = actual.get(path)
        if path in wanted:
            yield from _compare(path, wanted[path], found)
        elif path in folders:
            yield from _compare_folder(path, found, modes)
        else:
            yield Difference("extra", path, "absent", describe(actual[path]))


def describe(found: Actual) -> str:
    """Say what stands at a path, in a few words."""
    match found.kind:
        case "file":
            return f"sha256:{found.digest}"
        case "link":
            return f"link to {found.target}"
        case "dir":
            return "folder"
    return "neither file, link nor folder"


def _compare(path: str, want: Wanted, found: Actual | None) -> Iterator[Difference]:
    expected = f"link to {want.target}" if isinstance(want, Link) else f"sha256:{want.digest}"
    if found is None:
        yield Difference("missing", path, expected, "absent")
    elif isinstance(want, Link):
        if found.kind != "link":
            yield Difference("wrong-kind", path, expected, describe(found))
        elif found.target != want.target:
            yield Difference("wrong-link", path, expected, describe(found))
    elif found.kind != "file":
        yield Difference("wrong-kind", path, expected, describe(found))
    elif found.digest != want.digest:
        yield Difference("changed", path, expected, describe(found))
    elif found.mode != FILE_MODE:
        yield Difference("wrong-mode", path, f"mode {FILE_MODE:o}", f"mode {found.mode:o}")


def _compare_folder(
    path: str, found: Actual | None, modes: tuple[int, ...]
) -> Iterator[Difference]:
    if found is not None and found.kind != "dir":
        yield Difference("wrong-kind", path, "folder", describe(found))
    elif found is not None and found.mode not in modes:
        yield Difference("wrong-mode", path, f"mode {FOLDER_MODE:o}", f"mode {found.mode:o}")


def _folders(path: str) -> Iterator[str]:
    parts = path.split("/")
    for count in range(1, len(parts)):
        yield "/".join(parts[:count])
