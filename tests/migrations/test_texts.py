import pytest

from oneseek.migrations.texts import kind_of, shown


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("abc", "abc"),
        ("å ä ö", "å ä ö"),
        ("a\nb\x1b[31m", "a\\u000ab\\u001b[31m"),
        ("\ud800", "\\ud800"),
        ("\u202egnp.exe", "\\u202egnp.exe"),
        (0.5, "0.5"),
        (None, "None"),
        (10**50, "a whole number of more than 40 digits"),
    ],
)
def test_a_value_is_shown_in_one_line(value: object, text: str) -> None:
    assert shown(value) == text


def test_a_long_text_is_cut_whatever_is_in_it() -> None:
    for char in ("x", "\ud800"):
        made = shown(char * 1000, 50)
        assert len(made) == 50
        assert made.endswith("…")


def test_kinds_are_told_without_values() -> None:
    assert kind_of("secret") == "a text"
    assert kind_of(True) == "true or false"
    assert kind_of(object()) == "something else"
