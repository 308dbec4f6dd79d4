"""What documents are made of: JSON bytes, identifiers from digests, times in the usual spelling."""

from typing import Any
from uuid import NAMESPACE_URL, uuid5

from oneseek.domain.certification.metadata import render_json
from oneseek.domain.digest import Digest

__all__ = ["known", "render_json", "seconds", "uuid_of"]


def known(**fields: Any) -> dict[str, Any]:
    """Return the fields whose value is known: None is left out, never written as null."""
    return {name: value for name, value in fields.items() if value is not None}


def uuid_of(what: str, digest: Digest) -> str:
    """Return the identifier of a document or thing: a UUIDv5 (RFC 9562), the same for ever.

    ``what`` tells apart several things that are named by one digest.
    """
    return str(uuid5(NAMESPACE_URL, f"oneseek:{what}:sha256:{digest}"))


def seconds(time: str) -> str:
    """Return an entry's time without its microseconds, ``2026-11-20T18:25:38Z``."""
    return time[:19] + "Z"
