from typing import Any

from legacy_samples import sample
from migrations.examples import DNA, EXAMPLES, example, look_at
from migrations.reading import claim, read, version
from oneseek.migrations.classing import classify
from oneseek.migrations.format import VersionFacts
from oneseek.migrations.verdicts import Verdict

KIND = "certified-metadata"


def changed(**fields: Any) -> Any:
    made = example(KIND)
    made.value.update(fields)
    return made


def test_what_it_says_of_the_version() -> None:
    facts = version(EXAMPLES[KIND])
    assert (facts.name, facts.language) == (DNA, "sv")
    assert facts.base_models == ("kb-llama-3-1-8b-swedish",)
    assert facts.adapters == tuple(EXAMPLES[KIND].value["adapters"])
    assert (facts.created, facts.created_zone) == ("2025-11-25T18:25:38.187329Z", "utc")
    assert facts.simulated


def test_constants_are_told_from_the_measured_loss() -> None:
    reading = read(EXAMPLES[KIND])
    assert claim(reading, "metric:loss").reason == "only the record says so"
    for field in ("accuracy", "fairness", "bias_score"):
        assert claim(reading, f"metric:{field}").reason.startswith("asserted, matches a constant")
    assert reading.verdict is Verdict.ASSERTED
    assert "constants of the old code" in reading.reason


def test_the_times_of_the_duration_are_local_with_a_false_z() -> None:
    reading = read(EXAMPLES[KIND])
    assert "zone false-z" in claim(reading, "training-start").reason
    assert "zone false-z" in claim(reading, "training-end").reason
    assert "zone utc" in claim(reading, "created").reason


def test_hashes_that_are_not_those_of_the_name_contradict_it() -> None:
    right = read(EXAMPLES[KIND])
    assert claim(right, "name-part:trainingData").verdict is Verdict.ASSERTED
    wrong = read(changed(hashes={"trainingData": "00000000", "modelWeights": "11111111"}))
    assert claim(wrong, "name-part:modelWeights").verdict is Verdict.CONTRADICTED
    assert wrong.verdict is Verdict.CONTRADICTED


def test_figures_that_the_server_replaced_are_not_simulated() -> None:
    facts = version(changed(metrics={"loss": 6.049, "accuracy": None, "fairness": None}))
    assert not facts.simulated


def test_a_chain_with_a_path_that_leads_out_is_kept_as_text() -> None:
    chain = ["lora_adapters/a", "../../../etc", "a", "a"]
    reading = read(changed(adapters=chain))
    assert isinstance(reading.facts, VersionFacts)
    assert reading.facts.adapters == tuple(chain)
    checks = [finding.check for finding in reading.findings]
    assert checks == ["path-leads-out", "adapter-repeated"]


def test_one_loss_for_all_epochs_is_told() -> None:
    same = changed(epochLosses=[{"epoch": 1, "loss": 2.5}, {"epoch": 2, "loss": 2.5}])
    assert "repeats the last one" in claim(read(same), "epoch-losses").reason
    assert claim(read(EXAMPLES[KIND]), "epoch-losses").reason == "only the record says so"


def test_missing_fields_are_named() -> None:
    made = example(KIND)
    for key in ("dna", "hashes", "language"):
        del made.value[key]
    found = {finding.where.rpartition(": ")[2] for finding in read(made).findings}
    assert {"dna", "hashes", "language"} <= found


def test_a_file_that_lost_its_extension_is_the_same_record() -> None:
    path = EXAMPLES[KIND].path.removesuffix(".json")
    found = classify(look_at(path, EXAMPLES[KIND].data))
    assert found.form is not None
    assert found.form.name == KIND
    assert found.reading is not None
    assert [finding.check for finding in found.reading.findings] == ["name-odd"]


def test_the_records_of_a_real_tree_are_read_without_a_finding() -> None:
    root = sample("certified_cli") / "models/oneseek-certified"
    for name in ("metadata.json", "training_results.json", "live_metrics.json"):
        for path in root.glob(f"*/{name}"):
            where = str(path.relative_to(root))
            found = classify(look_at(where, path.read_bytes()))
            assert found.reading is not None
            assert not found.reading.findings
