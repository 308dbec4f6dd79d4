"""Opening a bucket of Google Cloud Storage: library, credentials, first contact."""

import os
from pathlib import Path
from typing import TYPE_CHECKING

from oneseek.adapters.objects.shared.address import SharedAddress
from oneseek.domain.errors import InvalidInput, ServiceFailed

if TYPE_CHECKING:
    from google.auth.credentials import Credentials

    from oneseek.adapters.backups.patience import Patience
    from oneseek.adapters.backups.storage_place import StorageBackups

EMULATOR = "STORAGE_EMULATOR_HOST"


def open_storage(
    address: SharedAddress,
    project: str | None,
    credentials: Path | None,
    sessions: Path,
    patience: "Patience | None" = None,
) -> "StorageBackups":
    """Return the place at ``gs://BUCKET/PREFIX``; ``sessions`` is a folder for uploads cut off.

    Where STORAGE_EMULATOR_HOST is set, the server there is used, without credentials.

    Raises:
        InvalidInput, NotFound: there are no credentials, or their file is none.
        ServiceFailed: the library is not installed, or the bucket cannot be used.
    """
    try:
        from google.cloud import storage

        from oneseek.adapters.backups.patience import PATIENCE
        from oneseek.adapters.backups.storage_bucket import StorageBucket
        from oneseek.adapters.backups.storage_place import StorageBackups
        from oneseek.adapters.backups.storage_trouble import storage_errors

        rights = _credentials(credentials, (patience or PATIENCE).first)
    except ImportError as error:
        raise ServiceFailed(
            f"backups in {address.url} need a library that is not installed: {error}",
            hint='pip install "oneseek-provenance[firebase]"',
        ) from None
    with storage_errors("reach", address.url):
        client = storage.Client(project=project or "none", credentials=rights)
    bucket, _, prefix = address.rest.partition("/")
    calls = StorageBucket(client, bucket, patience or PATIENCE)
    place = StorageBackups(address.url, calls, f"{prefix}/" if prefix else "", sessions)
    place.require()
    return place


def _credentials(file: Path | None, seconds: float) -> "Credentials":
    emulator = os.environ.get(EMULATOR)
    if emulator is None:
        from oneseek.adapters.documents.credentials import find_credentials

        return find_credentials(file, seconds)
    if not emulator.startswith(("http://", "https://")):
        raise InvalidInput(
            f"{EMULATOR} is not the address of a server", hint="such as http://127.0.0.1:4443"
        )
    from google.auth.credentials import AnonymousCredentials

    return AnonymousCredentials()
