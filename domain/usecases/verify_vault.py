"""Verifying a backup of the vault without its passphrase: one file, compared with its digest."""

import msgspec
from msgspec import Struct

from oneseek.domain.backup_place import BackupPlace
from oneseek.domain.digest import Digest, sha256
from oneseek.domain.errors import FoundDamage, NotFound, OneSeekError
from oneseek.domain.findings import Finding
from oneseek.domain.ports import ObjectStore
from oneseek.domain.state.documents import Backup


class _Listing(Struct, rename={"digest": "sha256"}):
    digest: Digest


def look_at_vault(place: BackupPlace, backup: Backup, objects: ObjectStore) -> Finding | None:
    """Read the file of a backup of the vault; return what is wrong with it, None if it is whole.

    Raises:
        ServiceFailed: the place cannot be used.
    """
    expected = _recorded(backup, objects)
    where = f"{place.url} {backup.name}"
    again = f"take it again: oneseek backup vault --to {place.url}"
    try:
        found = sha256(place.read(backup.name))
    except NotFound:
        return Finding("backup-gone", where, "on the shelf", "absent", again)
    except FoundDamage as error:
        return Finding("backup-altered", where, f"SHA-256 {expected}", error.message, again)
    if found.startswith(expected):
        return None
    return Finding("backup-altered", where, f"SHA-256 {expected}", f"SHA-256 {found}", again)


def _recorded(backup: Backup, objects: ObjectStore) -> str:
    """Return the digest of the file, or only its beginning, which is in the name."""
    try:
        return msgspec.json.decode(objects.read(backup.listing), type=_Listing).digest
    except (OneSeekError, msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return backup.name.rpartition("-")[2]
