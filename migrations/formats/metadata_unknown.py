"""A file called ``metadata.json`` of no known shape, without what people wrote in it."""

from oneseek.migrations.claims import said_claims, summed
from oneseek.migrations.format import Format, Reading
from oneseek.migrations.formats.certified_metadata import NAMES
from oneseek.migrations.look import Look
from oneseek.migrations.record import Record, record_reader
from oneseek.migrations.rules.people import holds_people_text


def _matches(look: Look) -> bool:
    return look.name.lower() in NAMES and not holds_people_text(look)


def _read(record: Record) -> Reading:
    claims = said_claims(record, ("version", "name"))
    record.allow(*record.values)
    record.note("shape-unknown", "", "metadata of a known shape", "none of them")
    verdict, reason = summed(claims)
    return Reading(verdict=verdict, reason=reason, claims=tuple(claims))


FORMAT = Format(
    name="metadata-unknown",
    what="metadata of no known shape",
    rank=80,
    matches=_matches,
    read=record_reader(_read),
)
