"""The port to whatever can read weights of old trees, and what it says of one file.

torch is not needed to scan, only to read the values out of its files.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

from msgspec import Struct

from oneseek.domain.digest import Digest


class WeightsJudgement(Struct, frozen=True, kw_only=True):
    """What a file of weights is, found out without running anything that is in it."""

    container: str
    """``safetensors``, ``torch`` (zip with a pickle), ``torch-legacy`` (bare pickles), ``gguf``,
    ``placeholder`` (a text, or nothing but one) or ``unknown``."""
    quarantine: bool
    """It must not be opened, or it is damaged and could not be read safely."""
    reason: str
    """One sentence for both cases."""
    content: str = "none"
    """``adapter`` (PEFT names), ``tensors`` (other flat tensors), ``checkpoint`` (tensors and more,
    nested) or ``none``."""
    tensors: int = 0
    parameters: int = 0
    """Values in all tensors together."""
    finite: bool | None = None
    """None where the values were not read."""
    values: Digest | None = None
    """SHA-256 over names, types, shapes and values in order of names: equal for the same tensors in
    any container. None where the values were not read."""
    nested: bool = False
    """PEFT's prefix stands in its names more than once: it was trained on a model that carried an
    earlier adapter. PEFT lays the new matrices in the place of the old ones there, so that this
    adapter learnt on the bare base model, whatever chain its records name."""


class WeightReader(Protocol):
    """Reads weights of old trees. Every method takes paths of files that nobody changes."""

    def judge(self, file: Path) -> WeightsJudgement:
        """Say what ``file`` is. Never raises for what a file may hold; never unpickles freely."""
        ...

    def convert(self, file: Path, to: Path) -> None:
        """Write the tensors of a torch file as safetensors, under the same names.

        The bytes depend on the tensors alone.

        Raises:
            InvalidInput: it was judged unreadable, or holds something besides tensors.
            CannotCheck: torch is not installed, or the memory does not suffice.
            ServiceFailed: the disk refused.
        """
        ...

    def join(self, adapters: Sequence[Path], folder: Path, *, base_name: str) -> None:
        """Write one PEFT adapter that does what ``adapters`` do one after the other.

        LoRA only adds: matrices of the chain are put side by side, ranks add up, and scalings that
        differ are taken into the matrices. Nested ``PeftModel`` objects, as the original made
        them, would give the bare base model instead.

        Args:
            adapters: folders with ``adapter_config.json`` and weights, the first one first.
            folder: receives ``adapter_config.json`` and ``adapter_model.safetensors``.
            base_name: what the configuration calls the base model; of a path of some machine the
                last part is taken.

        Raises:
            InvalidInput: one is no plain LoRA, or they do not fit each other.
            CannotCheck: torch is not installed.
            ServiceFailed: the disk refused.
        """
        ...
