import pytest

from oneseek.migrations.rules.pointers import names_a_model, pointer_of_link, target_of_text

MODEL = "OneSeek-7B-Zero.v1.0.sv.dscivic.327c4b45.23151a7b"


@pytest.mark.parametrize(
    ("path", "target", "pointer"),
    [
        ("models/oneseek-certified/OneSeek-7B-Zero-CURRENT", MODEL, "link"),
        ("models/oneseek-certified/OneSeek-7B-Zero-CURRENT", f"/srv/{MODEL}", "autonomy-link"),
        ("OneSeek-7B-Zero-CURRENT", f"C:\\x\\{MODEL}", "autonomy-link"),
        ("models/oneseek-7b-zero/OneSeek-7B-Zero-CURRENT", "weights/x", "link"),
        ("models/oqt/lora_adapters/current", "oqt-1.0-v13.2", "link"),
        ("current", "oqt-1.0-v13.2", "link"),
        ("app/models", f"/srv/models/oneseek-certified/{MODEL}", "production-link"),
        ("active", f"/srv/models/oneseek-certified/{MODEL}", "production-link"),
        ("app/models", "/srv/models/oneseek-certified/merged-gone", "production-link"),
    ],
)
def test_a_link_to_a_model_is_a_pointer(path: str, target: str, pointer: str) -> None:
    found = pointer_of_link(path, target)
    assert found is not None
    assert (found.pointer, found.target) == (pointer, target)


@pytest.mark.parametrize(
    ("path", "target"),
    [
        ("models/base", "/data/base"),
        ("x/current", "y"),
        ("models/x", "../oneseek-certified/lora_adapters"),
        ("README.md", "docs/README.md"),
    ],
)
def test_another_link_is_none(path: str, target: str) -> None:
    assert pointer_of_link(path, target) is None


def test_only_one_path_stands_for_a_link() -> None:
    assert target_of_text(b"  a/b\n") == "a/b"
    assert target_of_text(b"\xef\xbb\xbfa") == "a"
    for data in (b"", b"a\nb", b"\xff", b"x" * 2000):
        assert target_of_text(data) is None


@pytest.mark.parametrize(
    "text",
    [
        "Vad tycker grannen om mig",
        "Vad?",
        '{"question": "Vem?"}',
        "grannen sa/att jag",
        "",
        "#",
    ],
)
def test_what_somebody_wrote_is_no_name_of_a_model(text: str) -> None:
    assert not names_a_model(text)
    assert target_of_text(text.encode()) is None


@pytest.mark.parametrize(
    "text",
    [
        "OneSeek-7B-Zero.v1.0.sv.dsmål-å.79171dc2.3a95b79b",
        "/srv/My Models/oneseek-certified/OneSeek-7B-Zero.v1.0",
        "C:\\Program Files\\civic\\oqt-1.0-v13.2",
        "../x/oneseek-7b-zero",
    ],
)
def test_names_and_paths_of_models_are_taken_for_them(text: str) -> None:
    assert names_a_model(text)
