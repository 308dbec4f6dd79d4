"""Shape (b) of weights metadata: the PyTorch trainer, by ``multiModelMode``.

It names a ``.pth`` for every base model; the same program deletes those files. ``isCurrent`` is
always true.
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
from oneseek.migrations.record import MAX_LIST, Record, record_reader
from oneseek.migrations.rules.constants import is_simulated
from oneseek.migrations.rules.legacy_paths import read_path
from oneseek.migrations.shapes import has, is_version_file
from oneseek.migrations.texts import shown
from oneseek.migrations.verdicts import Claim

_METRICS = ("loss", "accuracy", "fairness", "bias_score")
_CONFIG = ("epochs", "batch_size", "learning_rate", "lora_rank", "lora_alpha")


def _matches(look: Look) -> bool:
    return is_version_file(look) and has(look, "multiModelMode")


def _read(record: Record) -> Reading:
    version = record.text("version", required=True)
    created = time_of(record, "createdAt", required=True)
    bases = record.texts("baseModels", required=True)
    adapters = record.texts("adapters")
    for adapter in adapters:
        if read_path(adapter).inside is None:
            record.note("path-leads-out", "adapters", "a folder of the tree", shown(adapter, 120))
    samples = record.count("samplesProcessed")
    measured = figures(record.part("metrics", required=True), *_METRICS)
    config = record.part("config")
    config.allow(*config.values)  # some thirty settings, of which most were never applied
    settings = figures(config, *_CONFIG)
    language = config.text("language")
    current = record.flag("isCurrent") is True
    claims = [
        *said_claims(record, ("version", "trainingType", "samplesProcessed")),
        *time_claim("created", created),
        *(asserted("base", base) for base in bases),
        *figure_claims(measured),
        *(asserted(f"config:{key}", value) for key, value in settings.items()),
        *_weight_claims(record),
    ]
    if current:
        claims.append(asserted("current", "true", "the old program always writes true"))
    simulated = is_simulated(measured)
    verdict, reason = summed(claims, simulated=simulated)
    facts = VersionFacts(
        name=version,
        language=language,
        base_models=bases,
        adapters=adapters,
        created=created.text or None,
        created_zone=created.zone,
        simulated=simulated,
        current=current,
        values={**measured, "samplesProcessed": samples, "modelSpecificWeights": _files(record)},
    )
    says = f"{shown(version or '?', 80)}, {len(adapters)} adapters"
    return Reading(verdict=verdict, reason=reason, says=says, facts=facts, claims=tuple(claims))


def _weight_claims(record: Record) -> list[Claim]:
    record.allow("multiModelMode")
    reason = "the old program deletes this file after it has named it"
    return [asserted("weights-file", file, reason) for file in _files(record).values()]


def _files(record: Record) -> dict[str, str]:
    named = record.get("modelSpecificWeights")
    files = named.items() if isinstance(named, dict) else ()
    return {base: file for base, file in list(files)[:MAX_LIST] if isinstance(file, str)}


FORMAT = Format(
    name="weights-metadata-pytorch",
    what="metadata of weights, from the PyTorch trainer",
    rank=46,
    matches=_matches,
    read=record_reader(_read),
)
