"""Every name below a folder exactly once, in byte order of the paths, without following a link.

Everything is opened relative to the folder that was just listed, so that nobody who swaps a folder
for a link in the meantime leads the reader out of the source. Only the last folders of a deep path
stay open; the way back is ``..`` of the folder below, if it still is the same folder.
"""

import os
from collections.abc import Callable, Generator
from contextlib import closing
from dataclasses import dataclass, field
from functools import cache, partial
from pathlib import Path
from stat import S_ISBLK, S_ISCHR, S_ISDIR, S_ISFIFO, S_ISLNK, S_ISREG

from oneseek.migrations.item import FILE, FOLDER, LINK, SPECIAL, UNREADABLE
from oneseek.migrations.paths import MAX_PATH_BYTES, open_folder, shown_path
from oneseek.migrations.source import reason_of

CHANGED = "changed-while-read"
KEPT_OPEN = 32

Identity = tuple[int, int]
"""Device and number of a folder."""
Siblings = Callable[[], frozenset[str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One name. A file is not opened yet: that is possible until the next entry is asked for."""

    path: bytes
    type: str
    size: int = 0
    target: bytes = b""
    check: str = ""
    """Kebab-case name of what is wrong with it."""
    reason: str = ""
    name: bytes = b""
    folder: int = -1
    """Descriptor of the folder that a file lies in."""
    siblings: Siblings = frozenset


@dataclass(slots=True, kw_only=True)
class _Folder:
    prefix: bytes
    identity: Identity
    turns: list[bytes]
    """Names yet to come, the next one last. One with ``/`` at its end: go into the folder."""
    siblings: Siblings
    fd: int | None
    """None: it is not open, and cannot be opened again."""
    rested: bool = False
    """Its descriptor was given back, to be opened again from below."""
    folders: frozenset[bytes]
    """Those of its names that were folders when it was listed."""
    seen: dict[bytes, tuple[Identity, list[bytes]]] = field(default_factory=dict)
    """Folders in it that were listed themselves and not gone into yet."""


def list_entries(source: Path) -> Generator[Entry]:
    """Yield every name below the folder ``source``.

    Raises:
        OSError: the source itself cannot be listed.
    """
    root = open_folder(source)
    try:
        stack = [_made(b"", root, *_listed(root))]
    except OSError:
        os.close(root)
        raise
    try:
        while stack:
            here = stack[-1]
            if not here.turns:
                _leave(stack)
            elif (turn := here.turns.pop()).endswith(b"/"):
                if turn[:-1] in here.seen:
                    _enter(stack, turn[:-1])
            else:
                yield _entry(here, turn)
    finally:
        for folder in stack:
            if folder.fd is not None:
                os.close(folder.fd)


def _entry(here: _Folder, name: bytes) -> Entry:
    path = here.prefix + name
    if here.fd is None:
        reason = "its folder was moved while it was read"
        return Entry(path=path, type=UNREADABLE, check=CHANGED, reason=reason)
    try:
        status = os.stat(name, dir_fd=here.fd, follow_symlinks=False)
        if S_ISLNK(status.st_mode):
            return Entry(path=path, type=LINK, target=os.readlink(name, dir_fd=here.fd))
        if S_ISDIR(status.st_mode):
            return _folder(here, name)
    except OSError as error:
        return Entry(path=path, type=UNREADABLE, check="unreadable", reason=reason_of(error))
    if not S_ISREG(status.st_mode):
        return Entry(path=path, type=SPECIAL, check="special-file", reason=_special(status.st_mode))
    return Entry(
        path=path, type=FILE, size=status.st_size, name=name, folder=here.fd, siblings=here.siblings
    )


def _folder(here: _Folder, name: bytes) -> Entry:
    path = here.prefix + name
    if len(path) > MAX_PATH_BYTES:
        reason = f"its path is longer than {MAX_PATH_BYTES} bytes: it was not gone into"
        return Entry(path=path, type=UNREADABLE, check="path-too-long", reason=reason)
    if name not in here.folders:
        reason = "it became a folder while its folder was read"
        return Entry(path=path, type=UNREADABLE, check=CHANGED, reason=reason)
    fd = open_folder(name, here.fd)
    try:
        here.seen[name] = _listed(fd)
    finally:
        os.close(fd)
    return Entry(path=path, type=FOLDER)


def _listed(fd: int) -> tuple[Identity, list[bytes]]:
    """List a folder whole. What lies in a folder comes where the byte ``/`` has its turn."""
    turns = []
    with closing(os.scandir(fd)) as entries:
        for entry in entries:
            name = os.fsencode(entry.name)
            turns.append(name)
            if entry.is_dir(follow_symlinks=False):
                turns.append(name + b"/")
    turns.sort(reverse=True)
    return _identity(fd), turns


def _made(prefix: bytes, fd: int | None, identity: Identity, turns: list[bytes]) -> _Folder:
    return _Folder(
        prefix=prefix,
        fd=fd,
        identity=identity,
        turns=turns,
        siblings=cache(partial(_shown_names, tuple(turns))),
        folders=frozenset(turn[:-1] for turn in turns if turn.endswith(b"/")),
    )


def _shown_names(turns: tuple[bytes, ...]) -> frozenset[str]:
    return frozenset(shown_path(turn) for turn in turns if not turn.endswith(b"/"))


def _enter(stack: list[_Folder], name: bytes) -> None:
    here = stack[-1]
    identity, turns = here.seen.pop(name)
    fd = None if here.fd is None else _same_folder(name, here.fd, identity)
    stack.append(_made(here.prefix + name + b"/", fd, identity, turns))
    if len(stack) > KEPT_OPEN:
        old = stack[-KEPT_OPEN - 1]
        if old.fd is not None:
            os.close(old.fd)
            old.fd, old.rested = None, True


def _leave(stack: list[_Folder]) -> None:
    left = stack.pop()
    if stack and stack[-1].rested and left.fd is not None:
        stack[-1].fd = _same_folder(b"..", left.fd, stack[-1].identity)
    if left.fd is not None:
        os.close(left.fd)


def _same_folder(name: bytes, dir_fd: int, identity: Identity) -> int | None:
    """Open a folder if it is still the one that was listed."""
    try:
        fd = open_folder(name, dir_fd)
    except OSError:
        return None
    if _identity(fd) == identity:
        return fd
    os.close(fd)
    return None


def _identity(fd: int) -> Identity:
    status = os.fstat(fd)
    return status.st_dev, status.st_ino


def _special(mode: int) -> str:
    if S_ISFIFO(mode):
        what = "a named pipe"
    elif S_ISCHR(mode) or S_ISBLK(mode):
        what = "a device"
    else:
        what = "a socket"
    return f"it is {what}: it was not opened"
