from typing import Any

import pytest

from legacy_samples import sample
from migrations.examples import EXAMPLES, example, look_at
from migrations.reading import claim, read, version
from oneseek.migrations.classing import classify
from oneseek.migrations.rules import name_hashes as rule
from oneseek.migrations.verdicts import Verdict

KIND = "training-results"


def changed(**fields: Any) -> Any:
    made = example(KIND)
    made.value.update(fields)
    return made


def test_both_hashes_of_the_name_recompute_from_this_file_alone() -> None:
    reading = read(EXAMPLES[KIND])
    first = claim(reading, "hash:trainingData")
    assert first.verdict is Verdict.RECONSTRUCTED
    assert "SwedID, CivicID" in first.reason
    assert "no content of the dataset" in first.reason
    second = claim(reading, "hash:modelWeights")
    assert second.verdict is Verdict.RECONSTRUCTED
    assert "no byte of weights" in second.reason
    assert reading.verdict is Verdict.ASSERTED


@pytest.mark.parametrize(
    ("field", "value", "about"),
    [
        ("final_loss", 2.4, "hash:modelWeights"),
        ("timestamp", "2025-11-25T19:24:54.881318", "hash:modelWeights"),
        ("samples", 451, "hash:trainingData"),
        ("dataset", "datasets/x/other_civic_sv.jsonl", "hash:trainingData"),
    ],
)
def test_a_value_that_was_changed_contradicts_the_name(
    field: str, value: object, about: str
) -> None:
    reading = read(changed(**{field: value}))
    assert claim(reading, about).verdict is Verdict.CONTRADICTED
    assert reading.verdict is Verdict.CONTRADICTED


def test_without_its_ingredients_a_hash_is_only_said() -> None:
    made = example(KIND)
    del made.value["final_loss"]
    found = claim(read(made), "hash:modelWeights")
    assert found.verdict is Verdict.ASSERTED
    assert "without final_loss" in found.reason


def test_a_path_of_windows_and_categories_that_the_name_does_not_give_are_tried() -> None:
    made = changed(dataset="C:\\civic\\datasets\\education_civic_literacy_sv_v1.jsonl")
    assert claim(read(made), "hash:trainingData").verdict is Verdict.RECONSTRUCTED
    first = rule.training_data8("plain.jsonl", 450, ["Privacy", "Ethics"])
    dna = EXAMPLES[KIND].value["dna"].split(".")
    made = changed(dataset="x/plain.jsonl", dna=".".join([*dna[:-2], first, dna[-1]]))
    found = claim(read(made), "hash:trainingData")
    assert found.verdict is Verdict.RECONSTRUCTED
    assert "found by trying" in found.reason


def test_a_name_of_the_second_generation_recomputes_from_shares_and_time() -> None:
    value = EXAMPLES[KIND].value
    shares = rule.weights8(rule.equal_shares(value["trained_models"]))
    name = f"OneSeek-7B-Zero.v1.0.sv.dsCivicID.{shares}.{rule.time8(value['timestamp'])}"
    reading = read(changed(dna=name))
    assert claim(reading, "hash:weights").verdict is Verdict.RECONSTRUCTED
    assert claim(reading, "hash:time").verdict is Verdict.RECONSTRUCTED


def test_its_time_is_local_and_its_figures_are_handed_on() -> None:
    facts = version(EXAMPLES[KIND])
    assert facts.created_zone == "local"
    assert facts.simulated
    assert facts.values["final_loss"] == 2.5
    assert facts.values["samples"] == 450
    assert facts.values["trained_models"] == ("kb-llama-3-1-8b-swedish",)


@pytest.mark.parametrize("name", ["certified_cli", "reset_before_after"])
def test_every_name_of_the_real_trees_recomputes(name: str) -> None:
    root = sample(name)
    paths = list(root.rglob("OneSeek-7B-Zero.v*/training_results.json"))
    assert paths
    for path in paths:
        found = classify(look_at(str(path.relative_to(root)), path.read_bytes()))
        assert found.reading is not None
        for about in ("hash:trainingData", "hash:modelWeights"):
            assert claim(found.reading, about).verdict is Verdict.RECONSTRUCTED
