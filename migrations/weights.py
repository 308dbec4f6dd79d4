"""The port to whatever can read weights: torch is not needed to scan, only to open pickles."""

from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

from msgspec import Struct

from oneseek.domain.digest import Digest


class WeightsJudgement(Struct, frozen=True, kw_only=True):
    """What a file of weights is, found out without running anything that is in it."""

    container: str
    """``safetensors``, ``torch`` (zip with a pickle), ``torch-legacy`` (a bare pickle),
    ``placeholder`` or ``unknown``."""
    quarantine: bool
    """It must not be opened, or could not be read safely."""
    reason: str
    """One sentence for both cases."""
    content: str = "none"
    """``adapter`` (PEFT keys), ``tensors`` (other flat tensors), ``checkpoint`` (tensors and more,
    nested) or ``none``."""
    tensors: int = 0
    parameters: int = 0
    finite: bool | None = None
    """None where the values were not read."""
    values: Digest | None = None
    """SHA-256 over names, types, shapes and values in order of names: equal for the same tensors in
    any container."""


class WeightReader(Protocol):
    """Reads weights of old trees. Every method takes paths of files that nobody changes."""

    def judge(self, file: Path) -> WeightsJudgement:
        """Say what ``file`` is. Never raises for what a file may hold; never unpickles freely."""
        ...

    def convert(self, file: Path, to: Path) -> None:
        """Write the tensors of a torch file as safetensors.

        Raises:
            InvalidInput: it was judged unreadable, or holds something besides tensors.
        """
        ...

    def join(self, adapters: Sequence[Path], folder: Path) -> None:
        """Write one PEFT adapter that does what ``adapters`` do one after the other.

        LoRA only adds: matrices of the chain are put side by side, ranks add up, scalings are taken
        into the matrices. Each path is a folder with ``adapter_config.json`` and weights.

        Raises:
            InvalidInput: one is no plain LoRA, or they do not fit each other.
        """
        ...
