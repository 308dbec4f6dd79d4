"""Every entry of a source, in order, each file with the digest of its bytes.

Nothing is written. No link is followed; no device, pipe or socket is opened. A file is hashed
before anything is parsed, and one that changes meanwhile has no digest, and is not parsed.
"""

import os
from collections import deque
from collections.abc import Generator, Iterator
from concurrent.futures import Future
from contextlib import closing
from dataclasses import dataclass
from errno import ELOOP, ENOENT
from functools import partial
from pathlib import Path

from oneseek.domain.digest import Digest
from oneseek.migrations.hashing import NO_STAMP, Hashed, Hasher, OnBytes, Stamp, stamp_of
from oneseek.migrations.item import FILE, UNREADABLE
from oneseek.migrations.listing import CHANGED, Entry, Siblings, list_entries
from oneseek.migrations.paths import ChangedSinceHashed, open_below, open_file
from oneseek.migrations.source import reason_of

AHEAD_ENTRIES = 256
AHEAD_BYTES = 16 << 20
"""So much is read ahead while a large file is hashed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """One entry of a source."""

    path: bytes
    """Below the source, parts joined by ``/``; the name of a source that is a file."""
    type: str
    """As in :class:`~oneseek.migrations.item.Item`. Every ``file`` has a digest."""
    size: int = 0
    digest: Digest | None = None
    target: bytes = b""
    check: str = ""
    """What is wrong with it, as the name of a finding; empty where nothing is."""
    reason: str = ""
    data: bytes | None = None
    """The bytes that were hashed, of a small file."""
    stamp: Stamp | None = None
    siblings: Siblings = frozenset


def walk(source: Path, on_bytes: OnBytes | None = None) -> Iterator[Found]:
    """Yield every entry below ``source`` exactly once, in byte order of the paths.

    Args:
        source: a folder or a file, as :func:`~oneseek.migrations.source.check_source` returned it.
        on_bytes: told of bytes read, from one thread at a time.

    Raises:
        OSError: the source itself cannot be listed any more.
    """
    entries = list_entries(source) if source.is_dir() else _single(source)
    ahead: deque[tuple[Entry, Hashed | Future[Hashed] | None]] = deque()
    with closing(entries), Hasher(on_bytes) as hasher:
        for entry in entries:
            ahead.append(_begun(entry, hasher, source))
            while ahead and (_ready(ahead[0][1]) or _full(ahead, hasher.workers)):
                yield _found(*ahead.popleft())
        while ahead:
            yield _found(*ahead.popleft())


def reopen(source: Path, path: bytes, stamp: Stamp) -> int:
    """Open a file that was found with ``stamp``, again; return its descriptor.

    Raises:
        ChangedSinceHashed: it is another file, or was written to.
        OSError: it is gone.
    """
    fd = open_below(source, path)
    if stamp_of(fd) != stamp:
        os.close(fd)
        raise ChangedSinceHashed("it changed after it was hashed")
    return fd


def _single(source: Path) -> Generator[Entry]:
    name = os.fsencode(source.name)
    yield Entry(path=name, type=FILE, size=source.lstat().st_size, siblings=partial(_alone, source))


def _alone(source: Path) -> frozenset[str]:
    return frozenset((source.name,))


def _begun(
    entry: Entry, hasher: Hasher, source: Path
) -> tuple[Entry, Hashed | Future[Hashed] | None]:
    if entry.type != FILE:
        return entry, None
    try:
        fd = open_file(entry.name, entry.folder) if entry.name else open_file(source)
    except OSError as error:
        gone = error.errno in (ENOENT, ELOOP, None)  # it was a file when its folder was listed
        reason = "changed while it was read" if gone else reason_of(error)
        return entry, Hashed(size=entry.size, stamp=NO_STAMP, changed=gone, reason=reason)
    return entry, hasher.start(fd)


def _ready(hashed: Hashed | Future[Hashed] | None) -> bool:
    return not isinstance(hashed, Future) or hashed.done()


def _full(ahead: deque[tuple[Entry, Hashed | Future[Hashed] | None]], workers: int) -> bool:
    if len(ahead) >= AHEAD_ENTRIES:
        return True
    waiting = [hashed for _, hashed in ahead if isinstance(hashed, Future)]
    kept = sum(entry.size for entry, hashed in ahead if isinstance(hashed, Hashed))
    return len(waiting) > 2 * workers or kept > AHEAD_BYTES


def _found(entry: Entry, pending: Hashed | Future[Hashed] | None) -> Found:
    if pending is None:
        return Found(
            path=entry.path,
            type=entry.type,
            target=entry.target,
            check=entry.check,
            reason=entry.reason,
        )
    hashed = pending.result() if isinstance(pending, Future) else pending
    if hashed.digest is None:
        return Found(
            path=entry.path,
            type=UNREADABLE,
            size=hashed.size,
            check=CHANGED if hashed.changed else "unreadable",
            reason=hashed.reason,
        )
    return Found(
        path=entry.path,
        type=FILE,
        size=hashed.size,
        digest=hashed.digest,
        data=hashed.data,
        stamp=hashed.stamp,
        siblings=entry.siblings,
    )
