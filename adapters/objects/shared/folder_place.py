"""A folder that several machines mount (NFS, SMB, a disk): needs no library.

A file is written under a partial name in the folder where it will lie, synced, then renamed. The
root is never made here: a folder that is not mounted must not be mistaken for an empty one.
"""

import stat
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from oneseek.adapters.objects.disk import disk_errors
from oneseek.adapters.objects.durable import fsync_dir, make_folders, publish
from oneseek.adapters.objects.layout import OBJECT_MODE, object_path, places
from oneseek.adapters.objects.partial import is_partial, partial_file
from oneseek.adapters.objects.reading import OnBytes, chunks, hash_fd, open_regular
from oneseek.adapters.objects.shared.place import Lying, ReadPlace, damaged_here, object_url
from oneseek.domain.digest import Digest
from oneseek.domain.errors import FoundDamage, InvalidInput, NotFound, ServiceFailed


class FolderPlace(ReadPlace):
    """The folder ``root``, which must be there; ``url`` is its name."""

    def __init__(self, url: str, root: Path) -> None:
        self._url = url
        self._root = root
        self._require_root()

    def size(self, digest: Digest) -> int | None:
        path = object_path(self._root, digest)
        with disk_errors("look at", path):
            try:
                if path.parent.is_symlink():
                    return None  # it leads elsewhere: a listing does not enter it either
                status = path.lstat()
            except (FileNotFoundError, NotADirectoryError):
                self._require_root()  # one that went away has lost nothing
                return None
        return status.st_size if stat.S_ISREG(status.st_mode) else None

    def upload(self, source: Path, digest: Digest, on_bytes: OnBytes | None = None) -> None:
        self._require_root()
        target = object_path(self._root, digest)
        if target.parent.is_symlink():
            raise FoundDamage(
                f"object {digest} was not uploaded: {target.parent} is a symbolic link",
                hint="whoever rules the shared folder may have led it elsewhere: remove the link",
            )
        with disk_errors("write", target), open_regular(source) as fd:
            make_folders(target.parent)
            with partial_file(target.parent) as partial:
                found, size = hash_fd(fd, copy_to=partial.fd, on_bytes=on_bytes)
                if found != digest:
                    raise damaged_here(source, digest, found)
                publish(partial, target, OBJECT_MODE)  # crash before: a partial file is left
            fsync_dir(self._root)
        if self.size(digest) != size:
            raise ServiceFailed(
                f"{object_url(self._url, digest)} is not what was written",
                hint="check the disk or the server of this folder, then repeat",
            )

    def listing(self) -> Iterator[Lying]:
        self._require_root()
        with disk_errors("list", self._root):
            for place in places(self._root):
                if not is_partial(place.path.name):
                    where = f"{self._url}/{place.path.relative_to(self._root).as_posix()}"
                    yield Lying(where, place.size, place.digest)

    def remove(self, digest: Digest) -> bool:
        path = object_path(self._root, digest)
        with disk_errors("remove", path), suppress(FileNotFoundError):
            path.unlink()
            fsync_dir(path.parent)
            return True
        self._require_root()
        return False

    def _pieces(self, digest: Digest) -> Iterator[memoryview]:
        path = object_path(self._root, digest)
        try:
            with disk_errors("read", path), open_regular(path) as fd:
                yield from chunks(fd)
        except NotFound:
            self._require_root()
            raise NotFound(f"object {digest} is not in {self._url}") from None
        except InvalidInput as error:
            raise FoundDamage(f"object {digest} is damaged: {error.message}") from None

    def _require_root(self) -> None:
        if not self._root.is_dir():
            raise ServiceFailed(
                f"there is no folder {self._root}, where {self._url} keeps the shared objects",
                hint="mount it; where it is to be new, make it first",
            )
