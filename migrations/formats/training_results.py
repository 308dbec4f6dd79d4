"""``training_results.json`` of a certified model: what both hashes in its name were made of.

So the name can be recomputed from this one file. It covers a file name, a count, a loss and a time:
neither a dataset's content nor a byte of weights.
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
from oneseek.migrations.name_check import Ingredients, name_claims
from oneseek.migrations.record import Record, record_reader
from oneseek.migrations.rules.constants import is_simulated
from oneseek.migrations.texts import shown

NAMES = frozenset(("training_results.json", "training_results"))
_METRICS = ("training_loss", "validation_accuracy", "fairness_score", "bias_score")
_FAIRNESS = ("demographic_parity", "equal_opportunity", "disparate_impact")


def _matches(look: Look) -> bool:
    # Those of the dynamic trainer have a lower rank.
    return look.name.lower() in NAMES


def _read(record: Record) -> Reading:
    started = time_of(record, "timestamp", required=True)
    bases = record.texts("baseModels")
    settings = figures(record, "epochs", "duration_seconds")
    loss = record.number("final_loss", required=True)
    metrics = record.part("metrics")
    metrics.allow("models_trained", "multi_model_mode", "dual_model_mode", "device", "epoch_losses")
    measured = figures(metrics, *_METRICS, "consensus_accuracy")
    measured |= figures(record.part("fairness_metrics"), *_FAIRNESS)
    ingredients = Ingredients(
        dna=record.text("dna", required=True),
        dataset=record.text("dataset", required=True),
        samples=record.count("samples", required=True),
        final_loss=loss,
        timestamp=started.text or None,
        models=record.texts("trained_models"),
    )
    claims = [
        *said_claims(record, ("dna", "version", "dataset", "samples")),
        *(asserted("base", base) for base in bases),
        *time_claim("training-start", started),
        *figure_claims({} if loss is None else {"final_loss": loss}),
        *figure_claims(measured),
        *(asserted(f"training:{key}", value) for key, value in settings.items()),
        *name_claims(ingredients),
    ]
    simulated = is_simulated(measured)
    verdict, reason = summed(claims, simulated=simulated)
    facts = VersionFacts(
        name=ingredients.dna,
        version=record.text("version"),
        base_models=bases,
        created=started.text or None,
        created_zone=started.zone,
        simulated=simulated,
        values={
            "dataset": ingredients.dataset,
            "samples": ingredients.samples,
            "final_loss": loss,
            "timestamp": ingredients.timestamp,
            "trained_models": ingredients.models,
            **measured,
        },
    )
    says = f"{shown(ingredients.dna or '?', 160)}, loss {shown(loss, 40)}"
    return Reading(verdict=verdict, reason=reason, says=says, facts=facts, claims=tuple(claims))


FORMAT = Format(
    name="training-results",
    what="results of a training",
    matches=_matches,
    read=record_reader(_read),
)
