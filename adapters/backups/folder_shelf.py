"""The shelf in a folder: read-only files that appear whole or not at all, and never replace one."""

import errno
import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from oneseek.adapters.backups.shelf import (
    OBJECTS,
    absent,
    check_length,
    is_shelf_name,
    shelf_name,
    taken,
)
from oneseek.adapters.objects.disk import disk_errors
from oneseek.adapters.objects.durable import fsync_dir, make_folders, write_all
from oneseek.adapters.objects.layout import OBJECT_MODE
from oneseek.adapters.objects.partial import Partial, partial_file, sweep_partials
from oneseek.adapters.objects.reading import chunks, open_regular
from oneseek.domain.errors import FoundDamage, InvalidInput, NotFound

_NO_LINKS = (errno.EPERM, errno.EOPNOTSUPP, errno.ENOSYS, errno.EMLINK)


def no_link(path: Path, root: Path) -> None:
    """Refuse a folder below ``root`` that leads elsewhere.

    Raises:
        FoundDamage: ``path`` or a folder between the two is a symbolic link.
    """
    while path != root:
        if path.is_symlink():
            raise FoundDamage(
                f"{path} is a symbolic link, which no backup makes",
                hint="whoever may write there may have led it elsewhere: remove the link",
            )
        path = path.parent


class FolderShelf:
    """The files in ``root``, whose name for people is ``url``."""

    def __init__(self, url: str, root: Path) -> None:
        self._url = url
        self._root = root

    def names(self, prefix: str) -> Iterator[str]:
        """Yield the names that begin with ``prefix``, sorted; links are not followed."""
        with disk_errors("list", self._root):
            yield from sorted(name for name in self._all() if name.startswith(prefix))

    def read(self, name: str) -> bytes:
        """Return the bytes of a file.

        Raises:
            NotFound: there is none.
            FoundDamage: it is a link, no file at all, or too large for a backup's.
        """
        path = self._path(name)
        try:
            with disk_errors("read", path), open_regular(path) as fd:
                size = os.fstat(fd).st_size
                check_length(self._url, name, size)
                buffer = memoryview(bytearray(max(1, size)))
                return b"".join(map(bytes, chunks(fd, buffer=buffer, limit=None)))
        except NotFound:
            raise absent(self._url, name) from None
        except InvalidInput as error:
            raise FoundDamage(f"a file of backups is damaged: {error.message}") from None

    def write(self, name: str, data: bytes) -> None:
        """Make a file; the same bytes again do no harm.

        Raises:
            Conflict: other bytes have this name; they stay.
            ServiceFailed: the disk is full or forbids it; nothing is there under the name.
        """
        path = self._path(name)
        with disk_errors("write", path):
            make_folders(path.parent)
            sweep_partials(path.parent)  # what a killed one left
            with partial_file(path.parent) as partial:
                write_all(partial.fd, data)
                os.fchmod(partial.fd, OBJECT_MODE)
                os.fsync(partial.fd)
                made = _publish_new(partial, path)
            fsync_dir(path.parent)
        if not made and self.read(name) != data:
            raise taken(self._url, name)

    def discard(self, name: str) -> bool:
        """Remove a file; say whether it was there."""
        path = self._path(name)
        with disk_errors("remove", path), suppress(FileNotFoundError, NotADirectoryError):
            path.unlink()
            fsync_dir(path.parent)
            return True
        return False

    def _path(self, name: str) -> Path:
        path = self._root / shelf_name(name)
        no_link(path.parent, self._root)
        return path

    def _all(self) -> Iterator[str]:
        for folder, folders, files in os.walk(self._root, onerror=_unlistable):
            here = Path(folder).relative_to(self._root)
            if here == Path() and OBJECTS in folders:
                folders.remove(OBJECTS)
            for file in files:
                name = (here / file).as_posix()
                if is_shelf_name(name) and not (Path(folder) / file).is_symlink():
                    yield name


def _unlistable(error: OSError) -> None:
    """Let nobody take a folder that may not be listed for an empty one."""
    if not isinstance(error, FileNotFoundError):
        raise error


def _publish_new(partial: Partial, path: Path) -> bool:
    """Give a finished file its name unless that is taken; say whether it got it."""
    try:
        path.hardlink_to(partial.path)  # unlike a rename, it never replaces
    except FileExistsError:
        return False
    except OSError as error:
        if error.errno not in _NO_LINKS:
            raise
        if os.path.lexists(path):
            return False
        partial.path.rename(path)  # a file system without hard links
    return True
