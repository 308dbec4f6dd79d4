"""The model card: front matter that every YAML reader takes for what it is, and true sentences."""

from dataclasses import replace as replace_field
from typing import Any

import pytest
from msgspec.structs import replace

import builders as make
from oneseek.domain.certification.facts import Facts
from oneseek.domain.certification.model_card import render_model_card
from oneseek.domain.names import DnaName

yaml = pytest.importorskip("yaml")

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


def card(facts: Facts) -> str:
    return render_model_card(facts).decode()


def front_matter(facts: Facts) -> dict[str, Any]:
    start, matter, body = card(facts).split("---\n", 2)
    assert start == ""
    assert body.startswith("\n# ")
    found: dict[str, Any] = yaml.safe_load(matter)
    return found


def test_the_front_matter_says_what_hugging_face_asks_for() -> None:
    assert front_matter(FACTS) == {
        "base_model": "tiny",
        "base_model_relation": "adapter",
        "library_name": "peft",
        "pipeline_tag": "text-generation",
        "language": ["sv"],
        "datasets": ["identity"],
        "license": "apache-2.0",
        "tags": ["lora", "oneseek", "provenance"],
        "oneseek": {
            "dna": make.dna(1),
            "base_model_manifest": f"sha256:{make.digest('tiny')}",
            "dataset": f"sha256:{make.digest('identity')}",
            "dataset_row_root": f"sha256:{make.digest('rows of identity')}",
            "weights": f"sha256:{make.digest('weights of t1')}",
        },
        "model-index": [
            {
                "name": make.dna(1),
                "results": [
                    {
                        "task": {"type": "text-generation"},
                        "dataset": {
                            "name": "identity",
                            "type": "identity",
                            "revision": f"sha256:{make.digest('identity')}",
                        },
                        "metrics": [
                            {"type": "loss", "name": "loss per token", "value": 1.25},
                            {"type": "perplexity", "name": "perplexity", "value": 3.49},
                            {"type": "accuracy", "name": "token accuracy", "value": 0.75},
                        ],
                    }
                ],
            }
        ],
    }


@pytest.mark.parametrize("number", ["2e-05", "1.5e-05", "0.25", "1", "1e+16", "0.0"])
def test_a_measured_number_is_read_as_this_number(number: str) -> None:
    metrics = replace(make.METRICS, exact_match=number)
    facts = replace_field(FACTS, training=replace(make.TRAINING, metrics=metrics))
    (result,) = front_matter(facts)["model-index"][0]["results"]
    (found,) = (each for each in result["metrics"] if each["type"] == "exact_match")
    assert found["value"] == float(number)
    assert f"| exact answers | {number} |" in card(facts)


@pytest.mark.parametrize(
    ("language", "codes"),
    [("sv", ["sv"]), ("en", ["en"]), ("ensv", ["en", "sv"]), ("no", ["no"]), ("fi", ["fi"])],
)
def test_the_language_is_a_list_of_codes(language: str, codes: list[str]) -> None:
    name = replace_field(FACTS.name, language=language)
    assert front_matter(replace_field(FACTS, name=name))["language"] == codes


@pytest.mark.parametrize(
    "name", ["no", "on", "Yes", "null", "true", "1", "1.0", "1e5", "0x1f", "2026-11-20", "0o7", "a"]
)
def test_a_name_that_yaml_would_take_for_something_else_stays_a_name(name: str) -> None:
    found = front_matter(
        replace_field(
            FACTS, base=replace(make.BASE, name=name), dataset=replace(make.DATASET, name=name)
        )
    )
    assert (found["base_model"], found["datasets"]) == (name, [name])


@pytest.mark.parametrize(
    ("licence", "found"),
    [
        ("Apache-2.0", "apache-2.0"),
        ("MIT", "mit"),
        ("Llama 2: see LICENSE", "llama 2: see license"),
        ('"quoted" # no comment', '"quoted" # no comment'),
        ("cc0\ntags:\n- forged", "cc0\ntags:\n- forged"),
        ("no", "no"),
        ("eget – fritt", "eget – fritt"),
    ],
)
def test_any_licence_stays_one_text(licence: str, found: str) -> None:
    matter = front_matter(replace_field(FACTS, base=replace(make.BASE, licence=licence)))
    assert matter["license"] == found
    assert matter["tags"] == ["lora", "oneseek", "provenance"]


def test_an_unknown_licence_is_left_out() -> None:
    facts = replace_field(FACTS, base=replace(make.BASE, licence=None))
    assert "license" not in front_matter(facts)


@pytest.mark.parametrize(
    "sentence",
    [
        f"# {make.dna(1)}",
        "| ledger | training-completed is entry 5 |",
        "| continues from | the base model |",
        f"manifest `{make.digest('tiny')}`",
        f"file `{make.digest('identity')}`, row root `{make.digest('rows of identity')}`",
        "45 of 50 rows",
        "On 5 rows of `identity` that were not trained on:",
        "| loss per token | 1.25 |",
        "| exact answers | not measured |",
        "Fairness and bias were not measured",
    ],
)
def test_the_card_says(sentence: str) -> None:
    assert sentence in card(FACTS)


def test_a_card_without_measurements_claims_nothing() -> None:
    found = card(replace_field(FACTS, training=replace(make.TRAINING, metrics=None)))
    assert "Nothing is claimed" in found
    assert "| metric |" not in found
    assert "model-index" not in found


def test_a_card_names_the_version_that_it_continues_from() -> None:
    facts = replace_field(FACTS, parent=make.manifest(3))
    assert f"| continues from | `{make.manifest(3)}` |" in card(facts)
    assert front_matter(facts)["oneseek"]["parent_manifest"] == f"sha256:{make.manifest(3)}"


def test_a_card_names_the_evaluation_dataset() -> None:
    facts = replace_field(FACTS, evaluation=replace(make.DATASET, name="identity_eval"))
    assert "On 5 rows of `identity_eval`" in card(facts)


def test_a_card_ends_with_one_line_end_and_has_no_blanks_at_line_ends() -> None:
    found = card(FACTS)
    assert found.endswith("alone.\n")
    assert all(line == line.rstrip() for line in found.split("\n"))
