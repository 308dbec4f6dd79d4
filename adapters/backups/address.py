"""What people write for a place: ``local``, ``firebase``, or a URL that holds no secret."""

import re

from oneseek.adapters.objects.shared.address import SharedAddress, parse_address
from oneseek.domain.errors import InvalidInput

LOCAL = "local"
FIREBASE = "firebase"

FIREBASE_PREFIX = "models/oneseek-7b-zero"
"""Where in the bucket the old documents promised the models."""

GOOGLE = "gs"
"""The scheme of Google Cloud Storage, which Firebase Storage is."""

_SOURCE = "the place of a backup"
_BUCKET = re.compile(r"[a-z0-9][a-z0-9._-]{1,220}[a-z0-9]")


def parse_place(text: str, bucket: str | None) -> SharedAddress | None:
    """Return the address that ``text`` means; None for the workspace's own folder.

    ``bucket`` is that of Firebase, from the settings.

    Raises:
        InvalidInput: it is none, carries a password, or means a bucket that no setting names.
    """
    if text == LOCAL:
        return None
    if text == FIREBASE:
        return SharedAddress(f"gs://{_firebase_bucket(bucket)}/{FIREBASE_PREFIX}")
    if "://" not in text:
        raise InvalidInput(
            f"{_SOURCE} is neither local, nor firebase, nor a URL",
            hint="for example file:///mnt/disk/oneseek, s3://bucket/prefix or gs://bucket/prefix",
        )
    address = parse_address(text, _SOURCE)
    assert address is not None  # only of an empty text
    if address.scheme == "local":
        raise InvalidInput(f"{_SOURCE} is a folder", hint="write it as file:///path")
    # One place has one name in all events.
    return SharedAddress(f"gs://{address.rest}") if address.scheme == "gcs" else address


def _firebase_bucket(bucket: str | None) -> str:
    if not bucket:
        raise InvalidInput(
            "no bucket of Firebase Storage is set",
            hint='write it into oneseek.toml: [firebase] bucket = "PROJECT.appspot.com"',
        )
    if not _BUCKET.fullmatch(bucket):
        raise InvalidInput(
            f"[firebase] bucket is not the name of a bucket: {bucket!r}",
            hint='without gs:// and without a slash, such as "PROJECT.appspot.com"',
        )
    return bucket
