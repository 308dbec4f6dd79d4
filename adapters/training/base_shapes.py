"""The architectures and sizes that a small base model can be made in."""

from dataclasses import dataclass
from typing import Any

import torch
from transformers import AutoConfig, AutoModelForCausalLM, PreTrainedConfig, PreTrainedModel

from oneseek.domain.errors import InvalidInput

ARCHITECTURES = ("gpt2", "llama", "mistral", "qwen2")


@dataclass(frozen=True, slots=True)
class BaseSize:
    """Widths and counts of a decoder; ``vocabulary`` and ``context`` are in tokens."""

    hidden: int = 128
    layers: int = 4
    heads: int = 4
    kv_heads: int = 2
    """Key/value heads; GPT-2 has as many as ``heads`` and ignores this."""
    vocabulary: int = 2048
    context: int = 256

    def check(self) -> None:
        """Return when these numbers make a model.

        Raises:
            InvalidInput: one is below 1, or they do not divide each other.
        """
        for name in ("hidden", "layers", "heads", "kv_heads", "context"):
            if getattr(self, name) < 1:
                raise InvalidInput(f"a model needs {name} of at least 1, not {getattr(self, name)}")
        if self.hidden % (2 * self.heads):
            raise InvalidInput(
                f"hidden {self.hidden} is not an even multiple of {self.heads} heads"
            )
        if self.heads % self.kv_heads:
            raise InvalidInput(
                f"{self.heads} heads are not a multiple of {self.kv_heads} key/value heads"
            )
        if self.vocabulary < 300:
            raise InvalidInput(
                f"a vocabulary of {self.vocabulary} has no room for 256 bytes, 4 special tokens "
                "and some merges",
                hint="use at least 300",
            )


def make_config(
    architecture: str, size: BaseSize, vocabulary: int, tokens: dict[str, int]
) -> PreTrainedConfig:
    """Return the configuration; ``vocabulary`` is the tokenizer's real one, ``tokens`` its ids.

    Raises:
        InvalidInput: another architecture.
    """
    if architecture not in ARCHITECTURES:
        raise InvalidInput(
            f"no such architecture: {architecture!r}", hint=f"use {', '.join(ARCHITECTURES)}"
        )
    values: dict[str, Any] = {"vocab_size": vocabulary, "tie_word_embeddings": True, **tokens}
    if architecture == "gpt2":
        values |= {
            "n_embd": size.hidden,
            "n_layer": size.layers,
            "n_head": size.heads,
            "n_positions": size.context,
            "attn_pdrop": 0.0,
            "embd_pdrop": 0.0,
            "resid_pdrop": 0.0,
        }
    else:
        values |= {
            "hidden_size": size.hidden,
            "num_hidden_layers": size.layers,
            "num_attention_heads": size.heads,
            "num_key_value_heads": size.kv_heads,
            "max_position_embeddings": size.context,
            "rms_norm_eps": 1e-5,
            # Two thirds of four times the width, as the gated family has it, in steps of 32.
            "intermediate_size": -(-size.hidden * 8 // (3 * 32)) * 32,
        }
    if architecture == "mistral":
        values["sliding_window"] = None
    config: PreTrainedConfig = AutoConfig.for_model(architecture, **values)
    return config


def make_model(config: PreTrainedConfig, seed: int) -> PreTrainedModel:
    """Return a float32 model with starting weights that depend on ``seed`` alone.

    Matrices are normal with deviation 0.05 (with the usual 0.02 a model this small needs twice the
    steps), norms one, biases zero. The normal values are drawn in float64 and cast: torch's float32
    samplers give other bits on CPUs with other vector units.
    """
    maker: Any = AutoModelForCausalLM
    model: PreTrainedModel = maker.from_config(
        config, attn_implementation="eager", dtype=torch.float32, trust_remote_code=False
    )
    generator = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for name, parameter in sorted(model.named_parameters()):
            if parameter.ndim > 1:
                drawn = torch.randn(parameter.shape, generator=generator, dtype=torch.float64)
                parameter.copy_(drawn * 0.05)
            else:
                parameter.fill_(0.0 if name.endswith("bias") else 1.0)
    return model
