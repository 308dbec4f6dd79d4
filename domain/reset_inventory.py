"""What a reset found in the certified tree, as its inventory lists it.

Files that somebody put there, besides those of the versions, are nowhere else.
"""

from msgspec import MsgspecError, Struct, json

from oneseek.domain.digest import Digest
from oneseek.domain.errors import FoundDamage
from oneseek.domain.events import RegistryReset
from oneseek.domain.ports import ObjectStore


class _File(Struct):
    """As much of a line as tells which object it is."""

    path: str
    sha256: Digest | None


class _Inventory(Struct):
    files: tuple[_File, ...]


def found_in_tree(event: RegistryReset, index: int, objects: ObjectStore) -> dict[Digest, str]:
    """Return the objects that the reset of entry ``index`` kept, with what they are.

    Raises:
        NotFound, FoundDamage: nobody knows what it kept.
    """
    try:
        listed = json.decode(objects.read(event.inventory), type=_Inventory)
    except (MsgspecError, UnicodeDecodeError, RecursionError):
        raise FoundDamage(
            f"the inventory of the reset of entry {index} is none: nobody knows what it kept"
        ) from None
    what = f"which the reset of entry {index} found in the certified tree"
    return {file.sha256: f"{file.path}, {what}" for file in listed.files if file.sha256}
