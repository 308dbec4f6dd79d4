"""What a held call would do to the disk, in our words: a :class:`Step`."""

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from faults.kernel import Notification

_AT_CWD = 0xFFFFFF9C


@dataclass(frozen=True, slots=True)
class Step:
    """One change of the disk. Paths are absolute and were true just before it."""

    kind: str
    """write, truncate, sync, create, rename, link, unlink, mkdir, symlink, chmod, or print."""
    path: str
    to: str = ""
    """The new name of a rename or link; the text of a symbolic link."""
    offset: int = 0
    data: bytes = b""
    mode: int = 0

    @property
    def is_data(self) -> bool:
        """Whether it is about bytes, not about names: what a bad sector makes fail."""
        return self.kind in ("write", "truncate", "sync")

    @property
    def needs_space(self) -> bool:
        """Whether a full disk can refuse it."""
        return self.kind in ("write", "truncate", "create", "mkdir", "symlink", "link", "rename")

    def told(self, root: Path) -> str:
        """Return it in a few words, with paths inside the workspace."""
        words = [self.kind, self.path.removeprefix(f"{root}/")]
        if self.kind in ("rename", "link"):
            words += ["to", self.to.removeprefix(f"{root}/")]
        return " ".join(words)


class _Task:
    """The thread that waits in a call: its memory, its descriptors, its folder."""

    def __init__(self, call: Notification) -> None:
        self._place = f"/proc/{call.task}"
        self.args = call.args

    def bytes_at(self, number: int, length: int) -> bytes:
        return self._memory(self.args[number], length)

    def _memory(self, address: int, length: int) -> bytes:
        fd = os.open(f"{self._place}/mem", os.O_RDONLY)
        try:
            return os.pread(fd, length, address)
        finally:
            os.close(fd)

    def text(self, number: int) -> str:
        return os.fsdecode(self.bytes_at(number, 4096).split(b"\0", 1)[0])

    def fd(self, number: int) -> str:
        """Return the path of an open file; a file without name has none below any folder."""
        return os.readlink(f"{self._place}/fd/{self.args[number] & 0xFFFFFFFF}")  # noqa: PTH115

    def path(self, text: int, folder: int | None = None) -> str:
        if folder is None or self.args[folder] & 0xFFFFFFFF == _AT_CWD:
            base = os.readlink(f"{self._place}/cwd")  # noqa: PTH115
        else:
            base = self.fd(folder)
        return os.path.normpath(os.path.join(base, self.text(text)))  # noqa: PTH118

    def position(self, number: int) -> int:
        with open(f"{self._place}/fdinfo/{self.args[number]}") as file:  # noqa: PTH123
            return int(file.readline().split()[1])


def _write(task: _Task) -> Step:
    return Step("write", task.fd(0), offset=task.position(0), data=task.bytes_at(1, task.args[2]))


def _pwrite(task: _Task) -> Step:
    return Step("write", task.fd(0), offset=task.args[3], data=task.bytes_at(1, task.args[2]))


def _sync(task: _Task) -> Step:
    return Step("sync", task.fd(0))


def _open(task: _Task) -> Step | None:
    path, flags = task.path(1, 0), task.args[2]
    if not os.path.lexists(path):
        return Step("create", path, mode=task.args[3]) if flags & os.O_CREAT else None
    return Step("truncate", path) if flags & os.O_TRUNC and not flags & os.O_EXCL else None


def _renamed(kind: str, old: str, new: str) -> Step | None:
    return Step(kind, old, new) if os.path.lexists(old) else None


def _removed(path: str) -> Step | None:
    return Step("unlink", path) if os.path.lexists(path) else None


def _made(path: str) -> Step | None:
    return None if os.path.lexists(path) else Step("mkdir", path)


_READERS: dict[str, Callable[[_Task], Step | None]] = {
    "write": _write,
    "pwrite64": _pwrite,
    "fsync": _sync,
    "fdatasync": _sync,
    "ftruncate": lambda task: Step("truncate", task.fd(0), offset=task.args[1]),
    "fallocate": lambda task: Step("write", task.fd(0)),
    "openat": _open,
    "rename": lambda task: _renamed("rename", task.path(0), task.path(1)),
    "renameat": lambda task: _renamed("rename", task.path(1, 0), task.path(3, 2)),
    "renameat2": lambda task: _renamed("rename", task.path(1, 0), task.path(3, 2)),
    "link": lambda task: _renamed("link", task.path(0), task.path(1)),
    "linkat": lambda task: _renamed("link", task.path(1, 0), task.path(3, 2)),
    "unlink": lambda task: _removed(task.path(0)),
    "rmdir": lambda task: _removed(task.path(0)),
    "unlinkat": lambda task: _removed(task.path(1, 0)),
    "mkdir": lambda task: _made(task.path(0)),
    "mkdirat": lambda task: _made(task.path(1, 0)),
    "symlink": lambda task: Step("symlink", task.path(1), task.text(0)),
    "symlinkat": lambda task: Step("symlink", task.path(2, 1), task.text(0)),
    "chmod": lambda task: Step("chmod", task.path(0), mode=task.args[1]),
    "fchmod": lambda task: Step("chmod", task.fd(0), mode=task.args[1]),
    "fchmodat": lambda task: Step("chmod", task.path(1, 0), mode=task.args[2]),
}


def understand(call: Notification, root: Path) -> Step | None:
    """Return what ``call`` changes below ``root``, or that it prints; None for anything else.

    A call that is bound to fail (a folder that exists, a name that does not) changes nothing.

    Raises:
        NotImplementedError: a call that nobody has made here so far.
    """
    task = _Task(call)
    if call.name == "write" and call.args[0] == 1:
        return Step("print", "", data=task.bytes_at(1, call.args[2])) if call.args[2] else None
    if call.name == "write" and call.args[0] == 2:
        return None
    if call.name not in _READERS:
        raise NotImplementedError(f"the fault table does not know the call {call.name}")
    step = _READERS[call.name](task)
    if step is None or not _is_below(step.path, root):
        return None
    return step


def _is_below(path: str, root: Path) -> bool:
    inside = path == str(root) or path.startswith(f"{root}/")
    return inside and not path.endswith(" (deleted)")
