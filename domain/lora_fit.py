"""Does a LoRA adapter fit a base model? Told from the names and shapes of their tensors alone.

A LoRA pair stands beside a matrix: A has as many columns as the matrix has inputs, B as many rows
as it has outputs (https://arxiv.org/abs/2106.09685). That shapes fit does not prove that an adapter
was trained on a base; that they do not, proves that it was not.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from oneseek.domain.safetensors_header import TensorInfo

_PAIR = re.compile(r"base_model\.model\.(?P<module>.+)\.lora_(?P<half>[AB])(?:\.default)?\.weight")


@dataclass(frozen=True, slots=True)
class Fit:
    """What a comparison gave."""

    modules: int
    """Modules of the adapter that the base model has, with matching shapes."""
    misfit: str
    """The first that does not fit, as a sentence; empty where all do."""


def compare(adapter: Mapping[str, TensorInfo], base: Mapping[str, TensorInfo]) -> Fit:
    """Compare the LoRA pairs in ``adapter`` with the matrices of ``base``."""
    pairs: dict[str, dict[str, tuple[int, ...]]] = {}
    for name, tensor in adapter.items():
        if (found := _PAIR.fullmatch(name)) and len(tensor.shape) == 2:
            pairs.setdefault(found["module"], {})[found["half"]] = tensor.shape
    fits = 0
    for module, halves in pairs.items():
        if len(halves) != 2:
            return Fit(fits, f"{module} has one half of its pair")
        wanted = (halves["B"][0], halves["A"][1])
        there = _matrix(module, base)
        if there is None:
            return Fit(fits, f"the base model has no {module}")
        # Conv1D, as in GPT-2, keeps its matrix the other way round.
        if wanted not in (there, there[::-1]):
            return Fit(fits, f"{module} is {_text(there)} there, and {_text(wanted)} here")
        fits += 1
    return Fit(fits, "" if fits else "the adapter has no LoRA pairs")


def _matrix(module: str, base: Mapping[str, TensorInfo]) -> tuple[int, ...] | None:
    # Some files leave out the first part of every name, which is the model's own.
    for name in (f"{module}.weight", f"{module.partition('.')[2]}.weight"):
        if (tensor := base.get(name)) is not None:
            return tensor.shape
    return None


def _text(shape: tuple[int, ...]) -> str:
    return " × ".join(map(str, shape))
