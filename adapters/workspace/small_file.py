"""Reading the small files of a workspace, which may be somebody else's.

Whoever owns the folder can put a pipe, a device or an endless file in the place of any of them: an
auditor's command must neither wait for ever nor fill the memory.
"""

import errno
import os
import stat
from pathlib import Path

MAX_SMALL = 4 * 1024 * 1024
"""Bytes: more than any settings, keys or checkpoints have."""


def read_small(path: Path, limit: int = MAX_SMALL) -> bytes:
    """Return the bytes of the file at ``path``.

    Raises:
        OSError: it cannot be read, is no file, or has more than ``limit`` bytes.
    """
    # Without waiting for whoever might write into a pipe.
    flags = os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC
    with os.fdopen(os.open(path, flags), "rb") as file:
        if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
            raise OSError(errno.EINVAL, "it is no file", str(path))
        data = file.read(limit + 1)
    if len(data) > limit:
        raise OSError(errno.EFBIG, f"it has more than {limit} bytes", str(path))
    return data
