import pytest

from legacy_samples import sample
from migrations.examples import EXAMPLES, example, look_at
from migrations.reading import claim, read
from oneseek.migrations.classing import classify
from oneseek.migrations.rules import name_hashes as rule
from oneseek.migrations.verdicts import Verdict

KIND = "dna-record"


def test_shares_categories_and_time_give_the_name() -> None:
    reading = read(EXAMPLES[KIND])
    for about in ("hash:weights", "categories", "hash:time"):
        assert claim(reading, about).verdict is Verdict.VERIFIED


@pytest.mark.parametrize(
    ("field", "value", "about"),
    [
        ("timestamp", "2025-11-22T10:00:00.500001+00:00", "hash:time"),
        ("dataset_categories", ["CivicID"], "categories"),
        ("final_weights", {"llama-2": 1.0}, "hash:weights"),
    ],
)
def test_a_changed_value_contradicts_the_name(field: str, value: object, about: str) -> None:
    made = example(KIND)
    made.value[field] = value
    assert claim(read(made), about).verdict is Verdict.CONTRADICTED


def test_a_name_of_the_first_generation_holds_a_hash_of_the_categories() -> None:
    made = example(KIND)
    value = made.value
    digits = (
        rule.weights8(value["final_weights"]),
        rule.categories8(value["dataset_categories"]),
        rule.time8(value["timestamp"]),
    )
    value["dna"] = f"OneSeek-7B-Zero.v1.0.{'.'.join(digits)}"
    reading = read(made)
    assert claim(reading, "hash:categories").verdict is Verdict.VERIFIED
    assert claim(reading, "hash:weights").verdict is Verdict.VERIFIED
    value["dataset_categories"] = []
    assert claim(read(made), "hash:categories").verdict is Verdict.CONTRADICTED


def test_the_real_record_gives_its_name() -> None:
    root = sample("era3_signed_dynamic") / "models/oneseek-certified"
    where = "run-20251123-120000/oneseek_dna.json"
    reading = classify(look_at(where, (root / where).read_bytes())).reading
    assert reading is not None
    for about in ("hash:weights", "categories", "hash:time"):
        assert claim(reading, about).verdict is Verdict.VERIFIED
