"""Copying a file into the store: its bytes as of one moment, read once, hashed on the way."""

import os
from pathlib import Path

from oneseek.adapters.objects.clone import try_clone
from oneseek.adapters.objects.reading import OnBytes, hash_fd
from oneseek.domain.digest import Digest
from oneseek.domain.errors import InvalidInput


def take(source: int, target: int, path: Path, on_bytes: OnBytes | None) -> tuple[Digest, int]:
    """Give the empty file ``target`` the bytes of ``source``; return their digest and number.

    Raises:
        InvalidInput: ``path``, which is ``source``, was written to meanwhile.
    """
    if try_clone(source, target):  # a snapshot: it cannot change while it is hashed
        return hash_fd(target, on_bytes=on_bytes)
    before = os.fstat(source)
    # One byte more than there should be is enough to see that it grows; its writer may never stop.
    limit = before.st_size + 1
    digest, size = hash_fd(source, limit=limit, copy_to=target, on_bytes=on_bytes)
    after = os.fstat(source)
    if not before.st_size == size == after.st_size or before.st_mtime_ns != after.st_mtime_ns:
        raise InvalidInput(
            f"{path} changed while it was read", hint="wait until its writer is done, then repeat"
        )
    return digest, size
