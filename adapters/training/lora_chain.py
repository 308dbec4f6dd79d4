"""Makes one LoRA adapter of a chain: what they add to a weight one after the other is one sum.

Each adds ``s · B · A`` to the weight of a module, whatever was added before. The sum of such terms
is again one: A matrices stacked, B matrices side by side, ranks added up
(https://arxiv.org/abs/2106.09685 for the form, PEFT's ``LoraLayer.update_layer`` for ``s``, which
is alpha / rank, or alpha / √rank with rslora). Where every term has the same s, the matrices stay
as they are to the bit; else s is taken into B.

This is what merging after each adapter gives. ``PeftModel`` objects laid in each other, as the old
trainer and server made them, give something else: each takes the place of the one before in the
layers that they share, and names with PEFT's prefix twice find no place on a plain base, so that
the answers are those of the bare base model. Such names lose the second prefix here.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import torch

from oneseek.adapters.training.files import make_folder, write_json
from oneseek.adapters.training.lora_member import Member, Pair, read_member
from oneseek.adapters.training.lora_targets import by_module, target_modules
from oneseek.adapters.training.torch_tensors import write_safetensors
from oneseek.domain.errors import InvalidInput


def join_adapters(adapters: Sequence[Path], folder: Path, base_name: str) -> None:
    """Write the sum of ``adapters`` into ``folder``; see the port.

    Raises:
        InvalidInput: one is no plain LoRA, or they do not fit each other.
        ServiceFailed: the disk refused.
    """
    members = [read_member(path) for path in adapters]
    if not members:
        raise InvalidInput("a chain of no adapters cannot be joined")
    if len({member.transposed for member in members}) > 1:
        raise InvalidInput("some adapters of the chain are for transposed weights, others are not")
    modules = _sums(members)
    make_folder(folder)
    write_json(folder / "adapter_config.json", _config(members, modules, _name_of(base_name)))
    tensors: dict[str, torch.Tensor] = {}
    for module, joined in modules.items():
        tensors[f"base_model.model.{module}.lora_A.weight"] = joined.a
        tensors[f"base_model.model.{module}.lora_B.weight"] = joined.b
    # The weights come last: a folder with weights is a whole one.
    write_safetensors(folder / "adapter_model.safetensors", tensors)


@dataclass(frozen=True, slots=True)
class _Sum:
    """All terms of one module as one: ``alpha / rank · B · A``."""

    a: torch.Tensor
    """rank x in"""
    b: torch.Tensor
    """out x rank"""
    alpha: int

    @property
    def rank(self) -> int:
        return int(self.a.shape[0])


def _sums(members: Sequence[Member]) -> dict[str, _Sum]:
    terms: dict[str, list[Pair]] = {}
    for member in members:
        for module, pair in member.pairs.items():
            terms.setdefault(module, []).append(pair)
    for module, pairs in terms.items():
        if len({(pair.a.shape[1], pair.b.shape[0]) for pair in pairs}) > 1:
            raise InvalidInput(f"adapters of the chain are for other sizes of {module}")
    every = [pair for pairs in terms.values() for pair in pairs]
    scale = _common_scale(terms)
    kinds = {matrix.dtype for pair in every for matrix in (pair.a, pair.b)}
    # Half precision would round the scaled values once more than the original did.
    kind = kinds.pop() if scale is not None and len(kinds) == 1 else torch.float32
    return {module: _sum(terms[module], scale, kind) for module in sorted(terms)}


def _common_scale(terms: Mapping[str, list[Pair]]) -> float | None:
    """Return the scale of every term, where it is one and gives whole alphas; else None."""
    scales = {pair.scale for pairs in terms.values() for pair in pairs}
    if len(scales) != 1:
        return None
    (scale,) = scales
    ranks = {sum(pair.rank for pair in pairs) for pairs in terms.values()}
    return scale if all((scale * rank).is_integer() for rank in ranks) else None


def _sum(pairs: Sequence[Pair], scale: float | None, kind: torch.dtype) -> _Sum:
    a = torch.cat([pair.a.to(kind) for pair in pairs])
    if scale is None:
        b = torch.cat([pair.b.to(kind) * pair.scale for pair in pairs], dim=1)
        return _Sum(a, b, int(a.shape[0]))
    b = torch.cat([pair.b.to(kind) for pair in pairs], dim=1)
    return _Sum(a, b, int(scale * a.shape[0]))


def _config(
    members: Sequence[Member], modules: Mapping[str, _Sum], base_name: str
) -> dict[str, object]:
    ranks = {module: joined.rank for module, joined in modules.items()}
    alphas = {module: joined.alpha for module, joined in modules.items()}
    # The pair that most modules have; the others are listed.
    rank, alpha = Counter(sorted(zip(ranks.values(), alphas.values(), strict=True))).most_common(1)[
        0
    ][0]
    dropouts = {member.dropout for member in members}
    return {
        "alpha_pattern": by_module(alphas, alpha),
        "auto_mapping": None,
        "base_model_name_or_path": base_name,
        "bias": "none",
        "fan_in_fan_out": members[0].transposed,
        "inference_mode": True,
        "init_lora_weights": True,
        "layers_pattern": None,
        "layers_to_transform": None,
        "lora_alpha": alpha,
        "lora_dropout": dropouts.pop() if len(dropouts) == 1 else 0.0,
        "modules_to_save": None,
        "peft_type": "LORA",
        "r": rank,
        "rank_pattern": by_module(ranks, rank),
        "revision": None,
        "target_modules": target_modules(modules, [member.targets for member in members]),
        "task_type": "CAUSAL_LM",
        "use_dora": False,
        "use_rslora": False,
    }


def _name_of(base_name: str) -> str:
    """Return ``base_name`` as it is, or the last part of what is a path of a machine."""
    parts = [part for part in base_name.replace("\\", "/").split("/") if part.strip(" .")]
    is_path = base_name.startswith(("/", "\\", "~", ".")) or base_name[1:2] == ":"
    if not parts:
        return "unknown"
    return parts[-1] if is_path or ".." in base_name.split("/") else base_name
