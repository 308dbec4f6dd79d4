"""Copies of versions elsewhere: a backup that the ledger knows, and that lies where it should."""

from collections.abc import Callable, Container

from oneseek.domain.collected import whole_backups
from oneseek.domain.digest import Digest
from oneseek.domain.manifest import Manifest
from oneseek.domain.ports import ObjectStore
from oneseek.domain.state.documents import Backup, Version
from oneseek.domain.state.store import Reading


class Copies:
    """Finds a backup of each version; where its files are here, one that ``there`` has seen.

    Of a version that was collected long ago nobody is asked: nothing depends on the answer.
    """

    def __init__(
        self,
        view: Reading,
        objects: ObjectStore,
        kept: Container[Digest],
        there: Callable[[Backup], bool],
    ) -> None:
        self._view, self._objects, self._kept, self._there = view, objects, kept, there
        self._known: dict[Digest, Backup | None] = {}

    def of(self, version: Version) -> Backup | None:
        """Return a backup of ``version``, None where there is none."""
        if version.manifest not in self._known:
            depends = self._is_here(version)
            found = whole_backups(self._view, version.manifest)
            self._known[version.manifest] = next(
                (backup for backup in found if not depends or self._there(backup)), None
            )
        return self._known[version.manifest]

    def lacking(self, version: Version) -> str:
        """Say why :meth:`of` found none."""
        if next(whole_backups(self._view, version.manifest), None) is None:
            return "no whole backup of it is known"
        return "no backup of it was found where it was taken to"

    def _is_here(self, version: Version) -> bool:
        files = Manifest.from_bytes(self._objects.read(version.manifest)).files
        return any(
            file.digest not in self._kept and self._objects.has(file.digest) for file in files
        )
