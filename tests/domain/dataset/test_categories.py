import pytest
from hypothesis import given
from hypothesis import strategies as st

from oneseek.domain.dataset.categories import check_categories, derive_categories
from oneseek.domain.errors import InvalidInput
from oneseek.domain.names import DnaName

WORDS = {
    "CivicID": ("civic", "civicid"),
    "Identity": ("identity", "id"),
    "SwedID": ("swedish", "swed"),
    "Privacy": ("privacy", "private", "gdpr"),
    "Nordic": ("nordic", "scandinavian"),
    "Fairness": ("fairness", "fair", "bias", "unbiased"),
    "Transparency": ("transparency", "transparent"),
    "Ethics": ("ethics", "ethical"),
    "Multilingual": ("multilingual",),
    "QA": ("qa", "question", "answer"),
    "Instruction": ("instruction", "instruct"),
    "Conversational": ("chat", "conversation", "dialog"),
}


@pytest.mark.parametrize(
    ("word", "category"), [(word, category) for category, words in WORDS.items() for word in words]
)
def test_a_word_stands_for_a_category_however_it_is_joined(word: str, category: str) -> None:
    for name in (
        word,
        word.upper(),
        f"oneseek_{word}_v1.jsonl",
        f"a-{word}",
        f"a {word}",
        f"a.{word}",
    ):
        assert derive_categories(name) == (category,)


@pytest.mark.parametrize(
    ("name", "categories"),
    [
        ("oneseek_identity_v1", ("Identity",)),
        ("oneseek_identity_core_verification_v1.jsonl", ("Identity",)),
        ("oneseek_identity_sv_v1.jsonl", ("Identity",)),
        ("CivicID_SwedID", ("CivicID",)),
        ("civic_id_swedish", ("CivicID", "Identity", "SwedID")),
        ("gdpr-privacy-private", ("Privacy",)),
        ("fair_qa_chat", ("Conversational", "Fairness", "QA")),
        ("education-civic-literacy", ("CivicID",)),
    ],
)
def test_the_categories_of_a_name_are_sorted_and_each_is_there_once(
    name: str, categories: tuple[str, ...]
) -> None:
    assert derive_categories(name) == categories


@pytest.mark.parametrize(
    "name", ["", "sv", "merged_1795199301529", "identityx", "idé", "1", ".jsonl"]
)
def test_other_names_stand_for_none(name: str) -> None:
    assert derive_categories(name) == ()


@given(st.lists(st.sampled_from([word for words in WORDS.values() for word in words] + ["x", "7"])))
def test_whatever_is_derived_can_stand_in_a_dna_name(words: list[str]) -> None:
    name = DnaName.of(
        major=1,
        minor=0,
        language="sv",
        categories=derive_categories("_".join(words)),
        weights="0" * 64,
        certified_at="2026-11-20T18:25:38.187329Z",
    )
    assert DnaName.parse(str(name)) == name
    assert len(str(name)) < 200


def test_given_categories_are_sorted_and_each_is_there_once() -> None:
    assert check_categories(("QA", "Ethics", "QA")) == ("Ethics", "QA")
    assert check_categories(()) == ()
    assert check_categories(("C" * 120,)) == ("C" * 120,)


@pytest.mark.parametrize(
    "categories",
    [("",), ("A b",), ("A-b",), ("Å",), ("a\n",), ("../a",), ("C" * 121,), ("C" * 60, "D" * 60)],
)
def test_categories_that_cannot_stand_in_a_name_are_refused(categories: tuple[str, ...]) -> None:
    with pytest.raises(InvalidInput):
        check_categories(categories)
