"""What documents are made of: JSON bytes, identifiers from digests, what was measured."""

from typing import Any
from uuid import NAMESPACE_URL, uuid5

import msgspec

from oneseek.domain.certification.metadata import render_json
from oneseek.domain.digest import Digest
from oneseek.domain.dossier import Told, VersionRecord
from oneseek.domain.events import MetricsMeasured

__all__ = ["as_json", "known", "measured", "render_json", "seconds", "urn", "uuid_of"]

_UNRESERVED = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~/")


def known(**fields: Any) -> dict[str, Any]:
    """Return the fields whose value is known: None is left out, never written as null."""
    return {name: value for name, value in fields.items() if value is not None}


def as_json(value: msgspec.Struct) -> dict[str, Any]:
    """Return the known fields of a struct as JSON values; decimals stay the text they are."""
    return known(**msgspec.to_builtins(value))


def urn(*parts: str) -> str:
    """Return a name of ours for what has no address: ``urn:oneseek:log:oneseek.test/log``."""
    return ":".join(("urn", "oneseek", *map(_escaped, parts)))


def uuid_of(what: str, digest: Digest) -> str:
    """Return the identifier of a document or thing: a UUIDv5 (RFC 9562), the same for ever.

    ``what`` tells apart several things that are named by one digest.
    """
    return str(uuid5(NAMESPACE_URL, urn(what, "sha256", digest)))


def seconds(time: str) -> str:
    """Return an entry's time without its microseconds, ``2026-11-20T18:25:38Z``."""
    return time[:19] + "Z"


def measured(record: VersionRecord) -> Told[MetricsMeasured] | None:
    """Return what was measured of a version when it was certified, if anything was."""
    before = [told for told in record.measured if told.index < record.version.index]
    return before[-1] if before else None


def _escaped(text: str) -> str:
    """Return ``text`` percent-encoded (RFC 3986), slashes kept."""
    return "".join(
        char if char in _UNRESERVED else "".join(f"%{byte:02X}" for byte in char.encode())
        for char in text
    )
