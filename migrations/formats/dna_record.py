"""``oneseek_dna.json`` of the dynamic trainer: a name, and all that its hashes were made of."""

from oneseek.migrations.claims import agreement, asserted, said_claims, summed, time_claim, time_of
from oneseek.migrations.format import Format, Reading, VersionFacts
from oneseek.migrations.formats.dynamic_results import shares_claims
from oneseek.migrations.look import Look
from oneseek.migrations.record import Record, record_reader
from oneseek.migrations.rules.name_hashes import categories8, time8
from oneseek.migrations.texts import shown
from oneseek.migrations.verdicts import Claim


def _matches(look: Look) -> bool:
    return look.name.lower() == "oneseek_dna.json"


def _read(record: Record) -> Reading:
    dna = record.text("dna", required=True)
    shares = record.numbers("final_weights")
    found = record.texts("dataset_categories")
    time = time_of(record, "timestamp", required=True)
    claims = [
        *said_claims(record, ("dna", "model", "version")),
        *(asserted("base", name) for name in shares),
        *time_claim("created", time),
        *shares_claims(dna, shares),
        *_category_claims(dna, found),
        *_time_claims(dna, time.text),
    ]
    verdict, reason = summed(claims)
    facts = VersionFacts(
        name=dna,
        version=record.text("version"),
        base_models=tuple(shares),
        created=time.text or None,
        created_zone=time.zone,
        values={"final_weights": shares, "dataset_categories": found, "timestamp": time.text},
    )
    says = shown(dna or "?", 160)
    return Reading(verdict=verdict, reason=reason, says=says, facts=facts, claims=tuple(claims))


def _category_claims(dna: str | None, found: tuple[str, ...]) -> list[Claim]:
    parts = (dna or "").split(".")
    written = [part for part in parts if part.startswith("ds")]
    # A hyphen within a category is an underscore in the name.
    expected = "ds" + ("-".join(sorted(name.replace("-", "_") for name in found)) or "General")
    if written:
        says, holds = written[0], written[0] == expected
        yes, no = "the categories in the record, sorted", f"the record's categories give {expected}"
        return [agreement("categories", says, holds, yes=yes, no=shown(no, 200))]
    if len(parts) < 6:
        return []
    digits = categories8(found)
    yes, no = "recomputed from the sorted categories", f"the record's categories hash to {digits}"
    return [agreement("hash:categories", parts[-2], parts[-2] == digits, yes=yes, no=no)]


def _time_claims(dna: str | None, text: str) -> list[Claim]:
    if not text or dna is None or "." not in dna:
        return []
    digits, last = time8(text), dna.rpartition(".")[2]
    no = f"the time in the record hashes to {digits}"
    yes = "recomputed from the time in the record"
    return [agreement("hash:time", last, last == digits, yes=yes, no=no)]


FORMAT = Format(
    name="dna-record",
    what="the DNA of a run of the dynamic trainer",
    matches=_matches,
    read=record_reader(_read),
)
