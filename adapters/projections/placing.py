"""Giving a path what is wanted there: a link, made bytes, or an object of the content store."""

from collections.abc import Mapping
from pathlib import Path

from oneseek.adapters.objects.durable import fsync_dir, write_atomic
from oneseek.domain.ports import ObjectStore
from oneseek.domain.projections.difference import FILE_MODE
from oneseek.domain.projections.nodes import Link, Wanted


def place(path: Path, want: Wanted, objects: ObjectStore) -> None:
    """Give ``path`` what is wanted, in the place of whatever file or link is there. OSErrors pass.

    Raises:
        NotFound, FoundDamage: an object is not here, or has other bytes.
    """
    if isinstance(want, Link):
        temporary = path.with_name(f".{path.name}.new")
        temporary.unlink(missing_ok=True)
        temporary.symlink_to(want.target)
        # Renaming over a link is atomic: a reader finds the old version or the new one.
        temporary.replace(path)
        fsync_dir(path.parent)
    elif want.make is not None:
        write_atomic(path, want.make(), FILE_MODE)
    elif want.data is not None:
        write_atomic(path, want.data, FILE_MODE)
    else:
        objects.place(want.digest, path)


def fill(folder: Path, wanted: Mapping[str, Wanted], objects: ObjectStore) -> None:
    """Write everything that is wanted below the empty ``folder``; raises as :func:`place`."""
    for path, item in wanted.items():
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        place(target, item, objects)
