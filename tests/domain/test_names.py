import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oneseek.domain.digest import sha256
from oneseek.domain.errors import InvalidInput
from oneseek.domain.names import LANGUAGES, DnaName

CATEGORY = st.from_regex(r"[A-Za-z0-9]{1,12}", fullmatch=True)
HEX8 = st.integers(0, 2**32 - 1).map(lambda value: f"{value:08x}")
NUMBERS = st.integers(0, 999_999_999)
NAMES = st.builds(
    DnaName,
    NUMBERS,
    NUMBERS,
    st.sampled_from(LANGUAGES),
    st.sets(CATEGORY, min_size=1, max_size=4).map(sorted).map(tuple),
    HEX8,
    HEX8,
)

EXAMPLE = "OneSeek-7B-Zero.v1.492.sv.dsCivicID-SwedID.8f3a1c9d.2e7f4b1a"


def test_the_worked_example_has_these_parts() -> None:
    name = DnaName.parse(EXAMPLE)
    assert name == DnaName(1, 492, "sv", ("CivicID", "SwedID"), "8f3a1c9d", "2e7f4b1a")
    assert str(name) == EXAMPLE
    assert name.version == "1.492"


@given(NAMES)
def test_str_writes_exactly_what_parse_reads(name: DnaName) -> None:
    assert DnaName.parse(str(name)) == name


@given(NAMES, st.data())
def test_a_changed_name_is_refused_or_another_name(name: DnaName, data: st.DataObject) -> None:
    text = str(name)
    spot = data.draw(st.integers(0, len(text)))
    cut = data.draw(st.integers(0, 2))
    added = data.draw(st.text(max_size=2))
    changed = text[:spot] + added + text[spot + cut :]
    try:
        other = DnaName.parse(changed)
    except InvalidInput:
        return
    assert str(other) == changed
    assert (other == name) == (changed == text)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="nothing"),
        pytest.param(EXAMPLE + "\n", id="a line end"),
        pytest.param(EXAMPLE.upper(), id="upper case"),
        pytest.param(EXAMPLE.replace("Zero", "One"), id="another model"),
        pytest.param(EXAMPLE.replace("v1.", "v01."), id="a leading zero"),
        pytest.param(EXAMPLE.replace(".492", ""), id="a major number alone"),
        pytest.param(EXAMPLE.replace(".492", ".-1"), id="a negative number"),
        pytest.param(EXAMPLE.replace("492", "4" * 10), id="a number of ten digits"),
        pytest.param(EXAMPLE.replace("492", "٤٩٢"), id="other digits"),
        pytest.param(EXAMPLE.replace(".sv.", ".de."), id="an unknown language"),
        pytest.param(EXAMPLE.replace(".sv", ""), id="no language"),
        pytest.param(EXAMPLE.replace("CivicID-SwedID", ""), id="no category"),
        pytest.param(EXAMPLE.replace("CivicID-SwedID", "SwedID-CivicID"), id="unsorted"),
        pytest.param(EXAMPLE.replace("CivicID-SwedID", "SwedID-SwedID"), id="a category twice"),
        pytest.param(EXAMPLE.replace("CivicID-SwedID", "CivicID+SwedID"), id="a plus"),
        pytest.param(EXAMPLE.replace("CivicID-SwedID", "CivicID--SwedID"), id="two hyphens"),
        pytest.param(EXAMPLE.replace("CivicID", "Självstyre"), id="a letter outside ASCII"),
        pytest.param(EXAMPLE.replace("CivicID", "../up"), id="a way out"),
        pytest.param(EXAMPLE.replace("8f3a1c9d", "8F3A1C9D"), id="upper-case hex"),
        pytest.param(EXAMPLE.replace("8f3a1c9d", "8f3a1c9g"), id="no hex"),
        pytest.param(EXAMPLE.replace(".2e7f4b1a", ""), id="one hash"),
        pytest.param(EXAMPLE + ".2e7f4b1a", id="three hashes"),
        pytest.param("OneSeek-7B-Zero.v1.0.141521ad.90cdf6f1", id="the short form of 2025"),
        pytest.param(
            "OneSeek-7B-Zero.v1.0.sv.dsoneseek-identity-core.79171dc2.3a95b79b",
            id="a real name of 2025 with tokens in file order",
        ),
    ],
)
def test_every_other_name_is_refused(text: str) -> None:
    with pytest.raises(InvalidInput):
        DnaName.parse(text)


@given(
    st.integers(0, 999),
    st.integers(0, 999),
    st.sampled_from(LANGUAGES),
    st.lists(CATEGORY, max_size=4),
    st.binary(max_size=4),
)
def test_a_new_name_carries_the_heads_of_both_hashes(
    major: int, minor: int, language: str, categories: list[str], weights: bytes
) -> None:
    # The time hash is a vector of the original trainer.
    name = DnaName.of(
        major=major,
        minor=minor,
        language=language,
        categories=tuple(categories),
        weights=sha256(weights),
        certified_at="2025-11-21T12:00:00Z",
    )
    assert name.time8 == "a16f0dd0"
    assert name.weights8 == sha256(weights)[:8]
    assert name.categories == (tuple(sorted(set(categories))) or ("General",))
    assert re.match(rf"OneSeek-7B-Zero\.v{major}\.{minor}\.{language}\.ds", str(name))
    assert DnaName.parse(str(name)) == name


@pytest.mark.parametrize(
    ("language", "categories", "major"),
    [
        ("de", ("CivicID",), 1),
        ("sv", ("Civic ID",), 1),
        ("sv", ("Självstyre",), 1),
        ("sv", ("",), 1),
        ("sv", ("Civic-ID",), 1),
        ("sv", ("CivicID",), 10**9),
        ("sv", ("CivicID",), -1),
    ],
)
def test_parts_that_make_no_name_are_refused(
    language: str, categories: tuple[str, ...], major: int
) -> None:
    with pytest.raises(InvalidInput):
        DnaName.of(
            major=major,
            minor=0,
            language=language,
            categories=categories,
            weights=sha256(b""),
            certified_at="2025-11-21T12:00:00Z",
        )


def test_a_refusal_names_what_cannot_be_a_name() -> None:
    with pytest.raises(InvalidInput, match=r"^not a DNA name: 'OneSeek'$"):
        DnaName.parse("OneSeek")
    unsorted = "OneSeek-7B-Zero.v1.0.sv.dsB-A.79171dc2.3a95b79b"
    with pytest.raises(InvalidInput, match=rf"^the categories of '{unsorted}' are not sorted"):
        DnaName.parse(unsorted)
    with pytest.raises(InvalidInput, match=r"^the categories A-B, C cannot stand in a name$"):
        DnaName.of(
            major=1, minor=0, language="sv", categories=("A-B", "C"), weights=sha256(b""),
            certified_at="2025-11-21T12:00:00Z",
        )  # fmt: skip
