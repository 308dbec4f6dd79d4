"""``metadata.json`` of a merged model, written by Python and then overwritten by Node.

A merged model keeps both hashes of its parent in its name. Its language is always ``sv``.
"""

from oneseek.migrations.claims import asserted, claim, said_claims, summed, time_claim, time_of
from oneseek.migrations.format import Format, Reading, VersionFacts
from oneseek.migrations.formats.certified_metadata import NAMES, read_adapters
from oneseek.migrations.look import Look
from oneseek.migrations.merge_hash import merge_hash_claim
from oneseek.migrations.record import Record, record_reader
from oneseek.migrations.shapes import json_object
from oneseek.migrations.texts import shown
from oneseek.migrations.verdicts import Claim, Verdict


def _matches(look: Look) -> bool:
    if look.name.lower() not in NAMES:
        return False
    value = json_object(look) or {}
    return value.get("trainingType") == "merged" or value.get("isMerged") is True


def _read(record: Record) -> Reading:
    dna = record.text("dna", required=True)
    created = time_of(record, "createdAt", required=True)
    base = record.text("baseModel", required=True)
    adapters = read_adapters(record)
    parent = record.text("sourceDna")
    record.part("metrics").allow("loss", "accuracy", "fairness")
    record.allow("isStandalone", "isMerged", "datasets", "metrics")
    language = record.text("language")
    claims = [
        *said_claims(record, ("dna", "version", "trainingType", "mergeType", "sourceModel")),
        *said_claims(record, ("sourceDna",)),
        *([] if base is None else [asserted("base", base)]),
        *time_claim("created", created),
        *merge_hash_claim(record, adapters, created.moment),
        *_parent_claims(dna, parent),
        *_count_claims(record, len(adapters)),
    ]
    if language is not None:
        reason = "the old merge writes sv where it does not know its parent's language"
        claims.append(asserted("language", language, reason))
    verdict, reason = summed(claims)
    facts = VersionFacts(
        name=dna,
        version=record.text("version"),
        language=language,
        base_models=() if base is None else (base,),
        adapters=adapters,
        created=created.text or None,
        created_zone=created.zone,
        values={"merged": True, "sourceDna": parent, "mergeHash": record.text("mergeHash")},
    )
    says = f"{shown(dna or '?', 160)}, merged from {len(adapters)} adapters"
    return Reading(verdict=verdict, reason=reason, says=says, facts=facts, claims=tuple(claims))


def _parent_claims(dna: str | None, parent: str | None) -> list[Claim]:
    if not dna or not parent or dna.split(".")[-2:] != parent.split(".")[-2:]:
        return []
    reason = "both hashes in the name are those of the model that it was merged from"
    return [asserted("name-hashes", ".".join(dna.split(".")[-2:]), reason)]


def _count_claims(record: Record, listed: int) -> list[Claim]:
    counted = record.count("adaptersCount")
    if counted is None or counted == listed:
        return []
    reason = f"the same record lists {listed}"
    return [claim("adapters-count", counted, Verdict.CONTRADICTED, reason)]


FORMAT = Format(
    name="merged-metadata",
    what="metadata of a merged model",
    rank=40,
    matches=_matches,
    read=record_reader(_read),
)
