"""A new folder of files, made as a whole or not at all."""

import shutil
from collections.abc import Mapping
from pathlib import Path

from oneseek.adapters.objects.disk import disk_errors
from oneseek.adapters.objects.durable import fsync_dir, fsync_tree, make_folders
from oneseek.adapters.projections.placing import fill
from oneseek.domain.errors import Conflict
from oneseek.domain.ports import ObjectStore
from oneseek.domain.projections.nodes import Wanted


def write_new_folder(target: Path, wanted: Mapping[str, Wanted], objects: ObjectStore) -> None:
    """Write ``wanted`` as the folder ``target``, which is new or empty.

    It is built beside its place and renamed: a crash leaves ``target`` as it was, and a folder
    ``.NAME.oneseek-export`` that the next attempt removes.

    Raises:
        Conflict: ``target`` is a file or a link, or holds something.
        ServiceFailed: the disk is full, or may not be written.
    """
    with disk_errors("write", target):
        if target.is_symlink() or (target.exists() and not _is_empty_folder(target)):
            raise Conflict(f"{target} is not an empty folder", hint="give a new one")
        target = target.resolve()  # "." has no name that another folder could be called after
        make_folders(target.parent)
        building = target.with_name(f".{target.name}.oneseek-export")
        if building.is_dir() and not building.is_symlink():
            shutil.rmtree(building)
        building.mkdir()
        try:
            fill(building, wanted, objects)
            fsync_tree(building)
            building.rename(target)  # crash here: an empty folder or none is there, or all of it
        except BaseException:
            shutil.rmtree(building, ignore_errors=True)
            raise
        fsync_dir(target.parent)


def _is_empty_folder(path: Path) -> bool:
    return path.is_dir() and not any(path.iterdir())
