import pytest
from hypothesis import given
from hypothesis import strategies as st

from oneseek.domain.dataset.language import detect_language
from oneseek.domain.rows import Row

SWEDISH = ("Vem är du?", "Jag är OneSeek, och jag visar mina källor.")
ENGLISH = ("Who are you?", "I am OneSeek, and I show my sources.")
NEITHER = ("2 + 2", "4")


def rows(*texts: tuple[str, str]) -> list[Row]:
    return [Row(number, question, "", answer) for number, (question, answer) in enumerate(texts, 1)]


@pytest.mark.parametrize(
    ("texts", "language"),
    [
        pytest.param([SWEDISH], "sv", id="Swedish"),
        pytest.param([ENGLISH], "en", id="English"),
        pytest.param([SWEDISH, ENGLISH], "ensv", id="half and half"),
        pytest.param([SWEDISH] * 7 + [ENGLISH] * 3, "ensv", id="30 percent are enough for both"),
        pytest.param([SWEDISH] * 8 + [ENGLISH] * 2, "sv", id="mostly Swedish"),
        pytest.param([SWEDISH] * 2 + [ENGLISH] * 8, "en", id="mostly English"),
        pytest.param([SWEDISH] + [NEITHER] * 9, "sv", id="rows without words do not count"),
        pytest.param([ENGLISH] * 3 + [NEITHER] * 90, "en", id="English among numbers"),
        pytest.param([("VEM ÄR DU?", "JAG ÄR HÄR")], "sv", id="capitals"),
        pytest.param([("Namn?", "Åsa Öberg")], "sv", id="letters outside ASCII"),
        pytest.param([NEITHER], "en", id="no words at all"),
    ],
)
def test_the_language_is_told_by_content(texts: list[tuple[str, str]], language: str) -> None:
    assert detect_language(rows(*texts)) == language


def test_the_input_of_a_row_counts_as_well() -> None:
    assert detect_language([Row(1, "Översätt", "the king of the hill and the queen", "x")]) == "en"


@given(st.permutations([SWEDISH, SWEDISH, ENGLISH, NEITHER, SWEDISH]))
def test_the_order_of_the_rows_does_not_matter(texts: list[tuple[str, str]]) -> None:
    assert detect_language(rows(*texts)) == detect_language(rows(*sorted(texts)))


@given(st.lists(st.tuples(st.text(max_size=30), st.text(max_size=30)), min_size=1, max_size=5))
def test_any_text_has_one_of_three_languages(texts: list[tuple[str, str]]) -> None:
    assert detect_language(rows(*texts)) in ("sv", "en", "ensv")
