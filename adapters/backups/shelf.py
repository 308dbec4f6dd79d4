"""The names of the small files beside the objects: what may become a path, and what may not."""

import re

from oneseek.domain.errors import Conflict, FoundDamage, InvalidInput, NotFound

OBJECTS = "objects"
"""The folder of the objects, which the shelf never enters."""

_SEGMENT = re.compile(r"\w[\w.+@=,~-]*")
_LONGEST = 200  # bytes; file systems take 255, and a partial name may be longer


def is_shelf_name(name: str) -> bool:
    """Say whether ``name`` is one of the shelf: at least one folder, then a file."""
    folders = name.split("/")
    return (
        len(folders) > 1
        and folders[0] != OBJECTS
        and all(_SEGMENT.fullmatch(part) and len(part.encode()) <= _LONGEST for part in folders)
    )


def shelf_name(name: str) -> str:
    """Return ``name``.

    Raises:
        InvalidInput: it is none of the shelf; no other text becomes a path.
    """
    if not is_shelf_name(name):
        raise InvalidInput(
            f"{name!r} cannot be the name of a backup's file",
            hint="letters, digits and _.+@=,~- below a folder, such as versions/NAME.json",
        )
    return name


def absent(url: str, name: str) -> NotFound:
    """Return the error for a file that is not on the shelf."""
    return NotFound(f"there is no {name} in {url}", hint="list what is there: oneseek backup list")


def taken(url: str, name: str) -> Conflict:
    """Return the error for a name that has other bytes."""
    return Conflict(
        f"{url}/{name} is there already with other contents, which were kept",
        hint="look who wrote it; a backup is never changed",
    )


def other_bytes(where: str, found: str) -> FoundDamage:
    """Return the error for an object that is there already, but not with its bytes."""
    return FoundDamage(
        f"{where} is damaged: {found}",
        hint="remove it there, then repeat the backup",
    )
