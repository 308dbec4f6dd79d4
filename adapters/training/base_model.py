"""Make a small base model from a text: a real Hugging Face folder, the same bytes every time.

It is large enough for a LoRA adapter to teach it visibly and small enough for a laptop's CPU; it
stands in where no 7B model can be downloaded.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import torch
from torch.nn.functional import cross_entropy
from transformers import PreTrainedModel

from oneseek.adapters.training.base_shapes import BaseSize, make_config, make_model
from oneseek.adapters.training.base_text import Windows, split_paragraphs
from oneseek.adapters.training.base_tokenizer import (
    special_ids,
    train_tokenizer,
    write_tokenizer,
)
from oneseek.adapters.training.devices import set_determinism
from oneseek.adapters.training.files import make_folder, write_json, write_tensors
from oneseek.adapters.training.quiet import quiet
from oneseek.adapters.training.schedule import rate_factor
from oneseek.domain.errors import Interrupted, InvalidInput

__all__ = ["BaseReport", "BaseSize", "create_base"]

_BATCH = 8
_WINDOW = 128
_RATE = 5e-3
_WARMUP = 20
_FLOOR = 0.05
# Strong, because the text is read many times over: without it the model learns by heart what a
# LoRA adapter should be able to change.
_DECAY = 0.3


@dataclass(frozen=True, slots=True)
class BaseReport:
    """What was made: sizes, and the mean loss per token of the first and the last step."""

    parameters: int
    tokens: int
    """Length of the text in tokens."""
    first_loss: float
    last_loss: float


@quiet()
def create_base(
    directory: Path,
    *,
    architecture: str,
    seed: int,
    corpus: str,
    name: str,
    on_progress: Callable[[int, int, float], None],
    should_stop: Callable[[], bool],
    size: BaseSize | None = None,
    steps: int = 800,
) -> BaseReport:
    """Train a decoder from nothing on ``corpus`` and write it into ``directory``.

    Nothing is written before the training is over. The weights depend on the arguments and on the
    CPU's vector level, not on process, hash seed or thread count.

    Args:
        directory: receives config.json, generation_config.json, model.safetensors and the
            tokenizer's three files.
        architecture: ``gpt2``, ``llama``, ``mistral`` or ``qwen2``.
        seed: for the starting weights and for the order in which the text is read.
        corpus: paragraphs, separated by blank lines; each is learnt with its begin and end.
        name: the model's name, kept in config.json.
        on_progress: called after each step with steps done, all steps, and the step's loss.
        should_stop: asked before each step.
        size: None takes :class:`BaseSize` as it stands, 1.0 M parameters.
        steps: optimizer steps of 8 windows of 128 tokens.

    Raises:
        InvalidInput: no such architecture, an impossible size, no steps, or too short a text.
        Interrupted: ``should_stop`` said yes.
        ServiceFailed: the disk refused.
    """
    size = size or BaseSize()
    size.check()
    if steps < 1:
        raise InvalidInput(f"a base model needs at least 1 training step, not {steps}")
    # One thread: a second gains a fifth of the time here and splits the sums elsewhere, so that
    # the bytes would depend on how many cores a machine has.
    set_determinism(seed, 1)
    paragraphs = split_paragraphs(corpus)
    tokenizer = train_tokenizer(paragraphs, size.vocabulary)
    ids = special_ids()
    text = Windows(tokenizer, paragraphs, ids["eos_token_id"], min(_WINDOW, size.context) + 1, seed)
    model = make_model(make_config(architecture, size, tokenizer.get_vocab_size(), ids), seed)
    losses = _train(model, text, steps, on_progress, should_stop)
    make_folder(directory)
    write_tokenizer(directory, tokenizer, size.context)
    _write_model(directory, model, name, ids)
    return BaseReport(
        parameters=sum(parameter.numel() for parameter in model.parameters()),
        tokens=text.tokens,
        first_loss=losses[0],
        last_loss=losses[-1],
    )


def _train(
    model: PreTrainedModel,
    text: Windows,
    steps: int,
    on_progress: Callable[[int, int, float], None],
    should_stop: Callable[[], bool],
) -> list[float]:
    """Train on windows of ``text``; return the loss of every step."""
    optimizer = torch.optim.AdamW(
        model.parameters(), lr=_RATE, betas=(0.9, 0.95), weight_decay=_DECAY
    )
    warmup = min(_WARMUP, steps // 2)
    losses: list[float] = []
    model.train()
    for step in range(steps):
        if should_stop():
            raise Interrupted(f"making the base model was stopped after step {step}")
        factor = rate_factor(step, steps, warmup, cosine=True, floor=_FLOOR)
        losses.append(_step(model, optimizer, text.take(_BATCH), _RATE * factor))
        on_progress(step + 1, steps, losses[-1])
    return losses


def _step(
    model: PreTrainedModel, optimizer: torch.optim.Optimizer, windows: torch.Tensor, rate: float
) -> float:
    for group in optimizer.param_groups:
        group["lr"] = rate
    logits = model(input_ids=windows[:, :-1], use_cache=False).logits
    loss = cross_entropy(logits.flatten(0, 1), windows[:, 1:].flatten())
    optimizer.zero_grad(set_to_none=True)
    torch.autograd.backward(loss)
    torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
    optimizer.step()
    return float(loss.detach())


def _write_model(
    directory: Path, model: PreTrainedModel, name: str, tokens: dict[str, int]
) -> None:
    config = model.config.to_dict()
    # The version of transformers that wrote the file would change its bytes and mean nothing.
    config.pop("transformers_version", None)
    config |= {
        "_name_or_path": name,
        "architectures": [type(model).__name__],
        "dtype": "float32",
    }
    write_json(directory / "config.json", config)
    write_json(directory / "generation_config.json", tokens)
    # Tied weights are listed once here, so the output layer is not written a second time.
    write_tensors(directory / "model.safetensors", dict(model.named_parameters()))
