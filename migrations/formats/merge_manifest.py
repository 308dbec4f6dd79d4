"""``merge_manifest.json``: written by Python with hashes of adapters, then overwritten by Node.

Python's carries a hash of itself. Of adapters, its 16 digits are the only file hashes that the old
system ever made. Node's has a hash over the time instead.
"""

from oneseek.migrations.claims import (
    agreement,
    asserted,
    said_claims,
    summed,
    time_claim,
    time_of,
)
from oneseek.migrations.format import Format, Reading, VersionFacts
from oneseek.migrations.look import Look
from oneseek.migrations.merge_hash import merge_hash_claim
from oneseek.migrations.record import Record, record_reader
from oneseek.migrations.rules.name_hashes import merge_hash16
from oneseek.migrations.shapes import has
from oneseek.migrations.texts import shown
from oneseek.migrations.verdicts import Claim, Verdict


def _matches(look: Look) -> bool:
    return look.name.lower() == "merge_manifest.json"


def _read(record: Record) -> Reading:
    return _of_python(record) if has(record.look, "manifestVersion") else _of_node(record)


def _of_python(record: Record) -> Reading:
    wanted = record.text("mergeHash", required=True)
    holds = wanted == merge_hash16(record.values)
    written = time_of(record, "generatedAt", required=True)
    merge = record.part("merge", required=True)
    name = merge.text("outputName")
    merge.allow("outputPath")
    base = record.part("baseModel")
    base.allow("type")
    adapters = record.items("adapters", required=True)
    record.allow("manifestVersion", "datasets", "traceability")
    yes, no = "recomputed over the rest of the manifest", "the manifest does not hash to it"
    claims: list[Claim] = [
        *said_claims(merge, ("outputName", "version")),
        *said_claims(base, ("name",), "base-"),
        *time_claim("created", written),
        *_adapter_claims(record, adapters),
    ]
    if wanted is not None:
        claims.append(agreement("hash:merge", wanted, holds, yes=yes, no=no))
    verdict, reason = summed(claims)
    if wanted is not None and holds:
        verdict, reason = Verdict.VERIFIED, "its mergeHash covers all of it, and recomputes"
    says = f"{shown(name or '?', 160)}, from {len(adapters)} adapters, by Python"
    facts = VersionFacts(name=name, values={"mergeHash": wanted})
    return Reading(verdict=verdict, reason=reason, says=says, facts=facts, claims=tuple(claims))


def _adapter_claims(record: Record, adapters: tuple[object, ...]) -> list[Claim]:
    made = []
    for adapter in adapters:
        if not isinstance(adapter, dict):
            record.note("field-type", "adapters", "objects", "another")
            continue
        name, digits = adapter.get("name"), adapter.get("hash")
        if isinstance(name, str) and isinstance(digits, str):
            about = f"adapter-hash:{name}"
            made.append(asserted(about, digits, "to be compared with the adapter's weights"))
    return made


def _of_node(record: Record) -> Reading:
    adapters = record.texts("adapters", required=True)
    written = time_of(record, "generatedAt", required=True)
    record.text("version", required=True)
    claims = [
        *said_claims(record, ("mergeType", "version", "sourceModel", "sourceDna", "baseModel")),
        *time_claim("created", written),
        *merge_hash_claim(record, adapters, written.moment),
    ]
    verdict, reason = summed(claims)
    source = shown(record.text("sourceDna") or "?", 160)
    says = f"from {source}, {len(adapters)} adapters, by Node"
    facts = VersionFacts(adapters=adapters, values={"mergeHash": record.text("mergeHash")})
    return Reading(verdict=verdict, reason=reason, says=says, facts=facts, claims=tuple(claims))


FORMAT = Format(
    name="merge-manifest",
    what="the manifest of a merged model",
    matches=_matches,
    read=record_reader(_read),
)
