"""The places of backups, as commands name them; one that is asked for what others lack."""

import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from oneseek.adapters.backups.opening import open_place
from oneseek.adapters.workspace.settings import FirebaseSettings
from oneseek.domain.backup_place import BackupPlace, OnBytes, Sent
from oneseek.domain.digest import Digest, sha256
from oneseek.domain.errors import FoundDamage, NotFound, OneSeekError, ServiceFailed

if TYPE_CHECKING:
    from oneseek.cli.app import App

OnPart = Callable[[int], None]


def place_of(app: "App", text: str) -> BackupPlace:
    """Return the place that ``text`` names: ``local``, ``firebase``, a URL or a folder.

    Raises:
        InvalidInput: it names none.
    """
    return open_place(
        text,
        workspace=app.paths.root,
        backups=app.paths.backups,
        firebase=app.settings.firebase,
    )


def place_without_workspace(text: str) -> BackupPlace:
    """Return the place that ``text`` names on a machine that has no workspace yet."""
    here = Path.cwd()
    return open_place(text, workspace=here, backups=here, firebase=FirebaseSettings())


class Sender:
    """Uploads what is only in memory, by way of a file in ``folder``."""

    def __init__(self, place: BackupPlace, folder: Path) -> None:
        self._place = place
        self._folder = folder

    def __call__(self, data: bytes) -> Sent:
        digest = sha256(data)
        path = self._folder / digest
        path.write_bytes(data)
        try:
            return self._place.upload(path, digest)
        finally:
            path.unlink()


class Fetcher:
    """Objects from the first of several places that has them whole."""

    def __init__(self, places: Sequence[BackupPlace], on_bytes: OnBytes | None = None) -> None:
        self.places = tuple(places)
        self._on_bytes = on_bytes
        self.fetched: dict[str, list[int]] = {}
        """By the URL of a place: how many objects and bytes came from it."""
        self.damaged: list[str] = []
        """What was wrong with copies that were passed over."""

    def fill(self, digest: Digest, target: int) -> None:
        """Write the bytes of an object to the empty file ``target``, verified.

        Raises:
            NotFound: no place has it.
            FoundDamage: every copy is damaged.
            ServiceFailed: a place that may have it cannot be used now.
        """
        first: OneSeekError | None = None
        for place in self.places:
            try:
                place.download(digest, target, self._on_bytes)
            except (NotFound, FoundDamage, ServiceFailed) as error:
                if not isinstance(error, NotFound):
                    self.damaged.append(error.message)
                if first is None or isinstance(first, NotFound):
                    first = error
                os.ftruncate(target, 0)
                os.lseek(target, 0, os.SEEK_SET)
                continue
            counts = self.fetched.setdefault(place.url, [0, 0])
            counts[0] += 1
            counts[1] += os.fstat(target).st_size
            return
        raise first or NotFound(f"object {digest} is in no backup")
