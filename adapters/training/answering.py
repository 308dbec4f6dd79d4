"""Ask a model one question: greedy decoding, so that the same question gets the same answer."""

from dataclasses import dataclass
from pathlib import Path

import torch
from transformers import PreTrainedTokenizerBase

from oneseek.adapters.training.devices import choose_device, choose_precision
from oneseek.adapters.training.encoding import encode_prompt, usable_length
from oneseek.adapters.training.loading import load_tokenizer, load_with_adapter
from oneseek.adapters.training.lora_model import CausalModel
from oneseek.adapters.training.quiet import quiet
from oneseek.domain.errors import InvalidInput
from oneseek.domain.prompt import prompt


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer; ``stopped`` says that the model ended it by itself."""

    text: str
    prompt_tokens: int
    answer_tokens: int
    stopped: bool


@quiet()
def answer(
    base_dir: Path,
    adapter_dir: Path | None,
    question: str,
    *,
    max_new_tokens: int = 128,
    device: str = "auto",
    context: str = "",
) -> Answer:
    """Return what the base model, with the adapter if one is named, answers to ``question``.

    Raises:
        NotFound, InvalidInput: a folder that cannot be opened (see :mod:`loading`), a device that
            is not here, or a question longer than the model's context.
    """
    used = choose_device(device)
    tokenizer = load_tokenizer(base_dir)
    model = load_with_adapter(base_dir, adapter_dir, choose_precision("auto", used), used)
    return continue_text(model, tokenizer, prompt(question, context), max_new_tokens)


def continue_text(
    model: CausalModel, tokenizer: PreTrainedTokenizerBase, text: str, max_new_tokens: int
) -> Answer:
    """Return the most probable continuation of ``text``, token by token.

    It ends at the model's end token, after ``max_new_tokens``, or where the context is full.

    Raises:
        InvalidInput: ``text`` alone fills the model's context, or ``max_new_tokens`` is below 1.
    """
    if max_new_tokens < 1:
        raise InvalidInput(f"an answer needs room for at least one token, not {max_new_tokens}")
    ids = encode_prompt(tokenizer, text)
    room = usable_length(model.config, len(ids) + max_new_tokens) - len(ids)
    if room < 1:
        raise InvalidInput(
            f"the question has {len(ids)} tokens and fills the model's context",
            hint="ask a shorter question",
        )
    written, stopped = _greedy(model, ids, room, _end_tokens(model, tokenizer))
    answered = tokenizer.decode(written, skip_special_tokens=True)
    return Answer(str(answered).strip(), len(ids), len(written), stopped)


def _greedy(
    model: CausalModel, ids: list[int], room: int, ends: frozenset[int]
) -> tuple[list[int], bool]:
    """Return the tokens written, without the end token, and whether that came."""
    written: list[int] = []
    given = torch.tensor([ids], device=model.device)
    past = None
    with torch.no_grad():
        while len(written) < room:
            step = model(input_ids=given, past_key_values=past, use_cache=True)
            past = step.past_key_values
            token = int(step.logits[0, -1].argmax())
            if token in ends:
                return written, True
            written.append(token)
            given = torch.tensor([[token]], device=model.device)
    return written, False


def _end_tokens(model: CausalModel, tokenizer: PreTrainedTokenizerBase) -> frozenset[int]:
    """Return every token that ends an answer; chat models have several."""
    ends: set[int] = set()
    generation = getattr(model, "generation_config", None)
    for value in (
        tokenizer.eos_token_id,
        model.config.eos_token_id,
        getattr(generation, "eos_token_id", None),
    ):
        ends.update(value if isinstance(value, list) else [] if value is None else [value])
    return frozenset(ends)
