"""Errors of the disk as one sentence for a person, with the path and what to do."""

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from oneseek.domain.errors import ServiceFailed

_FULL = "free some space there (or raise the limit), then repeat; nothing half-written was left"
_DENIED = "give this user the right to write there, then repeat"

_HINTS = {
    errno.ENOSPC: _FULL,
    errno.EDQUOT: _FULL,
    errno.EFBIG: _FULL,
    errno.EACCES: _DENIED,
    errno.EPERM: _DENIED,
    errno.EROFS: "the file system is mounted read-only: mount it for writing, then repeat",
    errno.EXDEV: "the staging folder must be on the same file system as the objects",
    errno.EIO: "the disk reports an error: check it before anything is written to it",
    errno.ENAMETOOLONG: "move it to a shorter path",
}


@contextmanager
def disk_errors(doing: str, path: Path) -> Iterator[None]:
    """Turn an OSError of the block into ServiceFailed "cannot ``doing`` ``path``: reason".

    A broken pipe passes: files have none, so it comes from whoever watches the progress.
    """
    try:
        yield
    except BrokenPipeError:
        raise
    except OSError as error:
        raise explain(doing, path, error) from error


def explain(doing: str, path: str | Path, error: OSError) -> ServiceFailed:
    """Return ``error`` as "cannot ``doing`` ``path``: reason", with what to do about it."""
    reason = error.strerror or str(error)
    hint = _HINTS.get(error.errno or 0, "mend the cause, then repeat")
    return ServiceFailed(f"cannot {doing} {path}: {reason}", hint=hint)
