"""``metadata.json`` and ``training_results.json`` of a certified version.

The fields of the founding documents 000 to 002 come first, with true values; what nobody measured
is null. Ours follow. Numbers are JSON numbers here: these files are for readers, not for hashing
by rules of their own.
"""

from typing import Any

import msgspec

from oneseek.domain.certification.facts import Facts
from oneseek.domain.names import MODEL_NAME
from oneseek.domain.recipe import Metrics, Recipe

LEGACY_NAME = "OQT-1.0"


def render_json(value: object) -> bytes:
    """Return ``value`` as indented JSON in the order given, UTF-8, with one newline at the end."""
    return msgspec.json.format(msgspec.json.encode(value), indent=2) + b"\n"


def render_metadata(facts: Facts) -> bytes:
    """Return the bytes of ``metadata.json``."""
    metrics = facts.training.metrics
    return render_json(
        {
            "version": facts.name.version,
            "model_name": MODEL_NAME,
            "legacy_name": LEGACY_NAME,
            "timestamp": facts.certified_at,
            "base_models": [facts.base.name],
            "training_config": {
                "dataset_size": facts.completed.rows_trained,
                "epochs": facts.completed.epochs,
                "batch_size": facts.started.recipe.batch_size,
                "learning_rate": float(facts.started.recipe.learning_rate),
                "use_lora": True,
                "lora_rank": facts.started.recipe.lora_rank,
                "lora_alpha": facts.started.recipe.lora_alpha,
            },
            "metrics": {
                "validation_accuracy": float(metrics.token_accuracy) if metrics else None,
                "fairness_score": None,
                "bias_score": None,
                "consensus_accuracy": None,
            },
            "fairness_metrics": {
                "demographic_parity": None,
                "equal_opportunity": None,
                "disparate_impact": None,
            },
            "provenance": {
                "training_data_hash": facts.dataset.dataset,
                "ledger_block_id": facts.training.ended,
                "trainer": facts.software,
                "notes": f"LoRA training {facts.training.training} on {facts.dataset.name}",
            },
            "dna": str(facts.name),
            "language": facts.name.language,
            "categories": list(facts.name.categories),
            "base_model": {
                "name": facts.base.name,
                "manifest": facts.base.manifest,
                "architecture": facts.base.architecture,
                "licence": facts.base.licence,
            },
            "dataset": {
                "name": facts.dataset.name,
                "sha256": facts.dataset.dataset,
                "rows": facts.dataset.rows,
                "row_root": facts.dataset.row_root,
                "licence": facts.dataset.licence,
            },
            "weights": facts.completed.weights,
            "parent": facts.parent,
            "training": facts.training.training,
        }
    )


def render_training_results(facts: Facts) -> bytes:
    """Return the bytes of ``training_results.json``: the recipe, and what was measured."""
    done = facts.completed
    return render_json(
        {
            "dna": str(facts.name),
            "version": facts.name.version,
            "baseModels": [facts.base.name],
            "dataset": facts.dataset.name,
            "samples": done.rows_trained,
            "epochs": done.epochs,
            "steps": done.steps,
            "stopped_early": done.stopped_early,
            "duration_seconds": done.duration_ms / 1000,
            "trainable_parameters": done.trainable_parameters,
            "rows_cut": done.rows_cut,
            "metrics": _metrics(facts.training.metrics),
            "measured_on": {
                "dataset": (facts.evaluation or facts.dataset).name,
                "held_out": facts.evaluation is None,
            },
            "recipe": _recipe(facts.started.recipe),
            "environment": msgspec.to_builtins(facts.started.environment),
            "objects": {"losses": done.losses, "row_order": done.row_order},
        }
    )


def _metrics(metrics: Metrics | None) -> dict[str, Any] | None:
    if metrics is None:
        return None
    found: dict[str, Any] = msgspec.to_builtins(metrics)
    return {key: float(value) if isinstance(value, str) else value for key, value in found.items()}


def _recipe(recipe: Recipe) -> dict[str, Any]:
    found: dict[str, Any] = msgspec.to_builtins(recipe)
    numbers = {
        "lora_dropout",
        "learning_rate",
        "warmup_ratio",
        "weight_decay",
        "max_grad_norm",
        "auto_stop_threshold",
        "evaluation_share",
    }
    return {
        key: float(value) if key in numbers and value is not None else value
        for key, value in found.items()
    }
