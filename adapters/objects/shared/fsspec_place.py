"""A place that fsspec has a driver for: ``gs://``, ``abfs://``, ``sftp://`` and many more.

Object stores name an object when its upload is complete. Elsewhere the bytes go to a partial name
first. What arrived is confirmed by the service's own checksum where we know it, else read back.
"""

import base64
import hashlib
import os
import warnings
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING, Any, Self

from oneseek.adapters.objects.hashing import hash_file
from oneseek.adapters.objects.partial import is_partial
from oneseek.adapters.objects.reading import CHUNK_BYTES, OnBytes, chunks, open_regular
from oneseek.adapters.objects.shared.place import (
    Lying,
    ReadPlace,
    damaged_here,
    named_digest,
    object_url,
)
from oneseek.adapters.objects.shared.trouble import place_errors
from oneseek.domain.backup_place import Confirmed
from oneseek.domain.digest import Digest
from oneseek.domain.errors import InvalidInput, NotFound, ServiceFailed

if TYPE_CHECKING:
    from oneseek.adapters.objects.shared.address import SharedAddress

FIRST_CONTACT_SECONDS = 20.0
"""How long the first answer may take. Drivers would repeat for minutes."""

_BUCKETS = frozenset("s3 s3a gs gcs abfs abfss az".split())
"""Schemes whose first part is a bucket, and whose uploads appear complete or not at all."""


class FsspecPlace(ReadPlace):
    """The folder ``root`` of the fsspec file system ``files``; ``url`` is its name."""

    def __init__(self, url: str, files: Any, root: str, *, buckets: bool) -> None:
        self._url = url
        self._files = files
        self._root = root
        self._buckets = buckets

    @property
    def files(self) -> Any:
        """The file system of fsspec."""
        return self._files

    @property
    def root(self) -> str:
        """The folder in it."""
        return self._root

    @property
    def buckets(self) -> bool:
        """Whether what is uploaded there appears complete or not at all."""
        return self._buckets

    def below(self, name: str) -> Self:
        """Return the place in the folder ``name`` of this one, without asking for it."""
        return type(self)(
            f"{self._url}/{name}", self._files, f"{self._root}/{name}", buckets=self._buckets
        )

    def require(self) -> None:
        """Make the first contact.

        Raises:
            ServiceFailed: the bucket or folder does not exist, refuses us, or nobody answers.
        """
        root = self._root.partition("/")[0] if self._buckets else self._root
        with place_errors("reach", self._url):
            within(FIRST_CONTACT_SECONDS, lambda: self._files.info(root))

    def size(self, digest: Digest) -> int | None:
        with place_errors("look into", self._url):
            try:
                return int(self._info(self._path(digest))["size"])
            except FileNotFoundError:
                return None

    def upload(self, source: Path, digest: Digest, on_bytes: OnBytes | None = None) -> None:
        self.send(source, digest, on_bytes)

    def send(self, source: Path, digest: Digest, on_bytes: OnBytes | None = None) -> Confirmed:
        """Upload as :meth:`upload` does, and say how it is known that the bytes are there."""
        found, size = hash_file(source)
        if found != digest:
            raise damaged_here(source, digest, found)
        with place_errors("write to", self._url):
            self._send(source, self._path(digest), digest, size, on_bytes)
        if self.vouches(source, digest, size):
            return "checksum"
        if (found := self.found_digest(digest)) != digest:
            raise ServiceFailed(
                f"{object_url(self._url, digest)} arrived with SHA-256 {found}",
                hint="delete it there, check the service, then repeat",
            )
        return "read-back"

    def vouches(self, source: Path, digest: Digest, size: int) -> bool:
        """Say whether the service states a checksum, and that of the ``size`` bytes of source."""
        with place_errors("look into", self._url):
            info = self._info(self._path(digest))
            return int(info["size"]) == size and self._vouched(info, source, digest)

    def listing(self) -> Iterator[Lying]:
        with place_errors("list", self._url):
            self._files.invalidate_cache()
            found = self._files.find(self._root, detail=True)
        for path in sorted(found):
            name = path.removeprefix(f"{self._root}/")
            if not is_partial(name.rpartition("/")[2]):
                size = int(found[path].get("size") or 0)
                yield Lying(f"{self._url}/{name}", size, named_digest(name))

    def remove(self, digest: Digest) -> bool:
        if self.size(digest) is None:
            return False
        with place_errors("remove from", self._url):
            self._files.rm_file(self._path(digest))
        return True

    def _path(self, digest: Digest) -> str:
        return object_url(self._root, digest)

    def _info(self, path: str) -> dict[str, Any]:
        self._files.invalidate_cache(path)
        info: dict[str, Any] = self._files.info(path)
        return info

    def _open(self, path: str) -> Any:
        return self._files.open(path, "rb")

    def _send(
        self, source: Path, path: str, digest: Digest, size: int, on_bytes: OnBytes | None
    ) -> None:
        if self._buckets:
            self._files.put_file(str(source), path, callback=watcher(on_bytes))
            return
        folder = path.rpartition("/")[0]
        self._files.makedirs(folder, exist_ok=True)
        partial = f"{folder}/.oneseek-{os.urandom(8).hex()}.partial"
        try:
            self._files.put_file(str(source), partial, callback=watcher(on_bytes))
            with suppress(FileNotFoundError):  # one of another length: some cannot rename over it
                self._files.rm_file(path)
            self._files.mv(partial, path)
        except BaseException:
            with suppress(Exception):
                self._files.rm_file(partial)
            raise

    def _vouched(self, info: dict[str, Any], source: Path, digest: Digest) -> bool:
        """Say whether the service's own checksum is that of ``source``: saves reading it back."""
        stated = info.get("md5Hash")  # Google Cloud Storage
        return bool(stated) and stated == base64.b64encode(md5(source)).decode()

    def _pieces(self, digest: Digest) -> Iterator[bytes]:
        with place_errors("read from", self._url):
            try:
                with self._open(self._path(digest)) as file:
                    while piece := file.read(CHUNK_BYTES):
                        yield piece
            except FileNotFoundError:
                raise NotFound(f"object {digest} is not in {self._url}") from None


