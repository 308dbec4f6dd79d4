"""A folder as the target of a projection: compare, then apply the difference.

A new unit is built in staging and renamed into place, so a reader sees all of it or none. In a unit
that stands, every file is replaced by rename. Nothing that is not ours is destroyed: a file whose
bytes the content store does not hold is moved to ``displaced``.
"""

import os
import shutil
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path

from oneseek.adapters.objects.disk import disk_errors, explain
from oneseek.adapters.objects.durable import (
    fsync_dir,
    fsync_file,
    make_folders,
)
from oneseek.adapters.objects.hashing import hash_file
from oneseek.adapters.objects.partial import sweep_partials
from oneseek.adapters.objects.tree import hash_tree
from oneseek.adapters.projections.paths import (
    Units,
    as_actual,
    flat,
    native_path,
    single,
    upwards,
)
from oneseek.adapters.projections.placing import fill, place
from oneseek.adapters.workspace.scratch import Scratch
from oneseek.domain.errors import FoundDamage
from oneseek.domain.ports import ObjectStore, OnBytes
from oneseek.domain.projections.difference import (
    FILE_MODE,
    FOLDER_MODE,
    Actual,
    Difference,
    describe,
    differences,
)
from oneseek.domain.projections.nodes import Wanted


class FolderTarget:
    """The folder ``root``. ``scratch`` gives staging and the place for displaced files."""

    def __init__(self, root: Path, objects: ObjectStore, scratch: Scratch) -> None:
        self.root = root
        self._objects = objects
        self._scratch = scratch

    def compare(
        self,
        units: Units,
        *,
        whole: bool = True,
        locked: bool = True,
        on_bytes: OnBytes | None = None,
    ) -> list[Difference]:
        """Return every difference; ``whole``: names that are no unit at all are extra.

        ``locked``: folders that nobody may write, as in a copy for an auditor, are no difference.
        """
        self._refuse_link()
        actual = self._actual(None if whole else set(units), on_bytes)
        return list(differences(flat(units), actual, locked=locked))

    def reconcile(
        self, units: Units, *, whole: bool = False, on_bytes: OnBytes | None = None
    ) -> list[Difference]:
        """Make the target equal to ``units`` and return what was different."""
        self._refuse_link()
        with disk_errors("write", self.root):
            make_folders(self.root)
            in_the_way = list(self._make_folders_of(units))
            self._sweep(units)
            found = self.compare(units, whole=whole, locked=False, on_bytes=on_bytes)
            found = in_the_way + found
            wanted = flat(units)
            settled = {name for name, want in units.items() if self._whole_unit(name, want)}
            for difference in found:
                if settled.isdisjoint(upwards(difference.path)):
                    self._repair(difference, wanted.get(difference.path))
            self._remove_empty_folders(found)
            if found:
                self._make_durable(found)
        return found

    def _make_durable(self, found: Iterable[Difference]) -> None:
        """Sync what a repair took away or gave another mode; what it wrote is safe already.

        The position is saved next: after a loss of power nobody would look here again.
        """
        folders = {self.root}
        for difference in found:
            path = self.root / native_path(difference.path)
            folders.add(path.parent)
            if difference.kind == "wrong-mode":
                fsync_dir(path) if path.is_dir() else fsync_file(path)
        for folder in folders:
            with suppress(FileNotFoundError):  # it went with the rest of its unit
                fsync_dir(folder)

    def _refuse_link(self) -> None:
        """Never write through a link: it may lead to files that are not ours."""
        if self.root.is_symlink():
            raise FoundDamage(
                f"{self.root} is a link, not a folder",
                hint="take the link away; then make the folder again with: oneseek rebuild",
            )

    def begins_with(self, name: str, line: bytes) -> bool:
        """Say whether a file ``name``, no link, stands in the target and begins with ``line``."""
        path = self.root / name
        if path.is_symlink() or not path.is_file():
            return False
        try:
            with path.open("rb") as file:
                return file.read(len(line)) == line
        except OSError as error:
            raise explain("read", path, error) from error

    def _make_folders_of(self, names: Iterable[str]) -> Iterator[Difference]:
        """Make the folders above units that have some; what stands in their place moves away.

        Nothing was compared yet: through a link, files of somebody else would be.
        """
        for name in sorted({above for unit in names for above in list(upwards(unit))[1:]}):
            path = self.root / name
            if path.is_symlink() or not path.is_dir():
                if os.path.lexists(path):
                    yield Difference("wrong-kind", name, "folder", describe(single(path)))
                    self._clear(path, name, wanted=True)
                make_folders(path)
                path.chmod(FOLDER_MODE)

    def _whole_unit(self, name: str, want: Mapping[str, Wanted] | None) -> bool:
        """Build or remove a unit that is a folder in one step; False where that is not possible."""
        path = self.root / name
        stands = os.path.lexists(path)
        if want is None:
            if stands and path.is_dir() and not path.is_symlink():
                self._take_away(name)
                return True
            return False
        if "" in want or stands:
            return False
        self._build(name, want)
        return True

    def _sweep(self, names: Iterable[str]) -> None:
        """Remove partial files that a writer left who died in the middle of a repair."""
        sweep_partials(self.root)
        for name in names:
            path = self.root / name
            if path.is_dir() and not path.is_symlink():
                for folder, _, _ in os.walk(path):
                    sweep_partials(Path(folder))

    def _actual(self, names: set[str] | None, on_bytes: OnBytes | None) -> dict[str, Actual]:
        if not self.root.is_dir():
            return {}
        if names is None:
            return as_actual(hash_tree(self.root, on_bytes=on_bytes).items())
        found: dict[str, Actual] = {}
        for name in names:
            path = self.root / name
            if path.is_dir() and not path.is_symlink():
                found[name] = Actual("dir", None, None, path.lstat().st_mode & 0o7777)
                inner = hash_tree(path, on_bytes=on_bytes)
                found |= as_actual((f"{name}/{key}", entry) for key, entry in inner.items())
            elif os.path.lexists(path):
                found[name] = single(path)
        return found

    def _build(self, name: str, want: Mapping[str, Wanted]) -> None:
        staged = self._scratch.folder()
        fill(staged, want, self._objects)
        for folder, _, _ in os.walk(staged, topdown=False):
            Path(folder).chmod(FOLDER_MODE)
            fsync_dir(Path(folder))
        # A crash before this line leaves a staging folder, which the next run removes.
        staged.rename(self.root / name)

    def _repair(self, difference: Difference, want: Wanted | None) -> None:
        path = self.root / native_path(difference.path)
        match difference.kind:
            case "wrong-mode":
                path.chmod(FILE_MODE if want is not None else FOLDER_MODE)
                return
            case "changed":
                self._save_unknown(path, difference.path)
            case "extra" | "wrong-kind":
                self._clear(path, difference.path, wanted=want is not None)
        if want is not None:
            make_folders(path.parent)
            place(path, want, self._objects)

    def _save_unknown(self, path: Path, name: str) -> None:
        """Move a file away unless the content store has its bytes; then it stays to be replaced."""
        digest, _ = hash_file(path)
        if not self._objects.has(digest):
            self._scratch.displace(path, name)

    def _clear(self, path: Path, name: str, *, wanted: bool) -> None:
        """Make room at ``path``; an extra folder stays until it is empty."""
        if path.is_symlink():
            path.unlink()
        elif path.is_file():
            self._save_unknown(path, name)
            path.unlink(missing_ok=True)
        elif os.path.lexists(path) and (wanted or not path.is_dir()):
            self._scratch.displace(path, name)

    def _take_away(self, name: str) -> None:
        """Let a whole unit vanish at once, after what the store does not hold has been saved."""
        path = self.root / name
        for inner, entry in hash_tree(path).items():
            if entry.kind == "file" and entry.digest and not self._objects.has(entry.digest):
                self._scratch.displace(path / native_path(inner), f"{name}/{inner}")
        staged = self._scratch.folder() / "removed"
        path.rename(staged)
        shutil.rmtree(staged)

    def _remove_empty_folders(self, found: list[Difference]) -> None:
        # Children come after their folder in path order, so backwards is inside out.
        for difference in reversed(found):
            path = self.root / native_path(difference.path)
            is_folder = path.is_dir() and not path.is_symlink()
            if difference.kind == "extra" and is_folder and not any(path.iterdir()):
                path.rmdir()
