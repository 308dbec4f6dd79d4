import pytest

from legacy_names import read
from legacy_samples import sample
from oneseek.migrations.look import read_json
from oneseek.migrations.rules.languages import language_by_order, language_by_position


@pytest.mark.parametrize(
    ("file", "by_position", "by_order"),
    [
        ("english_swedish.jsonl", "en", "sv"),
        ("swedish_english.jsonl", "sv", "sv"),
        ("Svenska_data.jsonl", "sv", "sv"),
        ("finnish_norsk.jsonl", "fi", "no"),
        ("suomi.jsonl", "fi", "fi"),
        ("dansk_norwegian.jsonl", "da", "no"),
        ("challenge_svensk.jsonl", "en", "sv"),
        ("education_civic_literacy_sv_v1.jsonl", "en", "en"),
        ("oneseek_identity_v1.jsonl", "en", "en"),
        ("", "en", "en"),
    ],
)
def test_both_functions_read_the_words_of_a_file_in_their_own_way(
    file: str, by_position: str, by_order: str
) -> None:
    assert language_by_position(file) == by_position
    assert language_by_order(file) == by_order


def test_a_real_folder_has_the_language_of_its_file_or_one_that_was_given() -> None:
    tree = sample("reset_before_after") / "0_before/models/oneseek-certified"
    for file in tree.glob("*/training_results.json"):
        record = read_json(file.read_bytes()).value
        assert isinstance(record, dict)
        assert language_by_position(record["dataset"].split("/")[-1]) == "en"
    found = {read(file.parent.name).language for file in tree.glob("*/training_results.json")}
    assert found == {"en", "sv", "ensv"}
