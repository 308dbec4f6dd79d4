"""A real disk that is nearly full: a tmpfs of our own with room for a given number of things."""

import os
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_SIZE = "8m"
_PLENTY = 10_000


class SmallDisk:
    """A mounted file system. ``blocks`` are of 4 KiB; ``inodes`` are files, folders and links."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._ballast = root / "ballast"

    def leave(self, what: str, room: int) -> None:
        """Take away everything but room for ``room`` blocks or inodes."""
        found = os.statvfs(self.root)
        if what == "inodes":
            self._limit_inodes(found.f_files - found.f_ffree + room)
            return
        with self._ballast.open("wb") as file:
            os.posix_fallocate(file.fileno(), 0, (found.f_bavail - room) * found.f_bsize)

    def free(self) -> None:
        """Give all room back."""
        self._ballast.unlink(missing_ok=True)
        self._limit_inodes(_PLENTY)

    def _limit_inodes(self, number: int) -> None:
        command = ["mount", "-o", f"remount,nr_inodes={number}", "none", str(self.root)]
        subprocess.run(command, check=True)


@contextmanager
def small_disk() -> Iterator[SmallDisk]:
    """Mount one while the block lasts. The process must be allowed to."""
    with tempfile.TemporaryDirectory(prefix="oneseek-small-disk-") as folder:
        options = f"size={_SIZE},nr_inodes={_PLENTY}"
        subprocess.run(["mount", "-t", "tmpfs", "-o", options, "none", folder], check=True)
        try:
            yield SmallDisk(Path(folder))
        finally:
            subprocess.run(["umount", folder], check=True)
