"""A folder as the target of a projection: compare, then apply the difference.

A new unit is built in staging and renamed into place, so a reader sees all of it or none. In a unit
that stands, every file is replaced by rename. Nothing that is not ours is destroyed: a file whose
bytes the content store does not hold is moved to ``displaced``.
"""

import os
import re
import shutil
import stat
from collections.abc import Iterable, Mapping
from contextlib import suppress
from pathlib import Path

from oneseek.adapters.objects.disk import disk_errors
from oneseek.adapters.objects.durable import (
    fsync_dir,
    fsync_file,
    make_folders,
    write_atomic,
)
from oneseek.adapters.objects.hashing import hash_file
from oneseek.adapters.objects.partial import sweep_partials
from oneseek.adapters.objects.tree import TreeEntry, hash_tree
from oneseek.adapters.workspace.scratch import Scratch
from oneseek.domain.errors import FoundDamage
from oneseek.domain.ports import ObjectStore, OnBytes
from oneseek.domain.projections.difference import (
    FILE_MODE,
    FOLDER_MODE,
    Actual,
    Difference,
    differences,
)
from oneseek.domain.projections.nodes import Link, Wanted

Units = Mapping[str, Mapping[str, Wanted] | None]
"""Unit name → path inside the unit ("" is the unit itself) → what is wanted; None: no unit."""


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
        return list(differences(_flat(units), actual, locked=locked))

    def reconcile(
        self, units: Units, *, whole: bool = False, on_bytes: OnBytes | None = None
    ) -> list[Difference]:
        """Make the target equal to ``units`` and return what was different."""
        self._refuse_link()
        with disk_errors("write", self.root):
            make_folders(self.root)
            self._sweep(units)
            found = self.compare(units, whole=whole, locked=False, on_bytes=on_bytes)
            wanted = _flat(units)
            settled = {name for name, want in units.items() if self._whole_unit(name, want)}
            for difference in found:
                if difference.path.split("/")[0] not in settled:
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
            return _as_actual(hash_tree(self.root, on_bytes=on_bytes).items())
        found: dict[str, Actual] = {}
        for name in names:
            path = self.root / name
            if path.is_dir() and not path.is_symlink():
                found[name] = Actual("dir", None, None, path.lstat().st_mode & 0o7777)
                inner = hash_tree(path, on_bytes=on_bytes)
                found |= _as_actual((f"{name}/{key}", entry) for key, entry in inner.items())
            elif os.path.lexists(path):
                found[name] = _single(path)
        return found

    def _build(self, name: str, want: Mapping[str, Wanted]) -> None:
        staged = self._scratch.folder()
        for path, item in want.items():
            target = staged / path
            target.parent.mkdir(parents=True, exist_ok=True)
            self._write(target, item)
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
            self._write(path, want)

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

    def _write(self, path: Path, want: Wanted) -> None:
        if isinstance(want, Link):
            temporary = path.with_name(f".{path.name}.new")
            temporary.unlink(missing_ok=True)
            temporary.symlink_to(want.target)
            # Renaming over a link is atomic: a reader finds the old version or the new one.
            temporary.replace(path)
            fsync_dir(path.parent)
        elif want.data is not None:
            write_atomic(path, want.data, FILE_MODE)
        else:
            self._objects.place(want.digest, path)

    def _remove_empty_folders(self, found: list[Difference]) -> None:
        # Children come after their folder in path order, so backwards is inside out.
        for difference in reversed(found):
            path = self.root / native_path(difference.path)
            is_folder = path.is_dir() and not path.is_symlink()
            if difference.kind == "extra" and is_folder and not any(path.iterdir()):
                path.rmdir()


def _flat(units: Units) -> dict[str, Wanted]:
    flat: dict[str, Wanted] = {}
    for name, want in units.items():
        for path, item in (want or {}).items():
            flat[f"{name}/{path}" if path else name] = item
    return flat


def native_path(name: str) -> str:
    """Undo the escapes of :func:`hash_tree`: the path as the file system spells it."""
    raw = re.sub(
        rb"\\\\|\\x([0-9a-f]{2})",
        lambda match: bytes([int(match[1], 16)]) if match[1] else b"\\",
        name.encode(),
    )
    return os.fsdecode(raw)


def _single(path: Path) -> Actual:
    status = path.lstat()
    mode = stat.S_IMODE(status.st_mode)
    if stat.S_ISLNK(status.st_mode):
        return Actual("link", None, os.readlink(path), mode)  # noqa: PTH115 - the text as it is
    if stat.S_ISREG(status.st_mode):
        return Actual("file", hash_file(path)[0], None, mode)
    return Actual("other", None, None, mode)


def _as_actual(entries: Iterable[tuple[str, TreeEntry]]) -> dict[str, Actual]:
    return {
        path: Actual(entry.kind, entry.digest, entry.target, entry.mode) for path, entry in entries
    }
