import pytest

from oneseek.domain.historic.names import GENERATIONS, ONESEEK, OQT, HistoricName


@pytest.mark.parametrize(
    ("language", "version"), [("en", "1.12"), ("sv", "1.12-SV"), ("ensv", "1.12-ENSV")]
)
def test_every_line_but_english_has_its_language_behind_the_number(
    language: str, version: str
) -> None:
    assert HistoricName(1, 12, language).version == version


def test_both_generations_call_files_as_the_documents_do() -> None:
    assert ONESEEK.stem(HistoricName(1, 0, "en")) == "oneseek-7b-zero-v1.0"
    assert OQT.stem(HistoricName(13, 2, "en")) == "oqt-1.0-v13.2"
    assert [each.folder for each in GENERATIONS] == ["models/oneseek-7b-zero", "models/oqt"]
