"""What the first Python pipelines wrote about a version: three of the six shapes share it."""

import re

from oneseek.migrations.claims import (
    asserted,
    figure_claims,
    figures,
    said_claims,
    summed,
    time_claim,
    time_of,
)
from oneseek.migrations.format import Reading, VersionFacts
from oneseek.migrations.record import Record
from oneseek.migrations.rules.constants import is_simulated
from oneseek.migrations.texts import shown
from oneseek.migrations.verdicts import Claim

DATA_HASH = "hash:training_data"
"""What a claim of the hash over the prepared rows is about."""

_HASH = re.compile(r"(sha256:)?[0-9a-f]{64}")
_METRICS = (
    "training_loss",
    "validation_accuracy",
    "fairness_score",
    "bias_score",
    "consensus_accuracy",
)
_FAIRNESS = ("demographic_parity", "equal_opportunity", "disparate_impact")
_CONFIG = ("dataset_size", "epochs", "batch_size", "learning_rate", "lora_rank", "lora_alpha")


def read_pipeline_record(record: Record, *, required: tuple[str, ...] = ()) -> Reading:
    """Read a record with ``training_config``, ``metrics`` and ``provenance``.

    ``required`` are fields of this shape besides those that the old schema demands.
    """
    for key in required:
        record.get(key, required=True)
    version = record.text("version", required=True)
    name = record.text("model_name")
    created = time_of(record, "timestamp", required=True)
    bases = record.texts("base_models")
    record.allow("legacy_name", "status", "description", "epoch")
    config = record.part("training_config", required=True)
    config.allow("use_lora")
    settings = figures(config, *_CONFIG)
    metrics = record.part("metrics", required=True)
    metrics.allow("models_trained", "dual_model_mode", "device", "multi_model_mode", "epoch_losses")
    measured = figures(metrics, *_METRICS) | figures(record.part("fairness_metrics"), *_FAIRNESS)
    provenance = record.part("provenance")
    data_hash, block = _data_hash(provenance), _block(provenance)
    claims = [
        *said_claims(record, ("version", "model_name")),
        *time_claim("created", created),
        *(asserted("base", base) for base in bases),
        *figure_claims(measured),
        *(asserted(f"config:{key}", value) for key, value in settings.items()),
        *_provenance_claims(data_hash, block),
        *said_claims(provenance, ("trainer",)),
    ]
    simulated = is_simulated(measured)
    verdict, reason = summed(claims, simulated=simulated)
    facts = VersionFacts(
        name=name,
        version=version,
        base_models=bases,
        created=created.text or None,
        created_zone=created.zone,
        ledger_block=block,
        simulated=simulated,
        values={**measured, **settings, "training_data_hash": data_hash},
    )
    says = (
        f"version {shown(version or '?', 60)}, trained on {settings.get('dataset_size', '?')} rows"
    )
    return Reading(verdict=verdict, reason=reason, says=says, facts=facts, claims=tuple(claims))


def _data_hash(provenance: Record) -> str | None:
    provenance.allow("notes")
    found = provenance.text("training_data_hash")
    if found is not None and not _HASH.fullmatch(found):
        expected = "64 hex digits, perhaps with sha256: in front"
        provenance.note("hash-malformed", "training_data_hash", expected, shown(found, 80))
    return found


def _block(provenance: Record) -> str | None:
    """A number in the code, a text such as ``block-123`` in the documents, null before either."""
    value = provenance.get("ledger_block_id")
    if isinstance(value, str):
        return value
    count = provenance.count("ledger_block_id")
    return None if count is None else str(count)


def _provenance_claims(data_hash: str | None, block: str | None) -> list[Claim]:
    made = []
    if data_hash is not None:
        reason = "it covers the prepared rows of all three splits, which are not in this record"
        made.append(asserted(DATA_HASH, data_hash, reason))
    if block is not None:
        made.append(asserted("ledger-block", block, "to be looked up in the ledger"))
    return made
