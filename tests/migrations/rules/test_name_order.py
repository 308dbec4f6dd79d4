import unicodedata
from itertools import pairwise

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from legacy_names import HEX8, LANGUAGE, NUMBERS, TOKENS
from oneseek.migrations.rules.name_order import disagreement, sort_key
from oneseek.migrations.rules.names import read_name

FOLDER = "OneSeek-7B-Zero.v1.0.sv.dsoneseek-identity-core.79171dc2.3a95b79b"
IN_ORDER = [
    "OQT-1.0.v9.0",
    "OQT-1.0.v13",
    "oqt-1.0-v13.2.pth",
    "OQT-1.0.v13.156",
    "1.2.0",
    "1.2.10",
    "OneSeek-7B-Zero.v1.0",
    "oneseek-7b-zero-v1.9.json",
    "OneSeek-7B-Zero.v1.10",
    "oneseek-7b-zero-v1.10-mistral-20251101000000",
    "oneseek-7b-zero-v1.10-llama-20251201000000",
    "OneSeek-7B-Zero.v1.10.en.dsab.79171dc2.3a95b79b",
    "OneSeek-7B-Zero.v1.10.sv.dsab.79171dc2.3a95b79b",
    "v2.0.en.dsCivicID.79171dc2.3a95b79b",
    "run-20251123-120000",
    "run-20251124-120000",
    "metadata.json",
]

TEXTS = st.one_of(
    st.text(max_size=8),
    st.sampled_from(IN_ORDER),
    st.builds("OneSeek-7B-Zero.v{}.{}".format, NUMBERS, NUMBERS),
    st.builds(
        lambda minor, language, tokens, hash8: (
            f"OneSeek-7B-Zero.v1.{minor}.{language}.ds{'-'.join(tokens)}.{hash8}.{hash8}"
        ),
        NUMBERS,
        LANGUAGE,
        TOKENS,
        HEX8,
    ),
)


def test_versions_are_sorted_as_numbers_and_older_systems_come_first() -> None:
    names = [read_name(text) for text in reversed(IN_ORDER)]
    assert [name.text for name in sorted(names, key=sort_key)] == IN_ORDER


@example(["OneSeek-7B-Zero.v1.0-å", "OneSeek-7B-Zero.v1.0-a\u030a"])
@given(st.lists(TEXTS, max_size=12, unique=True))
def test_any_names_have_one_order(texts: list[str]) -> None:
    keys = sorted(sort_key(read_name(text)) for text in texts)
    assert all(one < other for one, other in pairwise(keys))


@pytest.mark.parametrize(
    "other",
    [
        FOLDER,
        pytest.param("OneSeek-7B-Zero.v1.0", id="a display name says less"),
        pytest.param("oneseek-7b-zero-v1.0.json", id="a file's model is lower case"),
        pytest.param("1.0", id="a version alone"),
        pytest.param("OneSeek-7B-Zero.v1", id="a version cut at its first dot"),
        pytest.param("OneSeek-7B-Zero.v1.0.79171dc2.3a95b79b", id="the short form"),
        pytest.param("OneSeek-7B-Zero.v1.0.sv.dsoneseek", id="cut at the first hyphen"),
        pytest.param("oneseek-7b-zero-v1.0.79171.json", id="the digits of its first hash"),
        pytest.param("run-20251123-120000", id="nothing in common"),
    ],
)
def test_a_name_that_says_less_does_not_disagree(other: str) -> None:
    assert disagreement(read_name(FOLDER), read_name(other)) is None
    assert disagreement(read_name(other), read_name(FOLDER)) is None


@pytest.mark.parametrize(
    ("other", "told"),
    [
        (FOLDER.replace("v1.0", "v1.1"), "version '1.0' and '1.1'"),
        (FOLDER.replace(".sv.", ".en."), "language 'sv' and 'en'"),
        (FOLDER.replace("-core", ""), "data sets 'oneseek-identity-core' and 'oneseek-identity'"),
        (
            FOLDER.replace("3a95b79b", "43da4687"),
            "hashes '79171dc2.3a95b79b' and '79171dc2.43da4687'",
        ),
        ("OQT-1.0.v1.0", "model 'OneSeek-7B-Zero' and 'OQT-1.0'"),
        ("OneSeek-7B-Zero.v1.0.sv.dsother", "data sets 'oneseek-identity-core' and 'other'"),
        ("oneseek-7b-zero-v1.0.141521.json", "hashes '79171dc2.3a95b79b' and '141521'"),
    ],
)
def test_a_disagreement_names_the_part_and_both_values(other: str, told: str) -> None:
    assert disagreement(read_name(FOLDER), read_name(other)) == f"the two names disagree: {told}"


@pytest.mark.parametrize(
    ("one", "other", "told"),
    [
        ("run-20251123-120000", "run-20251124-120000", "time"),
        ("mistral-adapter", "llama-adapter", "base model"),
        ("auto-1-1763900000", "auto-2-1763900000", "cycle"),
    ],
)
def test_names_without_a_version_disagree_in_what_they_have(
    one: str, other: str, told: str
) -> None:
    assert f"disagree: {told} '" in str(disagreement(read_name(one), read_name(other)))


def test_several_disagreements_are_one_sentence() -> None:
    other = FOLDER.replace(".sv.", ".en.").replace("v1.0", "v2.0")
    assert disagreement(read_name(FOLDER), read_name(other)) == (
        "the two names disagree: version '1.0' and '2.0'; language 'sv' and 'en'"
    )


def test_twins_of_composed_letters_are_told_apart() -> None:
    text = "OneSeek-7B-Zero.v1.0.sv.dsblåbär.79171dc2.3a95b79b"
    twin = unicodedata.normalize("NFD", text)
    assert "(NFC and NFD)" in str(disagreement(read_name(text), read_name(twin)))


def test_with_an_unreadable_name_nothing_can_be_compared() -> None:
    told = str(disagreement(read_name(FOLDER), read_name("metadata.json")))
    assert told.startswith(
        "the two names cannot be compared: 'metadata.json' is unreadable because"
    )