def open_fsspec(address: "SharedAddress") -> FsspecPlace:
    """Return the place at ``address`` after a first contact with it.

    Raises:
        InvalidInput: fsspec knows no such scheme.
        ServiceFailed: the driver is not installed, or the place cannot be used.
    """
    scheme, url = address.scheme, address.url
    if scheme in ("s3", "s3a"):
        from oneseek.adapters.objects.shared.s3_place import S3Place as Made
        from oneseek.adapters.objects.shared.s3_place import options
    else:
        Made, options = FsspecPlace, dict  # type: ignore[misc, assignment]
    try:
        import fsspec

        made = fsspec.get_filesystem_class(scheme)
        with place_errors("open", url), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            found = made._get_kwargs_from_urls(url)
            files = made(**found, **options())
            root = made._strip_protocol(url).rstrip("/")
    except ImportError as error:
        raise ServiceFailed(
            f"objects at {scheme}:// need a library that is not installed: {_first(error)}",
            hint='for S3: pip install "oneseek-provenance[objects]"; for others see '
            "docs/shared-objects.md",
        ) from None
    except ValueError:
        raise InvalidInput(
            f"nobody knows how to reach {scheme}://",
            hint="file://, s3:// and gs:// are the usual ones; fsspec.available_protocols() "
            "lists all",
        ) from None
    place = Made(url, files, root, buckets=scheme in _BUCKETS)
    place.require()
    return place


def within(seconds: float, work: Callable[[], object]) -> None:
    """Do ``work`` in a thread of its own; TimeoutError when it takes longer.

    A driver that hangs cannot be stopped: its thread is left behind and ends with the process.
    """
    failed: list[BaseException] = []

    def run() -> None:
        try:
            work()
        except BaseException as error:
            failed.append(error)

    thread = Thread(target=run, daemon=True)
    thread.start()
    thread.join(seconds)
    if thread.is_alive():
        raise TimeoutError(f"no answer within {seconds:.0f} seconds")
    if failed:
        raise failed[0]


def watcher(on_bytes: OnBytes | None) -> Any:
    """Return what fsspec tells of its progress, told to ``on_bytes``."""
    from fsspec.callbacks import Callback

    class Watcher(Callback):  # type: ignore[misc]
        def relative_update(self, inc: int = 1) -> None:
            if on_bytes is not None:
                on_bytes(inc)

    return Watcher()


def md5(path: Path, start: int = 0, length: int | None = None) -> bytes:
    """Return the MD5 of a part of a file: services state it, nothing of ours rests on it."""
    hasher = hashlib.md5(usedforsecurity=False)
    with open_regular(path) as fd:
        os.lseek(fd, start, os.SEEK_SET)
        for piece in chunks(fd, length):
            hasher.update(piece)
    return hasher.digest()


def _first(error: Exception) -> str:
    return (str(error).splitlines() or [""])[0]
