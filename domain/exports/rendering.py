"""What documents are made of: JSON bytes, identifiers from digests, what was measured."""

from typing import Any
from uuid import NAMESPACE_URL, uuid5

import msgspec

from oneseek.domain.certification.metadata import render_json
from oneseek.domain.digest import Digest
from oneseek.domain.dossier import Told, VersionRecord
from oneseek.domain.events import BaseModelRegistered, DatasetRegistered, MetricsMeasured

__all__ = [
    "as_json",
    "as_text",
    "datasets",
    "escaped",
    "known",
    "licence",
    "measured",
    "metrics",
    "render_json",
    "seconds",
    "urn",
    "uuid_of",
]

_UNRESERVED = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~/")


def known(**fields: Any) -> dict[str, Any]:
    """Return the fields whose value is known: None is left out, never written as null."""
    return {name: value for name, value in fields.items() if value is not None}


def as_json(value: msgspec.Struct) -> dict[str, Any]:
    """Return the known fields of a struct as JSON values; decimals stay the text they are."""
    return known(**msgspec.to_builtins(value))


def as_text(value: msgspec.Struct) -> dict[str, str]:
    """Return the known fields of a struct that are no maps, as text; a list with commas."""
    return {
        name: _text(found) for name, found in as_json(value).items() if not isinstance(found, dict)
    }


def urn(*parts: str) -> str:
    """Return a name of ours for what has no address: ``urn:oneseek:log:oneseek.test/log``."""
    return ":".join(("urn", "oneseek", *map(escaped, parts)))


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


def metrics(told: Told[MetricsMeasured]) -> dict[str, str]:
    """Return what was measured by name, as decimal text."""
    after = told.event.after
    return known(
        loss=after.loss,
        perplexity=after.perplexity,
        token_accuracy=after.token_accuracy,
        exact_match=after.exact_match,
    )


def datasets(record: VersionRecord) -> tuple[Told[DatasetRegistered], ...]:
    """Return what it was trained on, and what it was measured on if that was another dataset."""
    held = record.evaluation
    if held is None or held.index == record.dataset.index:
        return (record.dataset,)
    return (record.dataset, held)


def licence(
    record: VersionRecord,
    thing: Told[BaseModelRegistered] | Told[DatasetRegistered],
    before: int | None = None,
) -> str | None:
    """Return the licence that was stated of a base model or dataset of ``record``.

    The same bytes can be registered again under another name; what was stated last holds. What was
    stated after the version was certified, or after the entry ``before``, is left out.
    """
    stated, end = thing.event.licence, record.version.index if before is None else before
    for told in record.again:
        if told.event.stream == thing.event.stream and told.index < end:
            stated = told.event.licence or stated
    return stated or None


def escaped(text: str) -> str:
    """Return ``text`` percent-encoded as a part of an address (RFC 3986), slashes kept."""
    return "".join(
        char if char in _UNRESERVED else "".join(f"%{byte:02X}" for byte in char.encode())
        for char in text
    )


def _text(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return ",".join(map(str, value)) if isinstance(value, tuple) else str(value)
