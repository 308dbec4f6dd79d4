"""A look at one file of a source: what a format may see of it. Nothing here can write.

The bytes were hashed before. They are read again here, so a file that changes while it is being
read is noticed by whoever compares the digest of what was kept with the first one.
"""

import json
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import BinaryIO

from oneseek.domain.digest import Digest

HEAD_BYTES = 64 * 1024
MAX_JSON_BYTES = 64 * 1024 * 1024
"""A larger file is no metadata. Ledgers and exports of any size are read as streams."""
MAX_DEPTH = 200
"""Levels of objects and lists in each other; no record of the old system has more than ten."""


@dataclass(frozen=True, slots=True)
class JsonText:
    """A file read as JSON, or the sentence that says why it cannot be."""

    value: object = None
    problem: str = ""
    encoding: str = "utf-8"
    """``utf-8`` or ``utf-8-sig``."""
    repeated: tuple[str, ...] = ()
    """Keys that an object has twice; ``value`` holds the last of each, as the old readers did."""


class Look:
    """One file, through a descriptor that follows no link."""

    def __init__(
        self,
        file: Path,
        path: str,
        *,
        size: int,
        digest: Digest,
        siblings: Callable[[], frozenset[str]] = frozenset,
    ) -> None:
        self.file = file
        """Where it can be opened now; to be shown to nobody."""
        self.path = path
        self.size = size
        self.digest = digest
        self._siblings = siblings

    @property
    def parts(self) -> tuple[str, ...]:
        """The parts of its path below the source, the name last."""
        return tuple(self.path.split("/"))

    @property
    def name(self) -> str:
        return self.parts[-1]

    @property
    def folder(self) -> str:
        """Path of its folder below the source, empty at the top."""
        return "/".join(self.parts[:-1])

    @cached_property
    def siblings(self) -> frozenset[str]:
        """The names in its folder, its own included."""
        return self._siblings()

    @contextmanager
    def open(self) -> Iterator[BinaryIO]:
        """Open it for reading.

        Raises:
            OSError: it is gone, or a link now.
        """
        descriptor = os.open(self.file, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
        with os.fdopen(descriptor, "rb") as stream:
            yield stream

    @cached_property
    def head(self) -> bytes:
        """Its first 64 KiB."""
        with self.open() as stream:
            return stream.read(HEAD_BYTES)

    @cached_property
    def json(self) -> JsonText:
        """The whole file as JSON, of no more than 64 MiB."""
        if self.size > MAX_JSON_BYTES:
            return JsonText(problem=f"{self.size} bytes are too many for a record")
        with self.open() as stream:
            return read_json(stream.read(MAX_JSON_BYTES + 1))


def read_json(data: bytes) -> JsonText:
    """Read ``data`` as the old programs did: UTF-8, then UTF-8 with a byte order mark."""
    encoding = "utf-8-sig" if data.startswith(b"\xef\xbb\xbf") else "utf-8"
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        return JsonText(problem=f"undecodable: byte {error.start} is no UTF-8")
    if _depth(text) > MAX_DEPTH:
        return JsonText(problem=f"nested deeper than {MAX_DEPTH} levels", encoding=encoding)
    repeated: list[str] = []

    def keep(pairs: list[tuple[str, object]]) -> dict[str, object]:
        made = dict(pairs)
        if len(made) != len(pairs):
            seen: set[str] = set()
            repeated.extend(key for key, _ in pairs if key in seen or seen.add(key))  # type: ignore[func-returns-value]
        return made

    try:
        value = json.loads(text, object_pairs_hook=keep)
    except ValueError as error:
        return JsonText(problem=f"no JSON: {error}"[:300], encoding=encoding)
    return JsonText(value=value, encoding=encoding, repeated=tuple(repeated))


def _depth(text: str) -> int:
    """Return an upper bound of the nesting: brackets in strings count too."""
    depth = deepest = 0
    for char in text:
        if char in "[{":
            depth += 1
            deepest = max(deepest, depth)
        elif char in "]}":
            depth -= 1
    return deepest
