"""Rows as token numbers and labels: the model learns the answers, not the questions.

A sequence is the prompt's tokens (with the begin token where the tokenizer adds one), the
answer's tokens, and the end token. Labels are -100 over prompt and padding, which
``cross_entropy`` leaves out of the loss.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from transformers import PreTrainedTokenizerBase

from oneseek.domain.errors import InvalidInput
from oneseek.domain.prompt import completion, prompt
from oneseek.domain.rows import Row

IGNORED = -100


@dataclass(frozen=True, slots=True)
class Encoded:
    """One row as numbers: ``labels`` has the length of ``ids``; ``cut`` when its end is missing."""

    number: int
    ids: tuple[int, ...]
    labels: tuple[int, ...]
    cut: bool


@dataclass(frozen=True, slots=True)
class Batch:
    """Tensors of shape (rows, longest row), padded on the right."""

    ids: torch.Tensor
    mask: torch.Tensor
    labels: torch.Tensor

    @property
    def answer_tokens(self) -> int:
        """How many tokens count in the loss; the first of a row has no token before it."""
        return int((self.labels[:, 1:] != IGNORED).sum())


def encode_prompt(tokenizer: PreTrainedTokenizerBase, text: str) -> list[int]:
    """Return the token numbers of ``text`` as a model sees it before it answers."""
    ids = [int(token) for token in tokenizer(text)["input_ids"]]
    # Some tokenizers close every text; a prompt is not closed.
    if ids and ids[-1] == tokenizer.eos_token_id:
        ids.pop()
    return ids


def encode_rows(
    tokenizer: PreTrainedTokenizerBase, rows: Sequence[Row], max_length: int
) -> list[Encoded]:
    """Return ``rows`` in their order, each at most ``max_length`` tokens, cut at the end.

    Raises:
        InvalidInput: nothing of a row's answer fits, or the tokenizer has no end token.
    """
    return [_encode(tokenizer, row, max_length) for row in rows]


def _encode(tokenizer: PreTrainedTokenizerBase, row: Row, max_length: int) -> Encoded:
    if tokenizer.eos_token_id is None:
        raise InvalidInput("the base model's tokenizer has no end-of-text token")
    question = prompt(row.instruction, row.input)
    before = encode_prompt(tokenizer, question)
    if len(before) >= max_length:
        raise InvalidInput(
            f"row {row.number}: the question alone has {len(before)} tokens, so nothing of its "
            f"answer fits into {max_length}",
            hint="raise the greatest length, or shorten the row",
        )
    answer = [*_answer_tokens(tokenizer, question, before, row), int(tokenizer.eos_token_id)]
    ids = (*before, *answer)
    labels = (*(IGNORED for _ in before), *answer)
    return Encoded(row.number, ids[:max_length], labels[:max_length], len(ids) > max_length)


def _answer_tokens(
    tokenizer: PreTrainedTokenizerBase, question: str, before: list[int], row: Row
) -> list[int]:
    """Return the answer's tokens as they follow the question's.

    Tokenizers of the SentencePiece family add a blank before a text of its own, so the whole is
    tokenized and the question's part taken off, wherever the whole begins with that part.
    """
    whole = encode_prompt(tokenizer, question + completion(row.output))
    if whole[: len(before)] == before:
        return whole[len(before) :]
    alone = tokenizer(completion(row.output), add_special_tokens=False)["input_ids"]
    return [int(token) for token in alone]


def collate(rows: Sequence[Encoded], padding: int, device: str) -> Batch:
    """Return ``rows`` (at least one) as tensors on ``device``; ``padding`` is a token number."""
    longest = max(len(row.ids) for row in rows)
    ids = torch.full((len(rows), longest), padding, dtype=torch.long)
    mask = torch.zeros((len(rows), longest), dtype=torch.long)
    labels = torch.full((len(rows), longest), IGNORED, dtype=torch.long)
    for line, row in enumerate(rows):
        ids[line, : len(row.ids)] = torch.tensor(row.ids)
        mask[line, : len(row.ids)] = 1
        labels[line, : len(row.ids)] = torch.tensor(row.labels)
    return Batch(ids.to(device), mask.to(device), labels.to(device))


def padding_token(tokenizer: PreTrainedTokenizerBase) -> int:
    """Return a token number to pad with; it is masked, so any that exists will do."""
    for token in (tokenizer.pad_token_id, tokenizer.eos_token_id):
        if token is not None:
            return int(token)
    return 0


def usable_length(config: object, wanted: int) -> int:
    """Return ``wanted``, or the model's own context where that is shorter (in tokens)."""
    context = getattr(config, "max_position_embeddings", None)
    return min(wanted, context) if isinstance(context, int) else wanted
