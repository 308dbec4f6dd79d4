"""Reading a dataset: good rows as they are, and for every bad line its number and the reason."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oneseek.domain.dataset.reading import MAX_LINE_BYTES, read_dataset
from oneseek.domain.errors import InvalidInput
from oneseek.domain.rows import Row

GOOD = b'{"instruction":"Vem \xc3\xa4r du?","input":"","output":"OneSeek"}'


def line(instruction: str = "q", output: str = "a", **more: object) -> bytes:
    return json.dumps({"instruction": instruction, "output": output, **more}).encode()


@pytest.mark.parametrize("ending", [b"\n", b"\r\n"])
@pytest.mark.parametrize("last", [True, False], ids=["ended", "not ended"])
def test_rows_and_raw_lines_stand_side_by_side(ending: bytes, last: bool) -> None:
    second = line("Who?", "One\nSeek", input="now", note={"any": [1]})
    found = read_dataset(GOOD + ending + second + (ending if last else b""), "x")
    assert found.rows == (
        Row(1, "Vem är du?", "", "OneSeek"),
        Row(2, "Who?", "now", "One\nSeek"),
    )
    assert found.lines == (GOOD, second)
    assert found.duplicates == ()


def test_a_carriage_return_alone_ends_no_line() -> None:
    assert read_dataset(GOOD + b"\r\n" + GOOD + b"\r", "x").lines == (GOOD, GOOD + b"\r")
    with pytest.raises(InvalidInput, match="line 1: not JSON"):
        read_dataset(GOOD + b"\r" + GOOD, "x")


def test_repeated_rows_are_told_with_the_line_that_they_repeat() -> None:
    again = line("q", "a", input="", note="another line with the same row")
    found = read_dataset(b"\n".join([line(), GOOD, again, line("q", "b"), line()]), "x")
    assert found.duplicates == ((3, 1), (5, 1))


@pytest.mark.parametrize(
    ("bad", "reason"),
    [
        pytest.param(b"", "the line is empty", id="an empty line"),
        pytest.param(b" \t", "the line is empty", id="a blank line"),
        pytest.param(b"hello", "not JSON", id="plain text"),
        pytest.param(GOOD[:-1], "not JSON", id="a line that was cut"),
        pytest.param(GOOD + GOOD, "not JSON", id="two objects"),
        pytest.param(GOOD.replace(b'"input":""', b'"input":NaN'), "not JSON", id="NaN"),
        pytest.param(b"[1]", "Expected `object`, got `array`", id="a list"),
        pytest.param(b'"text"', "Expected `object`, got `str`", id="a text"),
        pytest.param(b"{}", "missing field `instruction`", id="no fields"),
        pytest.param(b'{"instruction":"q"}', "missing field `output`", id="no output"),
        pytest.param(
            GOOD.replace(b'"OneSeek"', b"7"), r"got `int` - at `\$\.output`", id="a number"
        ),
        pytest.param(line(input=None), r"got `null` - at `\$\.input`", id="a null input"),
        pytest.param(line(instruction=""), "`instruction` is empty", id="an empty instruction"),
        pytest.param(line(output=" \n"), "`output` is empty", id="a blank output"),
        pytest.param(
            b'{"instruction":"\xff","output":"a"}', "not UTF-8 at byte 17", id="not UTF-8"
        ),
        pytest.param(b'{"instruction":"\xed\xa0\x80","output":"a"}', "not UTF-8", id="a surrogate"),
        pytest.param(b'{"instruction":"\\ud800","output":"a"}', "not JSON", id="half a character"),
        pytest.param(b'{"instruction":"a\x00","output":"a"}', "NUL", id="a NUL"),
        pytest.param(b'{"instruction":"a\\u0000","output":"a"}', "NUL", id="an escaped NUL"),
        pytest.param(b'{"instruction":"a\x01","output":"a"}', "not JSON", id="a control character"),
        pytest.param(
            line(output="x" * MAX_LINE_BYTES), f"more than {MAX_LINE_BYTES}", id="a long line"
        ),
        pytest.param(
            b'{"instruction":"q","output":"a","x":' + b"[" * 100_000, "not JSON", id="deep nesting"
        ),
        pytest.param(
            b'{"instruction":"q","instruction":"r","output":"a"}', "repeated", id="a repeated field"
        ),
    ],
)
def test_a_bad_line_is_named_with_its_number_and_reason(bad: bytes, reason: str) -> None:
    with pytest.raises(InvalidInput, match=rf"^x has 1 bad line: line 2: .*{reason}") as caught:
        read_dataset(b"\n".join([GOOD, bad, GOOD]), "x")
    assert caught.value.hint


def test_a_backslash_before_u0000_is_text() -> None:
    found = read_dataset(line("what is \\u0000?"), "x")
    assert found.rows[0].instruction == "what is \\u0000?"


def test_all_bad_lines_are_counted_and_the_first_five_told() -> None:
    with pytest.raises(InvalidInput, match=r"x has 7 bad lines: line 1: .*; and 2 more$") as caught:
        read_dataset(b"bad\n" * 7, "x")
    assert caught.value.message.count("line ") == 5


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        pytest.param(b"", "no rows", id="an empty file"),
        pytest.param(b"\n", "line 1: the line is empty", id="a line end"),
        pytest.param(b"\xef\xbb\xbf" + GOOD, "byte order mark", id="a byte order mark"),
        pytest.param(GOOD.decode().encode("utf-16"), "byte order mark", id="UTF-16"),
        pytest.param(GOOD.decode().encode("utf-16-le"), "line 1", id="UTF-16 without a mark"),
        pytest.param(GOOD.decode().encode("latin-1"), "not UTF-8", id="Latin-1"),
        pytest.param(GOOD + b"\n\n", "line 2: the line is empty", id="an empty line at the end"),
        pytest.param(b"[" + GOOD + b"]", "array", id="a JSON list of rows"),
    ],
)
def test_a_bad_file_is_refused(data: bytes, reason: str) -> None:
    with pytest.raises(InvalidInput, match=reason):
        read_dataset(data, "x")


PIECES = st.sampled_from(
    [GOOD, b"\n", b"\r\n", b"\r", b"{", b"}", b'"', b"\\", b"\\u0000", b"\\ud800", b"\x00", b"\xff",
     b'"instruction":', b'"output":', b"null", b",", b" ", b"[", b"1e999", b"\xe2\x80\xa8"]
)  # fmt: skip


@given(st.lists(PIECES, max_size=8).map(b"".join) | st.binary(max_size=50))
def test_whatever_is_read_rows_or_one_named_error_come_out(data: bytes) -> None:
    try:
        found = read_dataset(data, "x")
    except InvalidInput:
        return
    assert len(found.rows) == len(found.lines) >= 1
    assert [row.number for row in found.rows] == list(range(1, len(found.rows) + 1))
    # Lines are the bytes themselves: nothing was repaired, and no text can fail to be written.
    assert b"".join(found.lines) == data.replace(b"\r\n", b"").replace(b"\n", b"")
    for row in found.rows:
        assert row.instruction.encode().strip()
        assert row.output.encode().strip()
        assert "\x00" not in row.instruction + row.input + row.output


TEXTS = st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=12)
FILLED = TEXTS.filter(str.strip)


@given(st.lists(st.tuples(FILLED, TEXTS, FILLED), min_size=1, max_size=6), st.booleans())
def test_every_row_that_json_can_write_is_read_back(
    texts: list[tuple[str, str, str]], ascii_only: bool
) -> None:
    raw = [
        json.dumps({"instruction": q, "input": c, "output": a}, ensure_ascii=ascii_only)
        for q, c, a in texts
    ]
    found = read_dataset("\n".join(raw).encode(), "x")
    assert [(row.instruction, row.input, row.output) for row in found.rows] == texts
    assert len(found.duplicates) == len(texts) - len(set(texts))
