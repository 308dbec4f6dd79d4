import pytest
from hypothesis import given
from hypothesis import strategies as st

from oneseek.migrations.rules.legacy_paths import inside, last_part, read_path

CERTIFIED = "OneSeek-7B-Zero.v1.0.sv.dseducation-civic-literacy.327c4b45.23151a7b"


@pytest.mark.parametrize(
    ("text", "style", "within", "last"),
    [
        ("x-adapter", "relative", "x-adapter", "x-adapter"),
        ("lora_adapters/x", "relative", "lora_adapters/x", "x"),
        ("./a//b/", "relative", "a/b", "b"),
        ("a/../b", "relative", "b", "b"),
        (".", "relative", "", None),
        ("../../../etc", "relative", None, "etc"),
        ("a/../../etc/passwd", "relative", None, "passwd"),
        ("..\\..\\windows", "relative", None, "windows"),
        ("..", "relative", None, None),
        (f"/srv/civicai/models/oneseek-certified/{CERTIFIED}", "absolute", None, CERTIFIED),
        (f"C:\\civic\\models\\{CERTIFIED}\\", "windows", None, CERTIFIED),
        ("C:/civic/models/x", "windows", None, "x"),
        ("C:", "windows", None, None),
        ("\\\\server\\share\\x", "windows", None, "x"),
        ("~/models/x", "absolute", None, "x"),
        ("/", "absolute", None, None),
        ("", "none", None, None),
        ("  ", "none", None, None),
        ("a\0b", "none", None, None),
        ("a\nb", "none", None, None),
        ("x" * 1001, "none", None, None),
    ],
)
def test_a_path_is_read_as_data(
    text: str, style: str, within: str | None, last: str | None
) -> None:
    read = read_path(text)
    assert (read.text, read.style, read.inside, read.last) == (text, style, within, last)
    assert bool(read.problem) == (within is None)
    assert last_part(text) == last


def test_steps_upwards_are_followed_inside_the_source_only() -> None:
    assert inside("../lora_adapters/x", "certified/model") == "certified/lora_adapters/x"
    assert inside("../../../x", "certified/model") is None
    assert inside("/x", "certified") is None
    assert inside("x") == "x"


@given(st.text(st.sampled_from("ab./\\:~ \0é"), max_size=20), st.sampled_from(["", "a", "a/b"]))
def test_no_text_leads_out(text: str, folder: str) -> None:
    found = inside(text, folder)
    if found is not None:
        assert not found.startswith("/")
        assert ".." not in found.split("/")
        assert "\\" not in found
