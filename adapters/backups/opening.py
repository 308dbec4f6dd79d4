"""Opening the place for backups that a text names."""

from pathlib import Path
from urllib.parse import unquote

from oneseek.adapters.backups.address import GOOGLE, LOCAL, parse_place
from oneseek.adapters.backups.folder_place import FolderBackups
from oneseek.adapters.workspace.paths import Paths
from oneseek.adapters.workspace.settings import FirebaseSettings
from oneseek.domain.backup_place import BackupPlace


def open_place(
    text: str, *, workspace: Path, backups: Path, firebase: FirebaseSettings
) -> BackupPlace:
    """Return the place, after a first contact with it; ``local`` is the folder ``backups``.

    The library of a service is only imported for a place that needs it.

    Raises:
        InvalidInput: the text names no place, or carries a password.
        NotFound: there are no credentials for Google.
        ServiceFailed: a library is not installed, or the place cannot be used.
    """
    address = parse_place(text, firebase.bucket)
    if address is None:
        return FolderBackups(LOCAL, backups, own=True)
    if address.scheme == "file":
        return FolderBackups(address.url, Path(unquote(address.rest)), own=False)
    if address.scheme == GOOGLE:
        from oneseek.adapters.backups.storage_opening import open_storage

        file = workspace / firebase.credentials if firebase.credentials else None
        return open_storage(address, firebase.project, file, Paths(workspace).uploads)
    from oneseek.adapters.backups.fsspec_place import open_fsspec_backups

    return open_fsspec_backups(address)
