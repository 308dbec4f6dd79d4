"""Streams of JSON: the values that ``json.loads`` gives, and the bytes that each lies in."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from migrations.judged import look_at
from oneseek.migrations.ledgers import window
from oneseek.migrations.ledgers.stream import Entry, halves, walk
from oneseek.migrations.ledgers.window import UnreadableLedger

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=12,
)


def walked(folder: Path, raw: bytes, depth: int = 1) -> list[Entry]:
    file = folder / "some.json"
    file.write_bytes(raw)
    found = walk(look_at(file), lambda path: len(path) < depth)
    return [entry for entry in found if isinstance(entry, Entry)]


def refused(folder: Path, raw: bytes) -> str:
    with pytest.raises(UnreadableLedger) as raised:
        walked(folder, raw, depth=2)
    assert str(raised.value) == raised.value.sentence
    return raised.value.what


@given(
    VALUES,
    st.sampled_from([None, 0, 3]),
    st.booleans(),
    st.integers(3, 80),
    st.integers(0, 2),
    st.booleans(),
)
@example(12345678901234567890, None, True, 3, 0, False)
@example([1.5e-300, -0.0, "å" * 40, {"\ud800": []}], 0, False, 3, 1, True)
def test_every_value_is_the_one_of_json_and_lies_in_its_bytes(
    tmp_path_factory: pytest.TempPathFactory,
    value: Any,
    indent: int | None,
    escaped: bool,
    size: int,
    depth: int,
    bom: bool,
) -> None:
    try:
        raw = json.dumps(value, indent=indent, ensure_ascii=escaped).encode()
    except UnicodeEncodeError:
        raw = json.dumps(value, indent=indent).encode()
    raw = (b"\xef\xbb\xbf" if bom else b"") + raw + b"\n"
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(window, "WINDOW_BYTES", size)
        entries = walked(tmp_path_factory.mktemp("t"), raw, depth)
    for entry in entries:
        found = json.loads(raw[entry.offset : entry.offset + entry.length])
        assert repr(found) == repr(entry.value)
    if depth == 0 or not isinstance(value, dict | list):
        assert repr([entry.value for entry in entries]) == repr(
            [json.loads(raw.decode("utf-8-sig"))]
        )
    elif depth == 1:
        inner = list(value.values()) if isinstance(value, dict) else value
        assert repr([entry.value for entry in entries]) == repr(inner)


@pytest.mark.parametrize(
    ("raw", "what"),
    [
        (b"", "empty"),
        (b" \n", "empty"),
        (b"\xef\xbb\xbf", "empty"),
        (b"[", "cut"),
        (b'{"a"', "cut"),
        (b'{"a":', "cut"),
        (b'{"a": [1, 2', "cut"),
        (b'["abc', "cut"),
        (b'["abc\\', "cut"),
        (b'["abc\\u12', "cut"),
        (b"[tru", "cut"),
        (b"[-", "cut"),
        (b"[0.", "cut"),
        (b"[1.5e", "cut"),
        (b"[1e-", "cut"),
        (b'["\xc3', "cut"),
        (b"[1] x", "trailing"),
        (b"[1][2]", "trailing"),
        (b"[1]\x00\x00", "trailing"),
        (b"[1 2]", "not-json"),
        (b"[1,]", "not-json"),
        (b"{1: 2}", "not-json"),
        (b'{"a" 1}', "not-json"),
        (b"{'a': 1}", "not-json"),
        (b"hello", "not-json"),
        (b"\x00" * 100, "not-json"),
        (b'["a\x01b"]', "not-json"),
        (b"[" + b"9" * 5000 + b"]", "not-json"),
        (b'["\xe5"]', "undecodable"),
        ('["å"]'.encode("utf-16"), "undecodable"),
        (b"[[" + b"[" * 300 + b"]" * 300 + b"]]", "too-deep"),
        (b"[[" + b"[" * 100_000, "too-deep"),
        (b'[{"a":' * 50_000, "too-deep"),
    ],
)
def test_what_is_no_json_to_its_end_is_refused_with_a_name(
    tmp_path: Path, raw: bytes, what: str
) -> None:
    assert refused(tmp_path, raw) == what


def test_brackets_in_a_text_are_no_levels(tmp_path: Path) -> None:
    assert walked(tmp_path, json.dumps([["[" * 500]]).encode())[0].value == ["[" * 500]


def test_a_value_that_is_too_long_is_refused_before_it_is_read_to_its_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(window, "WINDOW_BYTES", 100)
    monkeypatch.setattr(window, "MAX_VALUE_CHARS", 1000)
    read: list[int] = []
    file = tmp_path / "long.json"
    file.write_bytes(b'["' + b"x" * 100_000 + b'"]')
    with pytest.raises(UnreadableLedger) as raised:
        list(walk(look_at(file), lambda path: not path, read.append))
    assert raised.value.what == "too-large"
    assert sum(read) < 5000


def test_garbage_of_four_gigabytes_is_refused_at_its_first_byte(tmp_path: Path) -> None:
    file = tmp_path / "hole.json"
    with file.open("wb") as stream:
        stream.truncate(4 * 2**30)
    from oneseek.migrations.look import Look

    read: list[int] = []
    look = Look(file, "hole.json", size=4 * 2**30, digest="0" * 64)
    with pytest.raises(UnreadableLedger) as raised:
        list(walk(look, lambda path: not path, read.append))
    assert raised.value.what == "not-json"
    assert sum(read) <= 2 * window.WINDOW_BYTES


@given(VALUES, st.integers(0))
def test_a_document_that_was_cut_anywhere_is_cut_and_no_other_thing(
    tmp_path_factory: pytest.TempPathFactory, value: Any, at: int
) -> None:
    raw = json.dumps([value], indent=1).encode()
    kept = raw[: at % len(raw)]
    assert refused(tmp_path_factory.mktemp("t"), kept) == ("cut" if kept else "empty")


@given(st.lists(st.integers(0, 9)))
def test_two_readings_tell_of_every_byte_once(counts: list[int]) -> None:
    told: list[int] = []
    tell = halves(told.append)
    assert tell is not None
    for count in counts * 2:
        tell(count)
    assert sum(told) == sum(counts)
    assert halves(None) is None
