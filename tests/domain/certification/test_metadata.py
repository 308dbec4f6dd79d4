"""The JSON files of a certified version: true values, and null for what nobody measured."""

import json
from dataclasses import replace as replace_field
from typing import Any

import pytest
from msgspec.structs import replace

import builders as make
from oneseek.domain.certification.facts import Facts
from oneseek.domain.certification.metadata import (
    render_json,
    render_metadata,
    render_training_results,
)
from oneseek.domain.names import DnaName

FACTS = Facts(
    name=DnaName.parse(make.dna(1)),
    certified_at=make.TIME,
    software="oneseek-provenance test",
    training=make.TRAINING,
    started=make.started(),
    completed=make.completed(),
    base=make.BASE,
    dataset=make.DATASET,
    evaluation=None,
    parent=None,
)
UNMEASURED = replace_field(FACTS, training=replace(make.TRAINING, metrics=None))


def metadata(facts: Facts) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(render_metadata(facts))
    return found


def results(facts: Facts) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(render_training_results(facts))
    return found


def test_json_is_what_the_json_module_writes_with_one_line_end() -> None:
    value = {"b": [1, 2.5, None, True], "a": {"å": "ä\n"}, "e": [], "o": {}}
    assert render_json(value) == (json.dumps(value, indent=2, ensure_ascii=False) + "\n").encode()


def test_metadata_has_every_field_of_the_founding_documents_with_true_values() -> None:
    found = metadata(FACTS)
    assert list(found)[:8] == [
        "version", "model_name", "legacy_name", "timestamp", "base_models", "training_config",
        "metrics", "fairness_metrics",
    ]  # fmt: skip
    assert found["version"] == "1.0"
    assert found["model_name"] == "OneSeek-7B-Zero"
    assert found["legacy_name"] == "OQT-1.0"
    assert found["timestamp"] == make.TIME
    assert found["base_models"] == ["tiny"]
    assert found["training_config"] == {
        "dataset_size": 45,
        "epochs": 3,
        "batch_size": 8,
        "learning_rate": 0.0001,
        "use_lora": True,
        "lora_rank": 8,
        "lora_alpha": 32,
    }
    assert found["metrics"] == {
        "validation_accuracy": 0.75,
        "fairness_score": None,
        "bias_score": None,
        "consensus_accuracy": None,
    }
    assert set(found["fairness_metrics"]) == {
        "demographic_parity", "equal_opportunity", "disparate_impact",
    }  # fmt: skip
    assert set(found["fairness_metrics"].values()) == {None}
    assert found["provenance"] == {
        "training_data_hash": make.digest("identity"),
        "ledger_block_id": 5,
        "trainer": "oneseek-provenance test",
        "notes": "LoRA training t1 on identity",
    }


def test_metadata_names_what_the_version_was_made_from_by_full_digests() -> None:
    found = metadata(replace_field(FACTS, parent=make.manifest(3)))
    assert found["dna"] == make.dna(1)
    assert (found["language"], found["categories"]) == ("sv", ["Identity"])
    assert found["base_model"]["manifest"] == make.digest("tiny")
    assert found["dataset"]["sha256"] == make.digest("identity")
    assert found["dataset"]["row_root"] == make.digest("rows of identity")
    assert found["weights"] == make.digest("weights of t1")
    assert (found["parent"], found["training"]) == (make.manifest(3), "t1")


def test_nothing_is_claimed_that_was_not_measured() -> None:
    assert set(metadata(UNMEASURED)["metrics"].values()) == {None}
    assert results(UNMEASURED)["metrics"] is None


def test_training_results_say_what_was_done_and_measured() -> None:
    found = results(FACTS)
    assert found["metrics"] == {
        "rows": 5, "tokens": 80, "loss": 1.25, "perplexity": 3.49, "token_accuracy": 0.75,
        "exact_match": None,
    }  # fmt: skip
    assert found["recipe"]["learning_rate"] == 0.0001
    assert found["recipe"]["lora_rank"] == 8
    assert found["recipe"]["target_modules"] == ["q_proj", "v_proj"]
    assert found["environment"]["packages"] == {"torch": "2.13.0"}
    assert found["duration_seconds"] == 61.5
    assert (found["samples"], found["epochs"], found["steps"]) == (45, 3, 18)
    assert found["measured_on"] == {"dataset": "identity", "held_out": True}
    assert found["objects"]["losses"] == make.digest("losses of t1")


def test_every_recorded_decimal_of_a_recipe_becomes_a_number() -> None:
    decimals = {key for key, value in results(FACTS)["recipe"].items() if isinstance(value, float)}
    texts = {
        key
        for key in make.RECIPE.__struct_fields__
        if isinstance(value := getattr(make.RECIPE, key), str) and value[0].isdigit()
    }
    assert decimals == texts


@pytest.mark.parametrize("threshold", [None, "0.5"])
def test_an_absent_threshold_stays_null(threshold: str | None) -> None:
    started = replace(make.started(), recipe=replace(make.RECIPE, auto_stop_threshold=threshold))
    found = results(replace_field(FACTS, started=started))["recipe"]["auto_stop_threshold"]
    assert found == (None if threshold is None else 0.5)


def test_an_evaluation_dataset_is_named() -> None:
    evaluation = replace(make.DATASET, name="identity_eval", dataset=make.digest("eval"))
    found = results(replace_field(FACTS, evaluation=evaluation))
    assert found["measured_on"] == {"dataset": "identity_eval", "held_out": False}


def test_the_same_facts_give_the_same_bytes() -> None:
    again = replace_field(FACTS, name=DnaName.parse(str(FACTS.name)))
    assert render_metadata(FACTS) == render_metadata(again)
    assert render_training_results(FACTS) == render_training_results(again)
    assert render_metadata(FACTS).endswith(b"}\n")
