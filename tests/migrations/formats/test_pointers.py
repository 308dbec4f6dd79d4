"""Pointers that are files: markers, links kept as text, the marker of a merge, GGUF."""

import pytest

from migrations.examples import DNA, EXAMPLES, MERGED_DNA, Example, example, look_at
from migrations.reading import checks, claim, read
from oneseek.migrations.classing import classify
from oneseek.migrations.format import PointerFacts


@pytest.mark.parametrize(
    ("kind", "pointer", "target"),
    [
        ("pointer-marker", "marker", f"/srv/civicai/models/oneseek-certified/{DNA}"),
        ("pointer-link-as-text", "link", DNA),
        ("pointer-merge-marker", "merge-marker", MERGED_DNA),
        ("pointer-gguf", "marker", f"{DNA}.Q5_K_M.gguf"),
    ],
)
def test_a_pointer_is_read(kind: str, pointer: str, target: str) -> None:
    assert read(EXAMPLES[kind]).facts == PointerFacts(pointer=pointer, target=target)


@pytest.mark.parametrize(
    ("path", "data", "pointer"),
    [
        ("models/oqt/lora_adapters/current", b"oqt-1.0-v13.2", "link"),
        ("models/oneseek-7b-zero/OneSeek-7B-Zero-CURRENT", b"weights\n", "link"),
        ("x/OneSeek-7B-Zero-CURRENT", b"/srv/x/auto-7-1764237600", "autonomy-link"),
        ("OneSeek-7B-Zero-CURRENT", b"C:\\civic\\x", "autonomy-link"),
    ],
)
def test_a_link_that_was_kept_as_text_is_a_pointer(path: str, data: bytes, pointer: str) -> None:
    found = classify(look_at(path, data))
    assert found.form is not None
    assert found.form.name == "pointer-link-as-text"
    assert found.reading is not None
    assert isinstance(found.reading.facts, PointerFacts)
    assert found.reading.facts.pointer == pointer


@pytest.mark.parametrize("data", [b"", b" \n", b"\xff\xfe", b"a\nb", b"x" * 5000, b"a\0b"])
@pytest.mark.parametrize("kind", ["pointer-marker", "pointer-link-as-text"])
def test_a_pointer_to_nothing_is_told(kind: str, data: bytes) -> None:
    made = Example(kind, EXAMPLES[kind].path, data)
    if kind == "pointer-link-as-text" and len(data) > 4096:
        return  # too large for a link
    reading = read(made)
    assert reading.facts is None
    assert checks(reading) == ["pointer-unreadable"]


def test_the_remarks_of_a_merge_are_claims() -> None:
    reading = read(EXAMPLES["pointer-merge-marker"])
    assert claim(reading, "created").says == "2025-11-27T10:00:00.005Z"
    assert claim(reading, "merge-type").says == "micro"
    odd = example("pointer-merge-marker")
    assert checks(read(odd._replace(value=odd.data + b"surprise\n"))) == ["field-unknown"]


@pytest.mark.parametrize("data", [b"", b"# Last merged: x\n", b"\xff\xff\n", b"x" * 20000])
def test_a_marker_without_a_name_is_told(data: bytes) -> None:
    made = Example("pointer-merge-marker", "CURRENT.txt", data)
    assert checks(read(made)) == ["pointer-unreadable"]


def test_the_copy_for_the_other_service_is_a_pointer_too() -> None:
    data = b'{"activeGguf": "x.gguf", "port": 5000, "updatedAt": "2025-11-27T10:00:00Z"}'
    found = classify(look_at("ml_service/config.json", data))
    assert found.form is not None
    assert found.form.name == "pointer-gguf"
    assert found.reading is not None
    assert not found.reading.findings
