"""What others wrote is printed and steers no terminal."""

import json

import pytest

from oneseek.cli.output import Output, escaped_json, one_line, print_error
from oneseek.domain.errors import InvalidInput

EVIL = "a\x1b[31m\x7f\x9b2J\u202e\u2028\U000e0001\nå \N{SNOWMAN} \U0001f600"


@pytest.mark.parametrize("indent", [0, 2])
def test_json_means_the_same_and_has_nothing_that_steers(
    indent: int, capsys: pytest.CaptureFixture[str]
) -> None:
    Output(json=True).line_json({"reason": EVIL}, indent=indent)
    text = capsys.readouterr().out
    assert json.loads(text) == {"reason": EVIL}
    assert all(char.isprintable() or char == "\n" for char in text)
    assert "å \N{SNOWMAN} \U0001f600" in text


def test_json_without_anything_odd_stays_as_it_is() -> None:
    assert escaped_json('{\n  "a": "\\u001b"\n}') == '{\n  "a": "\\u001b"\n}'


def test_a_name_stays_on_its_line() -> None:
    assert one_line(EVIL).isprintable()


def test_no_text_adds_a_line(capsys: pytest.CaptureFixture[str]) -> None:
    out = Output(json=False)
    out.result({}, [EVIL])
    out.note(EVIL)
    print_error(InvalidInput(EVIL, hint=EVIL), json=False)
    said = capsys.readouterr()
    assert len(said.out.splitlines()) == 1
    assert len(said.err.splitlines()) == 3
