"""The calls to a bucket of Google Cloud Storage that backups need, each within our patience."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from google.api_core import exceptions as api
from google.cloud.storage.exceptions import DataCorruption

from oneseek.adapters.backups.checksums import Checksums
from oneseek.adapters.backups.patience import Patience, passing
from oneseek.domain.errors import ServiceFailed

if TYPE_CHECKING:
    from google.cloud.storage import Client

_TYPE = "application/octet-stream"


@dataclass(frozen=True, slots=True)
class Stat:
    """What the service states about an object."""

    name: str
    generation: int
    size: int
    crc32c: str | None
    md5: str | None

    def has(self, sums: Checksums) -> bool:
        """Say whether length and checksums are those; one that is not stated is not compared."""
        return (
            self.size == sums.size
            and self.crc32c == sums.crc32c
            and self.md5 in (None, sums.md5)  # an object that was composed has none
        )


def stat_of(metadata: dict[str, Any]) -> Stat:
    """Return what a resource of the JSON API states."""
    return Stat(
        metadata["name"],
        int(metadata["generation"]),
        int(metadata["size"]),
        metadata.get("crc32c"),
        metadata.get("md5Hash"),
    )


class StorageBucket:
    """The bucket ``name``. Exceptions of the library pass."""

    def __init__(self, client: "Client", name: str, patience: Patience) -> None:
        self._client = client
        self._bucket = client.bucket(name)
        self.patience = patience
        self.endpoint: str = client.api_endpoint.rstrip("/")
        self._calls = {"timeout": patience.timeout, "retry": patience.retry}

    def require(self, prefix: str) -> None:
        """Make the first contact, which gets less time: listing is a right that all uses need."""
        calls = {**self._calls, "retry": self.patience.retry.with_timeout(self.patience.first)}
        list(self._client.list_blobs(self._bucket, prefix=prefix, max_results=1, **calls))

    def listing(self, prefix: str) -> Iterator[tuple[str, int]]:
        """Yield names and lengths of the objects whose names begin with ``prefix``, sorted."""
        fields = "items(name,size),nextPageToken"
        found = self._client.list_blobs(self._bucket, prefix=prefix, fields=fields, **self._calls)
        for blob in found:
            yield blob.name, int(blob.size)

    def stat(self, name: str) -> Stat | None:
        """Return what is stated about an object, None if it is not there."""
        blob = self._bucket.get_blob(name, **self._calls)
        return stat_of(blob._properties) if blob is not None else None

    def insert(self, name: str, data: bytes) -> Stat:
        """Make an object in one request; PreconditionFailed if there is one already.

        The checksum goes with it: the service refuses other bytes (BadRequest). What it states
        about the object is returned, whether that is right or not.
        """
        blob = self._bucket.blob(name)
        try:
            blob.upload_from_string(
                data, content_type=_TYPE, if_generation_match=0, checksum="crc32c", **self._calls
            )
        except DataCorruption as error:
            return stat_of(error.response.json())
        return stat_of(blob._properties)

    def begin(self, name: str, size: int) -> str:
        """Begin a resumable upload that makes an object; return the address of its session."""
        blob = self._bucket.blob(name)
        url: str = blob.create_resumable_upload_session(
            content_type=_TYPE, size=size, if_generation_match=0, checksum=None, **self._calls
        )
        return url

    def delete(self, name: str, generation: int) -> bool:
        """Delete one generation of an object; say whether it was there."""
        try:
            self._bucket.blob(name).delete(if_generation_match=generation, **self._calls)
        except (api.NotFound, api.PreconditionFailed):
            return False
        return True

    def content(self, stat: Stat) -> bytes:
        """Return the bytes of a small object; the library compares them with its checksum."""
        found: bytes = self._bucket.blob(stat.name).download_as_bytes(
            if_generation_match=stat.generation, raw_download=True, checksum="crc32c", **self._calls
        )
        return found

    def stream(self, stat: Stat, sink: Any) -> None:
        """Write the bytes of one generation to ``sink``, going on after a cut.

        ``sink.size`` is how many it has.
        """

        def step() -> None:
            before = sink.size
            try:
                self._bucket.blob(stat.name).download_to_file(
                    sink,
                    start=before or None,
                    if_generation_match=stat.generation,
                    raw_download=True,
                    checksum=None,
                    timeout=self.patience.timeout,
                    retry=None,
                )
            except Exception as error:
                if sink.failed or sink.size == before or not passing(error):
                    raise
                return  # there was progress: time begins anew
            if sink.size == before:
                raise ServiceFailed(f"{stat.name} ends before its length", hint="repeat")

        while sink.size < stat.size:
            self.patience.persist(step)
