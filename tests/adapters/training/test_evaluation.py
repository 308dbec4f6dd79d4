import math
from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from torch.nn.functional import cross_entropy
from transformers import PreTrainedTokenizerBase

from oneseek.adapters.training.answering import continue_text
from oneseek.adapters.training.encoding import IGNORED, encode_rows
from oneseek.adapters.training.evaluation import measure
from oneseek.adapters.training.loading import load_base, load_with_adapter
from oneseek.domain.errors import InvalidInput
from oneseek.domain.prompt import prompt
from oneseek.domain.recipe import Recipe
from oneseek.domain.rows import Row
from oneseek.domain.training_job import LoraOutcome

MakeRecipe = Callable[..., Recipe]


def test_the_numbers_are_those_of_one_row_at_a_time(
    base: Path, tokenizer: PreTrainedTokenizerBase, rows: tuple[Row, ...], make_recipe: MakeRecipe
) -> None:
    model = load_base(base, "float32", "cpu")
    found = measure(model, tokenizer, rows, make_recipe(batch_size=4), False)
    losses: list[float] = []
    right: list[bool] = []
    for row in encode_rows(tokenizer, rows, 96):
        logits = model(input_ids=torch.tensor([row.ids])).logits[0].detach()
        for place, label in enumerate(row.labels):
            if label != IGNORED:
                before = logits[place - 1]
                losses.append(float(cross_entropy(before, torch.tensor(label))))
                right.append(int(before.argmax()) == label)
    assert (found.rows, found.tokens) == (len(rows), len(losses))
    assert float(found.loss) == pytest.approx(sum(losses) / len(losses), rel=1e-5)
    assert float(found.perplexity) == pytest.approx(math.exp(float(found.loss)))
    assert float(found.token_accuracy) == sum(right) / len(right)
    assert found.exact_match is None


def test_exact_match_is_what_greedy_decoding_writes(
    base: Path,
    tokenizer: PreTrainedTokenizerBase,
    rows: tuple[Row, ...],
    all_targets: tuple[str, ...],
    make_recipe: MakeRecipe,
    train: Callable[..., LoraOutcome],
    tmp_path: Path,
) -> None:
    known = rows[:3]
    train(tmp_path, train_rows=known, target_modules=all_targets, lora_rank=8, epochs=40)
    model = load_with_adapter(base, tmp_path, "float32", "cpu")
    written = [
        continue_text(model, tokenizer, prompt(row.instruction, row.input), 80) for row in rows
    ]
    same = [
        answer.stopped and answer.text == row.output
        for answer, row in zip(written, rows, strict=True)
    ]
    assert 0 < sum(same) < len(rows)
    found = measure(model, tokenizer, rows, make_recipe(), True)
    assert found.exact_match is not None
    assert float(found.exact_match) == sum(same) / len(same)


def test_a_cut_answer_is_no_match(
    base: Path,
    tokenizer: PreTrainedTokenizerBase,
    make_recipe: MakeRecipe,
) -> None:
    # One token of the answer is left; whatever the model says, it is not the whole answer.
    row = Row(1, "Vem är du?", "", "Jag är en liten modell.")
    uncut = encode_rows(tokenizer, [row], 96)[0]
    length = uncut.labels.count(IGNORED) + 1
    model = load_base(base, "float32", "cpu")
    found = measure(model, tokenizer, [row], make_recipe(max_length=length), True)
    assert (found.tokens, found.token_accuracy, found.exact_match) == (1, "1.0", "0.0")


def test_the_mode_of_the_model_is_left_as_it_was(
    base: Path, tokenizer: PreTrainedTokenizerBase, rows: tuple[Row, ...], make_recipe: MakeRecipe
) -> None:
    model = load_base(base, "float32", "cpu")
    for training in (True, False):
        model.train(training)
        measure(model, tokenizer, rows, make_recipe(), False)
        assert model.training is training


def test_no_rows_and_unusable_models_are_refused(
    base: Path, tokenizer: PreTrainedTokenizerBase, rows: tuple[Row, ...], make_recipe: MakeRecipe
) -> None:
    model = load_base(base, "float32", "cpu")
    with pytest.raises(InvalidInput, match="no rows"):
        measure(model, tokenizer, [], make_recipe(), False)
    with torch.no_grad():
        next(model.parameters()).fill_(math.nan)
    with pytest.raises(InvalidInput, match="not usable"):
        measure(model, tokenizer, rows, make_recipe(), False)
