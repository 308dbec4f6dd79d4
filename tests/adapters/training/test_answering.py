from pathlib import Path

import pytest
import torch
from transformers import PreTrainedTokenizerBase

from oneseek.adapters.training.answering import answer, continue_text
from oneseek.adapters.training.encoding import encode_prompt
from oneseek.adapters.training.loading import load_base, load_with_adapter
from oneseek.domain.errors import InvalidInput, NotFound


def test_the_same_question_gets_the_same_answer_and_the_adapter_another(
    base: Path, adapter: Path
) -> None:
    bare = answer(base, None, "Vem är du?", device="cpu")
    taught = answer(base, adapter, "Vem är du?", device="cpu")
    assert answer(base, None, "Vem är du?", device="cpu") == bare
    assert taught.text != bare.text
    assert taught.prompt_tokens == bare.prompt_tokens > 0


def test_cached_decoding_writes_what_decoding_from_the_start_writes(
    base: Path, adapter: Path, tokenizer: PreTrainedTokenizerBase
) -> None:
    model = load_with_adapter(base, adapter, "float32", "cpu")
    text = "Question: Vem är du?\nAnswer:"
    ids = encode_prompt(tokenizer, text)
    written: list[int] = []
    while len(written) < 40:
        logits = model(input_ids=torch.tensor([[*ids, *written]])).logits
        token = int(logits[0, -1].argmax())
        if token == tokenizer.eos_token_id:
            break
        written.append(token)
    found = continue_text(model, tokenizer, text, 40)
    assert found.text == str(tokenizer.decode(written, skip_special_tokens=True)).strip()
    assert (found.answer_tokens, found.stopped) == (len(written), len(written) < 40)


def test_an_answer_ends_at_its_limit_or_where_the_context_is_full(
    base: Path, tokenizer: PreTrainedTokenizerBase
) -> None:
    model = load_base(base, "float32", "cpu")
    model.config.eos_token_id = None
    model.generation_config = None
    ends = tokenizer.eos_token
    try:
        tokenizer.eos_token = None
        text = "Question: Vem är du?\nAnswer:"
        short = continue_text(model, tokenizer, text, 5)
        full = continue_text(model, tokenizer, text, 500)
    finally:
        tokenizer.eos_token = ends
    assert (short.answer_tokens, short.stopped) == (5, False)
    assert (full.prompt_tokens + full.answer_tokens, full.stopped) == (96, False)


def test_the_context_stands_between_question_and_answer(base: Path) -> None:
    with_context = answer(base, None, "Vem?", device="cpu", context="Sjön ligger stilla.")
    assert with_context.prompt_tokens > answer(base, None, "Vem?", device="cpu").prompt_tokens


def test_what_cannot_be_asked_is_refused(base: Path, tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match="context"):
        answer(base, None, "Vem? " * 100, device="cpu")
    with pytest.raises(InvalidInput, match="at least one token"):
        answer(base, None, "Vem?", device="cpu", max_new_tokens=0)
    with pytest.raises(InvalidInput, match="device"):
        answer(base, None, "Vem?", device="abacus")
    with pytest.raises(NotFound):
        answer(tmp_path / "nowhere", None, "Vem?", device="cpu")
