"""A guided fuzzer (atheris, libFuzzer) on one reader, in a process of its own.

``python tests/fuzz/guided.py NAME CORPUS [-runs=N] [-max_total_time=SECONDS]``: it ends when a
reader raises what it should not, or returns what it does not write again.
"""

import sys
from pathlib import Path

import atheris

sys.path.insert(0, str(Path(__file__).parents[1]))

with atheris.instrument_imports(include=["oneseek.domain"]):
    from fuzz.parsers import BY_NAME
    from oneseek.domain.errors import OneSeekError

PARSER = BY_NAME[sys.argv.pop(1)]


def one_input(data: bytes) -> None:
    """Read ``data`` once."""
    try:
        again = PARSER.again(data)
    except OneSeekError:
        return
    if again != data:
        raise AssertionError(f"{PARSER.name} reads {data!r} and writes {again!r}")


if __name__ == "__main__":
    atheris.Setup(sys.argv, one_input)
    atheris.Fuzz()
