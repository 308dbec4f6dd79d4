"""Shape (c) of weights metadata: the admin server, ``trainingType: legacy``, ``dna`` an object.

Its version is a whole DNA; file names made from it are where the double dot comes from.
"""

from oneseek.migrations.claims import (
    asserted,
    figure_claims,
    figures,
    said_claims,
    summed,
    time_claim,
    time_of,
)
from oneseek.migrations.format import Format, Reading, VersionFacts
from oneseek.migrations.look import Look
from oneseek.migrations.record import Record, record_reader
from oneseek.migrations.rules.constants import is_simulated
from oneseek.migrations.rules.name_hashes import weights8
from oneseek.migrations.shapes import has, is_version_file, json_object
from oneseek.migrations.texts import shown
from oneseek.migrations.verdicts import Claim, Verdict


def _matches(look: Look) -> bool:
    if not (is_version_file(look) and has(look, "dna")):
        return False
    value = json_object(look) or {}
    return isinstance(value["dna"], dict) or value.get("trainingType") == "legacy"


def _read(record: Record) -> Reading:
    version = record.text("version", required=True)
    created = time_of(record, "createdAt", required=True)
    samples = record.count("samplesProcessed")
    measured = figures(record.part("metrics", required=True), "loss", "accuracy", "fairness")
    dna = record.part("dna", required=True)
    fingerprint = dna.text("fingerprint")
    shares = dna.numbers("finalWeights")
    bases = dna.texts("baseModels") or tuple(shares)
    dna.allow("languageAnalysis")
    training = record.part("training")
    settings = figures(training, "epochs", "duration")
    training.allow("autoStopped")
    current = record.flag("isCurrent") is True
    name = fingerprint or version
    claims = [
        *said_claims(record, ("version", "trainingType", "samplesProcessed")),
        *said_claims(dna, ("fingerprint",)),
        *_shares_claim(name or "", shares),
        *said_claims(dna, ("immutableHash",), "hash:"),
        *time_claim("created", created),
        *(asserted("base", base) for base in bases),
        *figure_claims(measured),
        *(asserted(f"training:{key}", value) for key, value in settings.items()),
    ]
    if current:
        claims.append(asserted("current", "true"))
    simulated = is_simulated(measured)
    verdict, reason = summed(claims, simulated=simulated)
    facts = VersionFacts(
        name=name,
        base_models=bases,
        created=created.text or None,
        created_zone=created.zone,
        simulated=simulated,
        current=current,
        values={**measured, "samplesProcessed": samples, "finalWeights": shares},
    )
    says = f"{shown(name or '?', 120)}, {len(bases)} base models"
    return Reading(verdict=verdict, reason=reason, says=says, facts=facts, claims=tuple(claims))


def _shares_claim(name: str, shares: dict[str, int | float]) -> list[Claim]:
    """The shares of the base models are hashed into the name, whichever generation it is."""
    if not shares:
        return []
    digits = weights8(shares)
    if digits in name.split("."):
        reason = "the shares of the base models in the record hash to it; no weights do"
        return [Claim(about="hash:weights", says=digits, verdict=Verdict.VERIFIED, reason=reason)]
    return [asserted("hash:weights", digits, "of the shares in the record; the name has it not")]


FORMAT = Format(
    name="weights-metadata-admin",
    what="metadata of weights, from the admin server",
    rank=47,
    matches=_matches,
    read=record_reader(_read),
)
