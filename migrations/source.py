"""What may be a source at all, checked before anything is read."""

import os
from pathlib import Path
from stat import S_ISDIR, S_ISLNK, S_ISREG

from oneseek.domain.errors import InvalidInput, NotFound

INTERNAL = ".oneseek"


def check_source(source: Path, workspace: Path | None = None) -> Path:
    """Return ``source`` as an absolute path without links, if it can be scanned.

    Args:
        source: a folder, or one single file.
        workspace: the folder that the migrator writes in.

    Raises:
        NotFound: it does not exist.
        InvalidInput: it is a link, a device, a pipe or a socket, must not be read, holds the
            workspace, or is what the workspace keeps for itself.
    """
    try:
        mode = source.lstat().st_mode
        if S_ISLNK(mode):
            raise InvalidInput(
                f"{source} is a link: a source is read where it really lies",
                hint=f"give the path that it leads to: {os.readlink(source)}",  # noqa: PTH115
            )
        found = source.resolve(strict=True)
    except (FileNotFoundError, NotADirectoryError):
        raise NotFound(f"there is no {source}", hint="check the path for typing errors") from None
    except (OSError, ValueError, RuntimeError) as error:
        raise InvalidInput(f"{source} cannot be read: {reason_of(error)}") from None
    if not (S_ISDIR(mode) or S_ISREG(mode)):
        raise InvalidInput(f"{source} is neither a folder nor a file")
    if not os.access(found, os.R_OK | (os.X_OK if S_ISDIR(mode) else 0)):
        raise InvalidInput(
            f"{source} cannot be read: permission denied", hint="run it as the owner of the files"
        )
    if workspace is not None:
        _keep_apart(found, workspace.resolve())
    return found


def reason_of(error: Exception) -> str:
    """Return what the system says of ``error``, without the path that it names."""
    if isinstance(error, OSError) and error.strerror:
        return error.strerror[:1].lower() + error.strerror[1:]
    return str(error)


def _keep_apart(source: Path, workspace: Path) -> None:
    internal = workspace / INTERNAL
    if source == internal or internal in source.parents:
        raise InvalidInput(f"{source} belongs to the workspace itself and is no source")
    if source == workspace or source in workspace.parents:
        # Its own keys and ledger would be taken for old files, while the import writes to them.
        raise InvalidInput(
            f"the workspace {workspace} lies in {source}: it cannot be a source of itself",
            hint=f"give the old tree alone, such as {source / 'models' / 'oqt'}",
        )
