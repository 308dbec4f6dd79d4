"""Measure a model on rows it should know, in one pass per row."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field

import torch
from torch.nn.functional import cross_entropy
from transformers import PreTrainedTokenizerBase

from oneseek.adapters.training.encoding import (
    IGNORED,
    Batch,
    Encoded,
    collate,
    encode_rows,
    padding_token,
    usable_length,
)
from oneseek.adapters.training.lora_model import CausalModel
from oneseek.adapters.training.quiet import quiet
from oneseek.domain.errors import InvalidInput
from oneseek.domain.recipe import Metrics, Recipe
from oneseek.domain.rows import Row
from oneseek.domain.values import number


@quiet()
def measure(
    model: CausalModel,
    tokenizer: PreTrainedTokenizerBase,
    rows: Sequence[Row],
    recipe: Recipe,
    exact_match: bool,
) -> Metrics:
    """Return loss, perplexity and token accuracy of ``model`` on ``rows`` by teacher forcing.

    Exact match costs nothing more: greedy decoding writes a reference answer token for token
    exactly when each of its tokens, the end included, is the most probable one after the
    reference before it. A row whose answer was cut is no match.

    Raises:
        InvalidInput: no rows, a row whose answer does not fit, or a model whose loss is no number.
    """
    encoded = encode_rows(tokenizer, rows, usable_length(model.config, recipe.max_length))
    return measure_encoded(model, encoded, padding_token(tokenizer), recipe, exact_match)


@dataclass
class _Sums:
    loss: float = 0.0
    tokens: int = 0
    right: int = 0
    matches: list[bool] = field(default_factory=list)


def measure_encoded(
    model: CausalModel,
    rows: Sequence[Encoded],
    padding: int,
    recipe: Recipe,
    exact_match: bool,
) -> Metrics:
    """As :func:`measure`, for rows that are encoded already; the model's mode is left as it was."""
    if not rows:
        raise InvalidInput("there are no rows to measure on")
    sums = _Sums()
    was_training = model.training
    model.train(False)
    try:
        with torch.no_grad():
            for start in range(0, len(rows), recipe.batch_size):
                part = rows[start : start + recipe.batch_size]
                _add(sums, model, collate(part, padding, recipe.device), part)
    finally:
        model.train(was_training)
    return _metrics(sums, exact_match)


def _add(sums: _Sums, model: CausalModel, batch: Batch, rows: Sequence[Encoded]) -> None:
    logits, wanted = predictions(model, batch)
    losses = cross_entropy(
        logits.flatten(0, 1), wanted.flatten(), ignore_index=IGNORED, reduction="none"
    )
    counted = wanted != IGNORED
    right = (logits.argmax(dim=-1) == wanted) & counted
    sums.loss += float(losses.double().sum())
    sums.tokens += int(counted.sum())
    sums.right += int(right.sum())
    whole = (right == counted).all(dim=1).tolist()
    pairs = zip(whole, rows, strict=True)
    sums.matches += [bool(all_right) and not row.cut for all_right, row in pairs]


def predictions(model: CausalModel, batch: Batch) -> tuple[torch.Tensor, torch.Tensor]:
    """Return float32 logits (rows, length - 1, vocabulary) and the tokens wanted there."""
    logits = model(input_ids=batch.ids, attention_mask=batch.mask, use_cache=False).logits
    return logits[:, :-1].float(), batch.labels[:, 1:]


def _metrics(sums: _Sums, exact_match: bool) -> Metrics:
    loss = sums.loss / sums.tokens
    # exp() of 700 and more is beyond a double; such a model predicts nothing.
    if not loss < 700.0:
        raise InvalidInput(f"the model's loss on the evaluation rows is {loss}: it is not usable")
    return Metrics(
        rows=len(sums.matches),
        tokens=sums.tokens,
        loss=number(loss),
        perplexity=number(math.exp(loss)),
        token_accuracy=number(sums.right / sums.tokens),
        exact_match=number(sum(sums.matches) / len(sums.matches)) if exact_match else None,
    )
