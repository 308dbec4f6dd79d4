"""What the server keeps: objects with generations, and uploads that are not finished.

Nobody sees an object before its last byte has arrived.
"""

import base64
import hashlib
import itertools
from dataclasses import dataclass, field
from threading import RLock

import google_crc32c

UNIT = 256 << 10
"""An upload that is cut off keeps a multiple of this many bytes, as the real service does."""


@dataclass
class Stored:
    """One generation of an object. ``stated`` replaces the checksum that the server states."""

    name: str
    data: bytes
    generation: int
    stated: str | None = None

    def metadata(self, bucket: str) -> dict[str, str]:
        return {
            "kind": "storage#object",
            "id": f"{bucket}/{self.name}/{self.generation}",
            "bucket": bucket,
            "name": self.name,
            "generation": str(self.generation),
            "metageneration": "1",
            "size": str(len(self.data)),
            "crc32c": self.stated or crc32c(self.data),
            "md5Hash": base64.b64encode(hashlib.md5(self.data).digest()).decode(),
        }


@dataclass
class Session:
    """A resumable upload: what has arrived of it, and under which condition it will be stored."""

    name: str
    match: str | None
    size: int | None
    data: bytearray = field(default_factory=bytearray)


class Refused(Exception):
    """An answer that is none of success; ``status`` is that of HTTP."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status


class Bucket:
    """One bucket."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.objects: dict[str, Stored] = {}
        self.sessions: dict[str, Session] = {}
        self.lock = RLock()
        self._numbers = itertools.count(1_700_000_000_000_001)

    def put(self, name: str, data: bytes, match: str | None, stated: str | None = None) -> Stored:
        """Store a generation, unless the condition forbids it."""
        with self.lock:
            if match is not None and int(match) != self._generation(name):
                raise Refused(412, "At least one of the pre-conditions you specified did not hold.")
            made = Stored(name, data, next(self._numbers), stated)
            self.objects[name] = made
            return made

    def get(self, name: str, match: str | None = None) -> Stored:
        with self.lock:
            if name not in self.objects:
                raise Refused(404, f"No such object: {self.name}/{name}")
            found = self.objects[name]
        if match is not None and int(match) != found.generation:
            raise Refused(412, "At least one of the pre-conditions you specified did not hold.")
        return found

    def remove(self, name: str, match: str | None) -> None:
        with self.lock:
            self.get(name, match)
            del self.objects[name]

    def page(self, prefix: str, after: str, limit: int) -> tuple[list[Stored], str | None]:
        """Return the objects after a name, and the name to go on from if there are more."""
        with self.lock:
            names = sorted(n for n in self.objects if n.startswith(prefix) and n > after)
            found = [self.objects[name] for name in names[:limit]]
        return found, names[limit - 1] if len(names) > limit else None

    def _generation(self, name: str) -> int:
        return self.objects[name].generation if name in self.objects else 0


def crc32c(data: bytes) -> str:
    return base64.b64encode(google_crc32c.Checksum(data).digest()).decode()
