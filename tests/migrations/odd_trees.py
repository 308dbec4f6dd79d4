"""Random and hostile trees for the migrator's tests, and what must be the same of them after."""

# pathlib has no names that are bytes.
# ruff: noqa: PTH102, PTH114, PTH115, PTH118, PTH123, PTH211

import ctypes
import hashlib
import os
import stat
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
from hypothesis import strategies as st

NOBODY = 65534

_NAMES = st.sampled_from(
    [
        *(b"a", b"a.b", b"a-b", b"a b", b"b", b"metadata.json", b"CURRENT", b"..x", b"-", b"\n"),
        *(
            "ö".encode(),
            "o\u0308".encode(),
            b"\xff",
            b"\xed\xa0\x80",
            b"\\xff",
            b"C:\\x",
            b"x" * 255,
        ),
    ]
)
_TARGETS = st.sampled_from(
    [
        b".",
        b"..",
        b"a",
        b"a/../a",
        b"../../../../etc",
        b"/etc/passwd",
        b"nowhere",
        b"C:\\m",
        b"\xff",
    ]
)
_PIECES = st.one_of(
    st.tuples(st.just("file"), st.binary(max_size=40)),
    st.tuples(st.just("folder"), st.just(b"")),
    st.tuples(st.just("link"), _TARGETS),
    st.tuples(st.just("pipe"), st.just(b"")),
    st.tuples(st.just("hole"), st.just(b"")),
    st.tuples(st.just("twin"), st.just(b"")),
)
PIECES = st.lists(st.tuples(st.lists(_NAMES, min_size=1, max_size=4), _PIECES), max_size=25)
"""Paths with what is there; what does not fit together is left out when it is built."""

Pieces = list[tuple[list[bytes], tuple[str, bytes]]]


@contextmanager
def built(pieces: Pieces) -> Iterator[Path]:
    """Keep a tree of ``pieces`` in a folder of its own."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder) / "source"
        root.mkdir()
        for parts, (kind, data) in pieces:
            # A part that is a file, or a link that leads nowhere: this piece does not fit.
            with suppress(OSError):
                _build(root, parts, kind, data)
        yield root


def _build(root: Path, parts: list[bytes], kind: str, data: bytes) -> None:
    for end in range(1, len(parts)):
        above = os.path.join(os.fsencode(root), *parts[:end])
        if os.path.islink(above):
            return
        with suppress(FileExistsError):
            os.mkdir(above)
    path = os.path.join(os.fsencode(root), *parts)
    if kind == "folder":
        os.mkdir(path)
    elif kind == "link":
        os.symlink(data, path)
    elif kind == "pipe":
        os.mkfifo(path)
    elif kind == "twin":
        twins = [file for file in sorted(root.rglob("*")) if file.is_file()]
        if twins:
            os.link(twins[0], path, follow_symlinks=False)
    else:
        with open(path, "xb") as file:
            file.write(data)
            if kind == "hole":
                file.truncate(3 << 20)


def tree_state(root: Path) -> dict[bytes, tuple[object, ...]]:
    """Return all that must be as it was: names, bytes, links, modes, owners and times of change."""
    found: dict[bytes, tuple[object, ...]] = {}
    top = os.fsencode(root)
    for folder, folders, files in os.walk(top):
        for name in (b".", *folders, *files):
            path = os.path.join(folder, name)
            status = os.lstat(path)
            content = b""
            if stat.S_ISREG(status.st_mode):
                with open(path, "rb") as file:
                    content = hashlib.file_digest(file, "sha256").digest()
            elif stat.S_ISLNK(status.st_mode):
                content = os.readlink(path)
            found[path] = (
                content,
                status.st_mode,
                status.st_uid,
                status.st_ino,
                status.st_mtime_ns,
                status.st_ctime_ns,
            )
    return found


def names_below(root: Path) -> list[bytes]:
    """Return every path below ``root`` as ``os.walk`` finds it, in byte order."""
    top = os.fsencode(root)
    return sorted(
        os.path.relpath(os.path.join(folder, name), top)
        for folder, folders, files in os.walk(top)
        for name in (*folders, *files)
    )


@contextmanager
def as_nobody() -> Iterator[None]:
    """Look at files with the rights of nobody in particular, or skip where that cannot be."""
    if os.geteuid() != 0:
        yield
        return
    setfsuid = getattr(ctypes.CDLL(None), "setfsuid", None)
    if setfsuid is None:
        pytest.skip("root reads everything, and cannot be anybody else here")
    setfsuid(NOBODY)
    try:
        if setfsuid(-1) != NOBODY:
            pytest.skip("root reads everything, and must not be anybody else here")
        yield
    finally:
        setfsuid(0)


@contextmanager
def open_to_all() -> Iterator[Path]:
    """Keep a folder that everybody may go into."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        yield Path(folder)
