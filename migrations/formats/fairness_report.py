"""``fairness_report.json`` of the data preparation: counts, a hash, and three constants."""

import re

from oneseek.migrations.claims import asserted, figure_claims, figures, summed, time_claim, time_of
from oneseek.migrations.format import Format, Reading
from oneseek.migrations.look import Look
from oneseek.migrations.record import Record, record_reader
from oneseek.migrations.rules.constants import is_simulated
from oneseek.migrations.texts import shown

_FAIRNESS = ("demographic_parity", "equal_opportunity", "disparate_impact")
_COUNTS = ("total_interactions", "valid_interactions", "invalid_interactions")
_HASH = re.compile(r"[0-9a-f]{64}")


def _matches(look: Look) -> bool:
    return look.name.lower() == "fairness_report.json"


def _read(record: Record) -> Reading:
    counts = {key: record.count(key, required=True) for key in _COUNTS}
    metrics = record.part("fairness_metrics", required=True)
    measured = figures(metrics, *_FAIRNESS)
    metrics.allow("total_samples", "model_distribution", "source_distribution")
    digest = record.text("dataset_hash", required=True)
    if digest is not None and not _HASH.fullmatch(digest):
        record.note("hash-malformed", "dataset_hash", "64 hex digits", shown(digest, 80))
    claims = [
        *time_claim("created", time_of(record, "timestamp", required=True)),
        *(asserted(key, value) for key, value in counts.items() if value is not None),
        *figure_claims(measured),
    ]
    if digest is not None:
        claims.append(asserted("hash:dataset", digest, "it covers rows that are not in this file"))
    verdict, reason = summed(claims, simulated=is_simulated(measured))
    says = f"{shown(counts['total_interactions'], 40)} interactions"
    return Reading(verdict=verdict, reason=reason, says=says, claims=tuple(claims))


FORMAT = Format(
    name="fairness-report",
    what="the report of a data preparation",
    matches=_matches,
    read=record_reader(_read),
)
