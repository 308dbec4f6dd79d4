from migrations.examples import EXAMPLES, example
from migrations.reading import checks, claim, read
from oneseek.migrations.format import AdapterFacts

KIND = "adapter-config"


def test_an_adapter_says_its_rank_and_an_old_path_of_its_base() -> None:
    reading = read(EXAMPLES[KIND])
    assert reading.facts == AdapterFacts(
        base="/srv/civicai/models/KB-Llama-3.1-8B-Swedish",
        rank=4,
        alpha=8.0,
        targets=("v_proj", "q_proj"),
        peft_type="LORA",
    )
    assert "KB-Llama-3.1-8B-Swedish" in claim(reading, "base").reason
    assert claim(reading, "target_modules").says == "q_proj, v_proj"


def test_the_older_form_without_a_base_is_no_finding() -> None:
    made = example(KIND)
    del made.value["base_model_name_or_path"]
    made.value["target_modules"] = "all-linear"
    reading = read(made)
    assert not reading.findings
    assert isinstance(reading.facts, AdapterFacts)
    assert reading.facts.base is None
    assert reading.facts.targets == ("all-linear",)


def test_a_rank_that_is_none_is_told() -> None:
    made = example(KIND)
    made.value["r"] = -4
    assert checks(read(made)) == ["field-type"]
