"""Where a static log is read from: a folder here, or a place on the web."""

import os
import stat
from pathlib import Path
from typing import Protocol

from oneseek.adapters.objects.disk import explain
from oneseek.domain.errors import FoundDamage, InvalidInput

_GONE = (FileNotFoundError, NotADirectoryError)


class Source(Protocol):
    """Files by their paths. Nobody here believes what they hold."""

    @property
    def place(self) -> str:
        """Where it is, for messages and records; never with a password."""
        ...

    def fetch(self, path: str, limit: int) -> bytes | None:
        """Return the file at ``path``, None where there is none.

        Raises:
            FoundDamage: it has more than ``limit`` bytes, or is no file.
            ServiceFailed: it cannot be read now.
        """
        ...


class FolderSource:
    """A static log in a folder, perhaps somebody else's: no link is followed to a file."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.place = str(folder)

    def fetch(self, path: str, limit: int) -> bytes | None:
        name = self._folder / path
        # Without waiting: a pipe in the place of a file would keep us for ever.
        flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
        try:
            with os.fdopen(os.open(name, flags), "rb") as file:
                if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
                    raise FoundDamage(f"{name} is not a file")
                data = file.read(limit + 1)
        except _GONE:
            return None
        except OSError as error:
            raise explain("read", name, error) from error
        if len(data) > limit:
            raise FoundDamage(f"{name} has more than {limit} bytes")
        return data


def open_source(place: str) -> Source:
    """Return the static log at ``place``: an ``http(s)://`` address or a folder.

    Raises:
        InvalidInput: it is neither.
    """
    if "://" in place:
        from oneseek.adapters.static_log.http_source import HttpSource

        return HttpSource(place)
    folder = Path(place)
    if not place or not folder.is_dir():
        raise InvalidInput(
            f"there is no folder {place!r} with a published log",
            hint="give a folder, or an address that begins with https://",
        )
    return FolderSource(folder)
