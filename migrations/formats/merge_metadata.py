"""``merge_metadata.json``: what Python wrote beside a merged model; nothing overwrites it.

Its adapters are absolute paths of the machine that merged.
"""

from oneseek.migrations.claims import asserted, said_claims, summed, time_claim, time_of
from oneseek.migrations.format import Format, Reading, VersionFacts
from oneseek.migrations.look import Look
from oneseek.migrations.record import Record, record_reader
from oneseek.migrations.rules.legacy_paths import last_part
from oneseek.migrations.texts import shown


def _matches(look: Look) -> bool:
    return look.name.lower() == "merge_metadata.json"


def _read(record: Record) -> Reading:
    name = record.text("outputName", required=True)
    base = record.text("baseModel", required=True)
    adapters = record.texts("adapters", required=True)
    merged = time_of(record, "mergedAt", required=True)
    record.allow("isStandalone")
    reason = "it covers the manifest that Python wrote and Node overwrote"
    claims = [
        *said_claims(record, ("outputName", "version")),
        *([] if base is None else [asserted("base", base)]),
        *time_claim("created", merged),
    ]
    if (digits := record.text("mergeHash")) is not None:
        claims.append(asserted("hash:merge", digits, reason))
    verdict, reason = summed(claims)
    facts = VersionFacts(
        name=name,
        version=record.text("version"),
        base_models=() if base is None else (base,),
        adapters=tuple(last_part(path) or path for path in adapters),
        created=merged.text or None,
        created_zone=merged.zone,
        values={"merged": True, "mergeHash": digits, "adapter_paths": adapters},
    )
    says = f"{shown(name or '?', 160)}, merged from {len(adapters)} adapters"
    return Reading(verdict=verdict, reason=reason, says=says, facts=facts, claims=tuple(claims))


FORMAT = Format(
    name="merge-metadata",
    what="what a merge wrote about itself",
    matches=_matches,
    read=record_reader(_read),
)
