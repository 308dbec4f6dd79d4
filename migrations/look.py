"""A look at one file of a source: what a format may see of it. Nothing here can write.

The bytes were hashed before. Those of a small file are kept until the next one has its turn; those
of a large one are read again, and what is not what was hashed is not handed out.
"""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cached_property
from io import BytesIO
from pathlib import Path
from typing import BinaryIO

from oneseek.domain.digest import Digest, sha256
from oneseek.migrations.json_text import JsonText, read_json
from oneseek.migrations.paths import ChangedSinceHashed, open_file

__all__ = ["HEAD_BYTES", "MAX_JSON_BYTES", "ChangedSinceHashed", "JsonText", "Look", "read_json"]

HEAD_BYTES = 64 * 1024
MAX_JSON_BYTES = 64 * 1024 * 1024
"""A larger file is no metadata. Ledgers and exports of any size are read as streams."""


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
        data: bytes | None = None,
        reopen: Callable[[], int] | None = None,
    ) -> None:
        self.file = file
        """Where it was found; to be shown to nobody. Read it with :meth:`open`: a folder above may
        be a link by now."""
        self.path = path
        self.size = size
        self.digest = digest
        self._siblings = siblings
        self._data = data
        self._reopen = reopen

    @property
    def parts(self) -> tuple[str, ...]:
        """The parts of its path below the source, the name last."""
        return tuple(self.path.split("/"))

    @cached_property
    def name(self) -> str:
        return self.path.rpartition("/")[2]

    @property
    def folder(self) -> str:
        """Path of its folder below the source, empty at the top."""
        return self.path.rpartition("/")[0]

    @property
    def siblings(self) -> frozenset[str]:
        """The names in its folder, its own included."""
        return self._siblings()

    @contextmanager
    def open(self) -> Iterator[BinaryIO]:
        """Open it for reading: the bytes that were hashed, or the file if it is still the same.

        Raises:
            ChangedSinceHashed: it is not the file that was hashed.
            OSError: it is gone, or a link now.
        """
        if self._data is not None:
            yield BytesIO(self._data)
            return
        descriptor = open_file(self.file) if self._reopen is None else self._reopen()
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
        return read_json(self._whole())

    def _whole(self) -> bytes:
        with self.open() as stream:
            data = stream.read(self.size + 1)
        if self._data is None and self._reopen is not None and sha256(data) != self.digest:
            raise ChangedSinceHashed("it changed after it was hashed")
        return data

    def forget(self) -> None:
        """Let go of the bytes and of what was made of them; they can be read again."""
        self._data = None
        for made in ("head", "json"):
            self.__dict__.pop(made, None)
