import pytest
from hypothesis import given
from hypothesis import strategies as st

from oneseek.domain.projections.nodes import require_plain_name
from oneseek.migrations.rules.labels import MOST_BYTES, folder_label


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("OneSeek-7B-Zero.v1.0.sv.dsåäö.79171dc2.3a95b79b",) * 2,
        ("", "unnamed"),
        ("   ", "unnamed"),
        (".", "_"),
        ("..", "_."),
        (".hidden", "_hidden"),
        ("../../etc/passwd", "_._.._etc_passwd"),
        ("C:\\models", "C:_models"),
        ("a\0b\nc\x9f", "a_b_c_"),
        ("a\udcffb", "a_b"),
        ("abc\u202etxt", "abc_txt"),
        (" a ", "a"),
        ("å" * 200, "å" * 100),
        ("x" + "å" * 200, "x" + "å" * 99),
        ("OneSeek-7B-Zero-CURRENT", "OneSeek-7B-Zero-CURRENT_"),
        ("readme.md", "readme.md_"),
    ],
)
def test_a_name_becomes_a_name_of_one_folder(text: str, label: str) -> None:
    assert folder_label(text) == label


@given(st.text(st.characters(), max_size=300))
def test_any_text_becomes_a_plain_name_and_stays_so(text: str) -> None:
    label = folder_label(text)
    require_plain_name(label)
    assert 0 < len(label.encode()) <= MOST_BYTES
    assert folder_label(label) == label
