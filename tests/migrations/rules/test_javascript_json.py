"""Node has said what ``JSON.stringify`` gives; where it is installed, it says so again."""

import json
import math
import shutil
import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oneseek.migrations.rules.javascript_json import (
    number_text,
    shortened,
    string_text,
    stringify,
    utf16_cut,
    utf16_length,
)

VECTORS = json.loads((Path(__file__).parent / "javascript_vectors.json").read_bytes())
ROUND_TRIP = """
const rows = JSON.parse(require('fs').readFileSync(0, 'utf8'));
process.stdout.write(JSON.stringify(rows.map((text) => JSON.stringify(JSON.parse(text)))));
"""


def ours(kind: str, text: str) -> str:
    return stringify(json.loads(text)) if kind == "stringify" else string_text(shortened(text))


@pytest.mark.parametrize(("kind", "text", "said"), VECTORS)
def test_it_prints_what_node_printed(kind: str, text: str, said: str) -> None:
    assert ours(kind, text) == said


def test_it_prints_what_the_installed_node_prints() -> None:
    """Doubles of every size, on both sides of each border of the layout."""
    node = shutil.which("node")
    if node is None:
        pytest.skip("no node is installed here")
    doubles = [
        sign * math.ldexp(1 + step / 7, power)
        for power in range(-1074, 1024, 13)
        for step in range(7)
        for sign in (1, -1)
    ]
    doubles += [digits * 10.0**power for power in range(-9, 24) for digits in (1, 1.5, 9.999999)]
    texts = [repr(double) for double in doubles] + [
        text for kind, text, _ in VECTORS if kind != "cut"
    ]
    ran = subprocess.run(
        [node, "-e", ROUND_TRIP], input=json.dumps(texts).encode(), capture_output=True, check=True
    )
    assert [stringify(json.loads(text)) for text in texts] == json.loads(ran.stdout)


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_a_number_text_reads_back_as_the_same_double(double: float) -> None:
    assert float(number_text(double)) == double


@given(st.text(), st.integers(0, 60))
def test_a_cut_is_never_longer_than_asked_and_always_a_beginning(text: str, units: int) -> None:
    cut = utf16_cut(text, units)
    assert utf16_length(cut) == min(units, utf16_length(text))
    assert text.encode("utf-16-le", "surrogatepass").startswith(
        cut.encode("utf-16-le", "surrogatepass")
    )


def test_what_is_no_json_is_refused() -> None:
    with pytest.raises(TypeError, match="bytes"):
        stringify(b"x")
