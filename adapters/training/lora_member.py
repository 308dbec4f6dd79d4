"""One adapter of a chain: its matrices by module, and how strongly they count.

Only a plain LoRA on linear layers can be added to another. Whatever a configuration asks for
besides is refused by name, so that a setting of a later PEFT is not passed over either.
"""

import math
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import torch

from oneseek.adapters.training.files import read_json
from oneseek.adapters.training.legacy_weights import read_tensors
from oneseek.adapters.training.pickle_content import PEFT_NAME
from oneseek.adapters.training.pickle_values import shown
from oneseek.adapters.training.torch_tensors import load_safetensors
from oneseek.domain.errors import InvalidInput

MAX_CONFIG: Final = 1024 * 1024
_NAMES = ("adapter_model.safetensors", "adapter_model.bin", "adapter.pth")
_MODULE = re.compile(r"[A-Za-z0-9_]+(\.[A-Za-z0-9_]+)*")

# Settings that say nothing about what the matrices do, or that are looked at here.
_KNOWN = frozenset(
    "alpha_pattern auto_mapping base_model_name_or_path bias exclude_modules fan_in_fan_out "
    "inference_mode init_lora_weights layers_pattern layers_to_transform lora_alpha lora_dropout "
    "megatron_core peft_type peft_version qalora_group_size r rank_pattern revision "
    "runtime_config target_modules task_type use_rslora".split()
)
# Ways to begin that leave the base's own weights alone; others take a part out of them.
_BEGINNINGS = (True, False, "gaussian", "orthogonal", "eva")


@dataclass(frozen=True, slots=True)
class Pair:
    """What an adapter adds to one module: ``scale · B · A``."""

    a: torch.Tensor
    """rank x in"""
    b: torch.Tensor
    """out x rank"""
    scale: float

    @property
    def rank(self) -> int:
        return int(self.a.shape[0])


@dataclass(frozen=True, slots=True)
class Member:
    """A plain LoRA adapter."""

    pairs: dict[str, Pair]
    """By path of the module in the base."""
    targets: tuple[str, ...] | None
    """The module names that it listed; None where it chose in another way."""
    dropout: float
    transposed: bool
    """Its base keeps weights as in x out (``fan_in_fan_out``)."""


def read_member(folder: Path) -> Member:
    """Return the adapter in ``folder``: ``adapter_config.json`` beside weights.

    Raises:
        InvalidInput: it is no plain LoRA, damaged, or its weights cannot be read safely.
    """
    try:
        return _read(folder)
    except InvalidInput as error:
        raise InvalidInput(f"adapter {folder.name}: {error.message}", hint=error.hint) from error


def _read(folder: Path) -> Member:
    path = folder / "adapter_config.json"
    try:
        if path.stat().st_size > MAX_CONFIG:
            raise InvalidInput("its adapter_config.json is too large to be one")
        config = read_json(path)
        tensors = _tensors(folder)
    except OSError as error:
        raise InvalidInput(f"it could not be read: {error.strerror}") from error
    _check_plain(config)
    listed = config.get("target_modules")
    plain = isinstance(listed, list) and all(type(name) is str for name in listed)
    chosen = config.get("layers_to_transform") is not None or config.get("exclude_modules")
    return Member(
        pairs={
            module: Pair(a, b, _scale(config, module, a))
            for module, (a, b) in _matrices(tensors).items()
        },
        targets=tuple(listed) if plain and isinstance(listed, list) and not chosen else None,
        dropout=_number(config.get("lora_dropout", 0.0), "lora_dropout"),
        transposed=bool(config.get("fan_in_fan_out")),
    )


def _tensors(folder: Path) -> dict[str, torch.Tensor]:
    file = next((folder / name for name in _NAMES if (folder / name).is_file()), None)
    if file is None:
        raise InvalidInput(f"it has no weights ({', '.join(_NAMES)})")
    return load_safetensors(file) if file.suffix == ".safetensors" else read_tensors(file)


def _check_plain(config: dict[str, Any]) -> None:
    if config.get("peft_type") != "LORA":
        raise InvalidInput(f"it is of the type {config.get('peft_type')!r:.40}, no LORA")
    for name, value in sorted(config.items()):
        empty = isinstance(value, dict) and not any(value.values())
        if name not in _KNOWN and value and not empty:
            raise InvalidInput(f"it uses {shown(name)}, which is more than a plain LoRA")
    if config.get("bias", "none") != "none":
        raise InvalidInput("it trained biases, which are more than a plain LoRA")
    if config.get("init_lora_weights", True) not in _BEGINNINGS:
        raise InvalidInput("it began with a part of the base's own weights (init_lora_weights)")


def _matrices(
    tensors: dict[str, torch.Tensor],
) -> dict[str, tuple[torch.Tensor, torch.Tensor]]:
    found: dict[str, dict[str, torch.Tensor]] = {}
    for name, tensor in tensors.items():
        match = PEFT_NAME.fullmatch(name)
        if match is None or not _MODULE.fullmatch(match["module"]):
            raise InvalidInput(f"{shown(name)} is no matrix of a LoRA on a linear layer")
        if tensor.ndim != 2 or not tensor.is_floating_point():
            raise InvalidInput(f"{shown(name)} is no matrix")
        if found.setdefault(match["module"], {}).setdefault(match["matrix"], tensor) is not tensor:
            raise InvalidInput(f"it has two matrices {match['matrix']} for {match['module']}")
    for module, pair in found.items():
        if pair.keys() != {"A", "B"} or pair["A"].shape[0] != pair["B"].shape[1]:
            raise InvalidInput(f"the matrices for {module} are no pair")
    return {module: (pair["A"], pair["B"]) for module, pair in found.items()}


def _scale(config: dict[str, Any], module: str, a: torch.Tensor) -> float:
    rank = _number(_setting(config, "rank_pattern", module, config.get("r")), "r")
    alpha = _number(_setting(config, "alpha_pattern", module, config.get("lora_alpha")), "alpha")
    if rank != a.shape[0] or rank < 1:
        raise InvalidInput(
            f"its rank for {module} is {a.shape[0]}, its configuration says {rank:g}"
        )
    return alpha / math.sqrt(rank) if config.get("use_rslora") else alpha / rank


def _setting(config: dict[str, Any], name: str, module: str, usual: object) -> object:
    """Return the value of the first key that ends where ``module`` does, as PEFT looks it up."""
    pattern = config.get(name) or {}
    if not isinstance(pattern, dict):
        raise InvalidInput(f"its {name} is no object")
    for key, value in pattern.items():
        # PEFT reads the key as a regular expression; names and paths are all that one ever is, and
        # an expression from outside may take for ever.
        if not _MODULE.fullmatch(key.removeprefix("^")):
            raise InvalidInput(f"its {name} has a key that is no name: {shown(key)}")
        if module == key.removeprefix("^") or module.endswith(f".{key}"):
            return value
    return usual


def _number(value: object, name: str) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not abs(value) < 1e9:
        raise InvalidInput(f"its {name} is no number that can be used")
    return float(value)
