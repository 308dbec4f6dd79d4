"""A base model with a LoRA adapter laid on it: made new from a seed, or read from a folder."""

import math
from pathlib import Path
from typing import Any, TypeAlias

import torch
from peft import LoraConfig, PeftModelForCausalLM, set_peft_model_state_dict
from safetensors import SafetensorError
from safetensors.torch import load_file
from transformers import PreTrainedModel

from oneseek.adapters.training.devices import default_targets
from oneseek.adapters.training.files import read_json
from oneseek.adapters.training.quiet import one_line
from oneseek.domain.errors import InvalidInput
from oneseek.domain.recipe import Recipe

WEIGHTS = "adapter_model.safetensors"
CONFIG = "adapter_config.json"

CausalModel: TypeAlias = PreTrainedModel | PeftModelForCausalLM
"""A model with or without an adapter."""

# Settings that make PEFT import further libraries by name or rework the base's own weights.
_REFUSED = ("megatron_config", "loftq_config", "eva_config", "corda_config", "lora_ga_config")


def new_adapter(model: PreTrainedModel, recipe: Recipe) -> PeftModelForCausalLM:
    """Return ``model`` with an untrained adapter: A from the recipe's seed, B zero.

    Raises:
        InvalidInput: a target module is not in this model.
    """
    architecture = str(model.config.model_type)
    targets = sorted(recipe.target_modules or default_targets(architecture))
    _check_targets(model, targets)
    config = LoraConfig(
        task_type="CAUSAL_LM",
        r=recipe.lora_rank,
        lora_alpha=recipe.lora_alpha,
        lora_dropout=float(recipe.lora_dropout),
        target_modules=targets,
        # GPT-2 keeps its weights transposed; PEFT would find out by itself, and warn.
        fan_in_fan_out=architecture == "gpt2",
    )
    wrapped = _wrap(model, config)
    _draw(wrapped, recipe.seed)
    return wrapped


def _wrap(model: PreTrainedModel, config: LoraConfig) -> PeftModelForCausalLM:
    try:
        return PeftModelForCausalLM(model, config)
    except (TypeError, ValueError, KeyError, AttributeError, ImportError) as error:
        raise InvalidInput(
            f"no LoRA adapter of these settings fits the base: {one_line(error)}"
        ) from error


def _check_targets(model: PreTrainedModel, targets: list[str]) -> None:
    names = [name for name, _ in model.named_modules()]
    for target in targets:
        # PEFT is content when one of several targets exists and says nothing of the others.
        if not any(name == target or name.endswith(f".{target}") for name in names):
            raise InvalidInput(
                f"the base model ({model.config.model_type}) has no module named {target!r}",
                hint="leave the target modules out to take the architecture's own",
            )


def _draw(model: PeftModelForCausalLM, seed: int) -> None:
    """Give every A its starting values, the uniform distribution PEFT uses, from ``seed`` alone.

    Drawn in float64 and then cast: torch's float32 samplers give other bits on other CPUs.
    """
    generator = torch.Generator().manual_seed(seed)
    for name, parameter in sorted(adapter_parameters(model).items()):
        if "lora_A" not in name:
            continue
        bound = 1.0 / math.sqrt(parameter.shape[1])
        values = torch.rand(parameter.shape, generator=generator, dtype=torch.float64)
        with torch.no_grad():
            parameter.copy_((values * 2.0 - 1.0) * bound)


def adapter_parameters(model: PeftModelForCausalLM) -> dict[str, torch.nn.Parameter]:
    """Return the adapter's trainable tensors under the names that PEFT gives them in files."""
    return {
        name.replace(".default.", "."): parameter
        for name, parameter in model.named_parameters()
        if parameter.requires_grad
    }


def continue_adapter(model: PeftModelForCausalLM, recipe: Recipe, folder: Path) -> None:
    """Set the adapter on ``model`` to the earlier one in ``folder``.

    Raises:
        InvalidInput: it is no LoRA adapter, or of another rank, alpha or target than the recipe's.
    """
    earlier = read_lora_config(folder)
    config: Any = model.peft_config["default"]
    for field, label in (
        ("r", "rank"),
        ("lora_alpha", "alpha"),
        ("use_rslora", "rslora"),
        ("use_dora", "dora"),
    ):
        if getattr(earlier, field) != getattr(config, field):
            raise InvalidInput(
                f"the adapter to continue from has {label} {getattr(earlier, field)}, the recipe "
                f"says {getattr(config, field)}",
                hint=f"train on in its shape: {_shape(earlier)}",
            )
    theirs, ours = (", ".join(sorted(each.target_modules or ())) for each in (earlier, config))
    if theirs != ours:
        raise InvalidInput(
            f"the adapter to continue from changes {theirs}, the recipe says {ours}",
            hint=f"train on in its shape: {_shape(earlier)}",
        )
    _fill(model, folder)


def _shape(adapter: LoraConfig) -> str:
    """Return the options of ``oneseek train`` that give an adapter of this shape."""
    targets = ",".join(sorted(adapter.target_modules or ()))
    return f"--lora-rank {adapter.r} --lora-alpha {adapter.lora_alpha} --target-modules {targets}"


def load_adapter(model: PreTrainedModel, folder: Path) -> PeftModelForCausalLM:
    """Return ``model`` with the adapter in ``folder`` for inference.

    Raises:
        InvalidInput: no LoRA adapter, or one made for another base.
    """
    config = read_lora_config(folder)
    config.inference_mode = True
    wrapped = _wrap(model, config)
    _fill(wrapped, folder)
    wrapped.train(False)
    return wrapped


def read_lora_config(folder: Path) -> LoraConfig:
    """Return the adapter's settings.

    Raises:
        InvalidInput: absent, damaged, not LoRA, or wanting other libraries.
    """
    path = folder / CONFIG
    values: dict[str, Any] = read_json(path)
    if values.get("peft_type") != "LORA":
        raise InvalidInput(f"{path} describes {values.get('peft_type')!r}, not a LORA adapter")
    for name in _REFUSED:
        if values.get(name):
            raise InvalidInput(f"{path} asks for {name}, which is not supported here")
    known = LoraConfig.__dataclass_fields__.keys() - {*_REFUSED, "runtime_config", "auto_mapping"}
    try:
        return LoraConfig(**{name: value for name, value in values.items() if name in known})
    except (TypeError, ValueError, ImportError) as error:
        raise InvalidInput(
            f"{path} is not a usable LoRA configuration: {one_line(error)}"
        ) from error


def _fill(model: PeftModelForCausalLM, folder: Path) -> None:
    """Copy the tensors of ``folder`` into the adapter on ``model``; all of them, and no others."""
    path = folder / WEIGHTS
    try:
        outcome: Any = set_peft_model_state_dict(model, load_file(path))
    except (SafetensorError, OSError) as error:
        raise InvalidInput(f"{path} is not a readable safetensors file: {error}") from error
    except RuntimeError as error:
        raise InvalidInput(f"{path} holds tensors of other shapes than this base needs") from error
    # PEFT only warns, and then answers like the bare base.
    absent = sorted(key for key in outcome.missing_keys if "lora_" in key)
    strange = sorted(outcome.unexpected_keys)
    if absent or strange:
        raise InvalidInput(
            f"{path} was made for another base or other modules: {len(absent)} tensors absent, "
            f"{len(strange)} that have no place, the first is {(absent + strange)[0]}"
        )
