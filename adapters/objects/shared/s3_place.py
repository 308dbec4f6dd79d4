"""Amazon S3 and what speaks its protocol, with deadlines of our own and the server's checksum.

The object is sent with its SHA-256, which the service compares before it accepts it; large ones go
in parts, whose digests make up the ETag. A service that states neither is read back.
https://docs.aws.amazon.com/AmazonS3/latest/userguide/checking-object-integrity-upload.html
"""

import base64
import hashlib
from pathlib import Path
from typing import Any

from oneseek.adapters.objects.reading import OnBytes
from oneseek.adapters.objects.shared.fsspec_place import FsspecPlace, md5, watcher
from oneseek.domain.digest import Digest

_CONNECT_SECONDS = 4
_READ_SECONDS = 8
_ATTEMPTS = 2
PART_BYTES = 32 << 20
"""From twice as much on an object goes in parts of this size."""

_PARTS_AT_ONCE = 4

_READ_BYTES = 16 << 20


def options() -> dict[str, Any]:
    """Return how s3fs is to be made: a dead service is noticed in seconds, not in minutes."""
    return {
        "config_kwargs": {
            "connect_timeout": _CONNECT_SECONDS,
            "read_timeout": _READ_SECONDS,
            "retries": {"total_max_attempts": 1},  # s3fs repeats by itself
        },
        "use_listings_cache": False,
        "skip_instance_cache": True,
    }


class S3Place(FsspecPlace):
    """A prefix in a bucket."""

    def __init__(self, url: str, files: Any, root: str, *, buckets: bool) -> None:
        super().__init__(url, files, root, buckets=buckets)
        files.retries = _ATTEMPTS

    def _info(self, path: str) -> dict[str, Any]:
        bucket, _, key = path.partition("/")
        head = self._files.call_s3("head_object", Bucket=bucket, Key=key, ChecksumMode="ENABLED")
        return {**head, "size": head["ContentLength"]}

    def _open(self, path: str) -> Any:
        return self._files.open(path, "rb", block_size=_READ_BYTES, fill_cache=False)

    def _send(
        self, source: Path, path: str, digest: Digest, size: int, on_bytes: OnBytes | None
    ) -> None:
        # Only an object that goes in one piece may carry a checksum of the whole.
        extra = {} if _in_parts(size) else {"ChecksumSHA256": _base64(digest)}
        self._files.put_file(
            str(source),
            path,
            callback=watcher(on_bytes),
            chunksize=PART_BYTES,
            max_concurrency=_PARTS_AT_ONCE,
            **extra,
        )

    def _vouched(self, info: dict[str, Any], source: Path, digest: Digest) -> bool:
        if info.get("ChecksumSHA256") == _base64(digest):
            return True
        return bool(info.get("ETag", "").strip('"') == etag(source))


def etag(path: Path) -> str:
    """Return the ETag that S3 gives to an object of these bytes, unless it encrypts with KMS."""
    size = path.stat().st_size
    if not _in_parts(size):
        return md5(path).hex()
    parts = [md5(path, start, PART_BYTES) for start in range(0, size, PART_BYTES)]
    whole = hashlib.md5(b"".join(parts), usedforsecurity=False).hexdigest()
    return f"{whole}-{len(parts)}"


def _in_parts(size: int) -> bool:
    return size >= 2 * PART_BYTES  # as s3fs decides


def _base64(digest: Digest) -> str:
    return base64.b64encode(bytes.fromhex(digest)).decode()
