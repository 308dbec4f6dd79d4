import pytest

from legacy_names import read
from legacy_samples import sample
from oneseek.migrations.look import read_json
from oneseek.migrations.rules.categories import (
    CATEGORIES,
    categories,
    categories_of_path,
    categories_part,
    stem,
    tokens,
    tokens_part,
)


@pytest.mark.parametrize(
    ("file", "found"),
    [
        ("oneseek_identity_core_verification_v1.jsonl", {"Identity"}),
        ("education_civic_literacy_sv_v1.jsonl", {"CivicID", "SwedID"}),
        ("datasets/sverige/education_civic_literacy_sv_v1.jsonl", {"CivicID", "SwedID"}),
        (r"C:\civic\swedish-privacy-data.json", {"SwedID", "Privacy"}),
        ("civic_identity_train.jsonl", {"CivicID", "Identity"}),
        ("Fairness.NORDIC.jsonl", {"Fairness", "Nordic"}),
        ("test id unbiased.jsonl", set()),
        (" id _ chat .jsonl", {"Identity", "Conversational"}),
        (
            "civicid_swedid_dialogue_scandinavia.jsonl",
            {*"CivicID SwedID Conversational Nordic".split()},
        ),
        ("merged_1795199301529.jsonl", set()),
        ("civic/data.jsonl", set()),
        ("data.civic", set()),
        ("", set()),
    ],
)
def test_the_words_of_a_file_are_its_categories(file: str, found: set[str]) -> None:
    assert categories(file) == found


@pytest.mark.parametrize("word", ["civic_id", "swed_id"])
def test_what_the_old_map_held_with_an_underscore_never_matched_as_one_word(word: str) -> None:
    assert categories(f"{word}.jsonl") == categories(f"{word.split('_')[0]}_id.jsonl")
    assert "Identity" in categories(f"{word}.jsonl")


@pytest.mark.parametrize(
    ("path", "found"),
    [
        ("civic_identity.jsonl", {"CivicID", "Identity"}),
        ("datasets/civic_identity.jsonl", {"Identity"}),
        ("sv_civic/data_x.chat", {"SwedID", "Conversational"}),
        ("id_private_fair_unbiased_ethical_answer_instruct_dialog_dialogue_scandinavia", set()),
        ("gdpr_bias_ethics_question_instruction_conversation", {
            "Privacy", "Fairness", "Ethics", "QA", "Instruction", "Conversational"
        }),
    ],
)  # fmt: skip
def test_the_standalone_script_reads_the_whole_path_with_fewer_words(
    path: str, found: set[str]
) -> None:
    assert categories_of_path(path) == found


def test_the_standalone_script_sorts_what_all_paths_have() -> None:
    assert categories_part(["swedish.jsonl", "civic.jsonl"]) == "dsCivicID-SwedID"
    assert categories_part(["x.jsonl"]) == "dsGeneral"
    assert categories_part([]) == "dsGeneral"


@pytest.mark.parametrize(
    ("file", "found"),
    [
        ("oneseek_identity_core_v1.jsonl", ("oneseek", "identity", "core")),
        ("oneseek_identity_core_verification_v1.jsonl", ("oneseek", "identity", "core")),
        ("merged_1795199301529.jsonl", ("1795199301529",)),
        ("CivicID_SwedID_combined.jsonl", ("CivicID", "SwedID")),
        ("a+bc-Train_VAL_training.jsonl", ("bc", "training")),
        ("min data.v2.jsonl", ("min data.v2",)),
        (".jsonl", (".jsonl",)),
        ("train_test.jsonl", ("Default",)),
        ("", ("Default",)),
    ],
)
def test_three_words_of_a_file_are_in_the_name_of_a_folder(
    file: str, found: tuple[str, ...]
) -> None:
    assert tokens(file) == found
    assert tokens_part(file) == f"ds{'-'.join(found)}"


@pytest.mark.parametrize(
    ("path", "found"),
    [("a/b.c.d", "b.c"), ("a/.b", ".b"), ("b.", "b."), ("a/b/", "b"), ("..b", ".")],
)
def test_a_stem_is_what_the_old_pythons_said(path: str, found: str) -> None:
    assert stem(path) == found


def test_there_are_twelve_categories() -> None:
    assert len(CATEGORIES) == 12


def test_the_folders_of_a_real_tree_are_called_after_their_data_sets() -> None:
    tree = sample("reset_before_after") / "0_before/models/oneseek-certified"
    results = list(tree.glob("*/training_results.json"))
    assert len(results) == 3
    for file in results:
        record = read_json(file.read_bytes()).value
        assert isinstance(record, dict)
        assert read(file.parent.name).datasets == tokens(record["dataset"])
