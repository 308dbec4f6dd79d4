"""Copies that cost nothing where the file system can share blocks (reflinks), else real copies.

A reflink is a file of its own: writing to one side never changes the other, unlike a hard link.
Btrfs, XFS, bcachefs and others can (ioctl FICLONE, ``man 2 ioctl_ficlone``); ext4 cannot.
"""

import fcntl
import sys
from pathlib import Path

from oneseek.adapters.objects.disk import disk_errors
from oneseek.adapters.objects.durable import publish
from oneseek.adapters.objects.partial import partial_file
from oneseek.adapters.objects.reading import hash_fd, open_regular
from oneseek.domain.digest import Digest
from oneseek.domain.errors import FoundDamage

_FICLONE = 0x40049409  # _IOW(0x94, 9, int), <linux/fs.h>


def try_clone(source: int, target: int) -> bool:
    """Share all blocks of ``source`` with the empty file ``target``; False where that cannot be."""
    if sys.platform != "linux":
        return False
    try:
        fcntl.ioctl(target, _FICLONE, source)
    except OSError:  # other file system, no support: a copy will do, or name the real trouble
        return False
    return True


def clone_or_copy(
    source: Path, target: Path, *, expected: Digest | None = None, mode: int = 0o444
) -> bool:
    """Give ``target`` the bytes of ``source``, atomically and durably; True if by a reflink.

    A real copy is hashed on the way and compared with ``expected``; a reflink moves no bytes, so
    there is nothing to compare. A file or link at ``target`` is replaced. Its folder must exist.

    Raises:
        NotFound, InvalidInput: ``source`` is absent, or is not a regular file.
        FoundDamage: the bytes are not those expected; ``target`` is as it was.
        ServiceFailed: the disk forbids it; ``target`` is as it was.
    """
    with (
        disk_errors(f"copy {source} to", target),
        open_regular(source) as fd,
        partial_file(target.parent) as partial,
    ):
        cloned = try_clone(fd, partial.fd)
        if not cloned:
            found, _ = hash_fd(fd, copy_to=partial.fd)
            if expected not in (None, found):
                raise FoundDamage(
                    f"{source} is damaged: expected SHA-256 {expected}, found {found}",
                    hint="restore it from a backup, then repeat",
                )
        publish(partial, target, mode)
    return cloned
