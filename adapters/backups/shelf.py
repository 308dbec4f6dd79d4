"""The names of the small files beside the objects: what may become a path, and what may not."""

import re

from oneseek.domain.errors import Conflict, FoundDamage, InvalidInput, NotFound
from oneseek.domain.listings import MAX_SHELF_BYTES

OBJECTS = "objects"
"""The folder of the objects, which the shelf never enters."""

_SEGMENT = re.compile(r"\w[\w.+@=,~-]*")
_LONGEST = 200  # bytes; file systems take 255, and a partial name may be longer

_MOST_BYTES = 1 << 30
"""A backup of the vault has some 130 bytes for each key. More would only fill the memory."""


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


def check_length(url: str, name: str, size: int) -> None:
    """Refuse a file before it is read into memory, when nobody can have written it as a backup.

    Raises:
        FoundDamage: it has more bytes than any that is written.
    """
    listed = name.partition("/")[0] in ("versions", "ledger")
    if size > (MAX_SHELF_BYTES if listed else _MOST_BYTES):
        raise FoundDamage(
            f"{url}/{name} is no file of a backup: it has {size} bytes",
            hint="look who wrote it, and remove it there",
        )


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
