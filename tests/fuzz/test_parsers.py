"""Whatever comes in: a reader returns what it can write again unchanged, or a named error."""

import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fuzz.parsers import PARSERS, Parser, write_seeds
from oneseek.domain.errors import OneSeekError
from strategies import mutations

GUIDED = Path(__file__).parent / "guided.py"
RUNS = 30_000
"""Inputs that the guided fuzzer tries of each reader; it takes a second or two."""

every_parser = pytest.mark.parametrize("parser", PARSERS, ids=lambda parser: parser.name)


def look(parser: Parser, data: bytes) -> None:
    try:
        again = parser.again(data)
    except OneSeekError:
        return
    assert again == data


@every_parser
def test_a_seed_is_read(parser: Parser) -> None:
    assert all(parser.again(seed) == seed for seed in parser.seeds)


@every_parser
@given(data=st.binary(max_size=400))
def test_any_bytes_are_read_or_refused(parser: Parser, data: bytes) -> None:
    look(parser, data)


@every_parser
@given(data=st.data())
def test_a_damaged_input_is_read_or_refused(parser: Parser, data: st.DataObject) -> None:
    seed = data.draw(st.sampled_from(parser.seeds))
    once = data.draw(mutations(seed))
    look(parser, once)
    if once:
        look(parser, data.draw(mutations(once)))


@every_parser
def test_a_fuzzer_that_watches_the_branches_finds_no_fault(parser: Parser, tmp_path: Path) -> None:
    pytest.importorskip("atheris", reason="no atheris for this platform")
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    write_seeds(parser, corpus)
    done = subprocess.run(
        [sys.executable, str(GUIDED), parser.name, str(corpus), f"-runs={RUNS}", "-seed=1"],
        cwd=tmp_path, capture_output=True, text=True, timeout=240, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-3000:]
    assert f"Done {RUNS} runs" in done.stderr
