"""One row of a dataset: an instruction, an optional input, the wanted output."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Row:
    """A validated training example. ``number`` counts lines of the file from 1."""

    number: int
    instruction: str
    input: str
    output: str
