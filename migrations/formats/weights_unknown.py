"""Metadata of weights by its place, of none of the six shapes: cut, damaged, or something else."""

from oneseek.migrations.claims import said_claims, summed
from oneseek.migrations.format import Format, Reading, VersionFacts
from oneseek.migrations.look import Look
from oneseek.migrations.record import Record, record_reader
from oneseek.migrations.rules.people import holds_people_text
from oneseek.migrations.shapes import is_version_file


def _matches(look: Look) -> bool:
    return is_version_file(look) and not holds_people_text(look)


def _read(record: Record) -> Reading:
    version = record.values.get("version")
    claims = said_claims(record, ("version", "model_name"))
    record.allow(*record.values)
    record.note("shape-unknown", "", "one of the six shapes of weights metadata", "none of them")
    verdict, reason = summed(claims)
    facts = VersionFacts(version=version if isinstance(version, str) else None)
    return Reading(verdict=verdict, reason=reason, facts=facts, claims=tuple(claims))


FORMAT = Format(
    name="weights-metadata-unknown",
    what="a file in the place of weights metadata, of no known shape",
    rank=80,
    matches=_matches,
    read=record_reader(_read),
)
