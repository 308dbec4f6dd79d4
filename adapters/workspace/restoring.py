"""A folder into which a workspace is being restored: an empty one, or one where that was cut off.

A mark is written first and removed last, after the settings file, which completes the workspace.
So a restore that was killed is told from anything else that lies there, and is taken up again; one
that was killed between the two has come to its end.
"""

import shutil
from pathlib import Path

from oneseek.adapters.objects.disk import disk_errors
from oneseek.adapters.objects.durable import fsync_dir, make_folders, write_atomic, write_output
from oneseek.adapters.workspace.paths import Paths
from oneseek.domain.errors import Conflict, InvalidInput

_MARK = "restoring"
_HARMLESS = {"lost+found"}  # so begins a volume of its own


def begin_restore(root: Path) -> Paths:
    """Return the paths of the workspace to be restored at ``root``, whose folders are made.

    Raises:
        Conflict: it is a workspace already, or holds something else.
        InvalidInput: it is a file.
    """
    paths = Paths(root.absolute())
    if root.exists() and not root.is_dir():
        raise InvalidInput(f"{root} is a file, not a folder")
    if paths.settings.exists():
        # A restore that was killed just before the end of its mark has come to its end: whatever
        # was done here since is worth more than what a repetition would put in its place.
        _remove_mark(paths)
        raise Conflict(f"{root} is a workspace already", hint="name an empty folder")
    if not work_folder(paths).exists() and (found := _strangers(paths)):
        raise Conflict(
            f"{root} holds something else: {found[0]}; nothing was changed",
            hint="name an empty folder",
        )
    with disk_errors("restore into", root):
        make_folders(work_folder(paths))
        for folder in paths.folders:
            make_folders(folder)
        paths.keys.chmod(0o700)
    return paths


def work_folder(paths: Paths) -> Path:
    """Return where the restore keeps what it needs itself."""
    return paths.hidden / _MARK


def complete_restore(paths: Paths, settings: bytes) -> None:
    """Write the settings, and remove the mark: from here on it is a workspace like any other."""
    write_output(paths.settings, settings)
    # crash here: everything is there but the end of the mark, and a repetition removes it
    _remove_mark(paths)


def _remove_mark(paths: Paths) -> None:
    if work_folder(paths).exists():
        with disk_errors("remove", work_folder(paths)):
            shutil.rmtree(work_folder(paths))
            fsync_dir(paths.hidden)


def bring_keys(paths: Paths, folder: Path) -> list[str]:
    """Copy the private keys in ``folder`` to where a workspace keeps them; return their names.

    Raises:
        InvalidInput: there is no such folder, or no key in it.
    """
    if not folder.is_dir():
        raise InvalidInput(f"there is no folder {folder} with keys")
    found = sorted(path for path in folder.iterdir() if path.suffix == ".pem" and path.is_file())
    if not found:
        raise InvalidInput(f"{folder} holds no key (a file such as checkpoint.pem)")
    for path in found:
        with disk_errors("read", path):
            data = path.read_bytes()
        write_atomic(paths.keys / path.name, data, 0o600)
    retired = folder / paths.retired_keys.name
    if retired.is_dir():
        with disk_errors("copy", retired):
            shutil.copytree(retired, paths.retired_keys, dirs_exist_ok=True)
    return [path.name for path in found]


def _strangers(paths: Paths) -> list[str]:
    if not paths.root.is_dir():
        return []
    with disk_errors("read", paths.root):
        names = {path.name for path in paths.root.iterdir()} - _HARMLESS
        if paths.hidden.is_dir() and not any(paths.hidden.iterdir()):
            names.discard(paths.hidden.name)  # a restore that was killed at once
    return sorted(names)
