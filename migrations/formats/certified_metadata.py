"""``metadata.json`` of a certified model, and the same file without its extension, as on Windows.

The old programs rewrote it up to three times after "certification": the last writer, the admin
server, put other figures and a larger number of samples into it.
"""

from oneseek.migrations.claims import (
    asserted,
    claim,
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
from oneseek.migrations.rules.legacy_paths import read_path
from oneseek.migrations.shapes import is_damaged, json_object
from oneseek.migrations.texts import shown
from oneseek.migrations.verdicts import Claim, Verdict

NAMES = frozenset(("metadata.json", "metadata", "metadata.json.txt"))
"""Windows hides extensions, so that some were lost and some doubled."""
_SAID = ("version", "trainingType", "status", "samplesProcessed")
_METRICS = ("loss", "accuracy", "fairness", "bias_score")
_CONFIG = ("epochs", "batchSize", "learningRate", "seed")
_KEYS = ("dna", "createdAt", "hashes", "trainingType", "baseModel", "samplesProcessed")


def _matches(look: Look) -> bool:
    if look.name.lower() not in NAMES:
        return False
    value = json_object(look)
    # A damaged one can be told from nothing else, and this is what such a file mostly is.
    return is_damaged(look) if value is None else any(key in value for key in _KEYS)


def _read(record: Record) -> Reading:
    if record.look.name != "metadata.json":
        record.note("name-odd", "", "metadata.json", record.look.name)
    dna = record.text("dna", required=True)
    created = time_of(record, "createdAt", required=True)
    base = record.text("baseModel", required=True)
    bases = (base,) if base is not None else record.texts("baseModels")
    language = record.text("language", required=True)
    adapters = read_adapters(record)
    measured = figures(record.part("metrics", required=True), *_METRICS)
    hashes = record.part("hashes", required=True)
    samples = record.count("samplesProcessed", required=True)
    record.get("version", required=True)
    record.allow("isCurrent", "baseModels")
    datasets = record.texts("datasets")
    claims = [
        *said_claims(record, ("dna", *_SAID)),
        *(asserted("base", name) for name in bases),
        *said_claims(record, ("language",)),
        *time_claim("created", created),
        *time_claim("finalized", time_of(record, "finalizedAt")),
        *_duration_claims(record),
        *figure_claims(measured),
        *_loss_claims(record),
        *_config_claims(record),
        *_hash_claims(dna, hashes),
    ]
    simulated = is_simulated(measured)
    verdict, reason = summed(claims, simulated=simulated)
    facts = VersionFacts(
        name=dna,
        version=record.text("version"),
        language=language,
        base_models=bases,
        adapters=adapters,
        created=created.text or None,
        created_zone=created.zone,
        simulated=simulated,
        current=record.flag("isCurrent") is True,
        values={
            **measured,
            "samplesProcessed": samples,
            "datasets": datasets,
            "trainingData": hashes.text("trainingData"),
            "modelWeights": hashes.text("modelWeights"),
        },
    )
    says = f"{shown(dna or '?', 160)}, a chain of {len(adapters)}"
    return Reading(verdict=verdict, reason=reason, says=says, facts=facts, claims=tuple(claims))


def read_adapters(record: Record) -> tuple[str, ...]:
    """Read the chain in its order, as it is spelled; what leads out of the tree is noted."""
    adapters = record.texts("adapters")
    for adapter in adapters:
        path = read_path(adapter)
        if path.inside is None:
            record.note(
                "path-leads-out", "adapters", "a folder of the tree", shown(adapter, 120),
                "the path is kept as text and never followed",
            )  # fmt: skip
    if len(set(adapters)) != len(adapters):
        record.note("adapter-repeated", "adapters", "each adapter once", "one stands twice")
    return adapters


def _hash_claims(dna: str | None, hashes: Record) -> list[Claim]:
    """Both hashes stand in the name as well; recomputing them needs the training results."""
    name = dict(zip(("trainingData", "modelWeights"), (dna or "").split(".")[-2:], strict=False))
    made = []
    for key in ("trainingData", "modelWeights"):
        digits = hashes.text(key, required=True)
        if digits is None or dna is None:
            continue
        in_name = name.get(key, "nothing")
        if in_name == digits:
            # Two places of one record that agree prove nothing of what they say.
            same = "the name in the same record ends with the same digits; that proves neither"
            made.append(asserted(f"name-part:{key}", digits, same))
        else:
            other = f"the name in the same record has {shown(in_name, 20)} there"
            made.append(claim(f"name-part:{key}", digits, Verdict.CONTRADICTED, other))
    return made


def _duration_claims(record: Record) -> list[Claim]:
    duration = record.part("trainingDuration")
    duration.allow("durationFormatted")
    made = []
    for about, key in (("training-start", "startTime"), ("training-end", "endTime")):
        made += time_claim(about, time_of(duration, key, field=f"trainingDuration.{key}"))
    seconds = figures(duration, "durationSeconds")
    return made + [asserted("duration", f"{shown(value, 40)} s") for value in seconds.values()]


def _loss_claims(record: Record) -> list[Claim]:
    losses = []
    for entry in record.items("epochLosses"):
        loss = entry.get("loss") if isinstance(entry, dict) else None
        if isinstance(loss, int | float) and not isinstance(loss, bool):
            losses.append(loss)
        else:
            record.note("field-type", "epochLosses", "objects with epoch and loss", "another")
    if not losses:
        return []
    reason = "only the record says so"
    if len(losses) > 1 and len(set(losses)) == 1:
        reason = "one loss for all epochs: the old code repeats the last one when it has no others"
    return [asserted("epoch-losses", ", ".join(shown(loss, 40) for loss in losses), reason)]


def _config_claims(record: Record) -> list[Claim]:
    config = record.part("trainingConfig")
    config.allow("loraConfig", "advancedConfig", "autoStop")
    reason = "recorded; the old trainer did not apply most of its settings"
    return [
        asserted(f"config:{key}", value, reason) for key, value in figures(config, *_CONFIG).items()
    ]


FORMAT = Format(
    name="certified-metadata",
    what="metadata of a certified model",
    rank=60,
    matches=_matches,
    read=record_reader(_read),
)
