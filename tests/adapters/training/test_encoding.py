import pytest
from transformers import PreTrainedTokenizerBase

from oneseek.adapters.training.encoding import (
    IGNORED,
    Encoded,
    collate,
    encode_prompt,
    encode_rows,
    padding_token,
    usable_length,
)
from oneseek.domain.errors import InvalidInput
from oneseek.domain.prompt import prompt
from oneseek.domain.rows import Row


def test_the_answer_is_learnt_and_the_question_is_not(
    tokenizer: PreTrainedTokenizerBase, rows: tuple[Row, ...]
) -> None:
    for row, encoded in zip(rows, encode_rows(tokenizer, rows, 96), strict=True):
        question = encode_prompt(tokenizer, prompt(row.instruction, row.input))
        learnt = [label for label in encoded.labels if label != IGNORED]
        assert list(encoded.ids[: len(question)]) == question
        assert set(encoded.labels[: len(question)]) == {IGNORED}
        assert tokenizer.decode(learnt) == f" {row.output}</s>"
        assert (encoded.number, encoded.cut) == (row.number, False)


def test_a_long_answer_is_cut_at_its_end_and_marked(tokenizer: PreTrainedTokenizerBase) -> None:
    row = Row(9, "Vem?", "", "Jag är OneSeek.")
    whole = encode_rows(tokenizer, [row], 96)[0]
    exact = encode_rows(tokenizer, [row], len(whole.ids))[0]
    short = encode_rows(tokenizer, [row], len(whole.ids) - 1)[0]
    assert exact == whole
    assert (short.ids, short.labels, short.cut) == (whole.ids[:-1], whole.labels[:-1], True)


def test_a_row_without_room_for_its_answer_is_refused_by_number(
    tokenizer: PreTrainedTokenizerBase,
) -> None:
    row = Row(9, "Vem?", "", "Jag.")
    question = len(encode_prompt(tokenizer, prompt("Vem?")))
    assert len(encode_rows(tokenizer, [row], question + 1)[0].ids) == question + 1
    with pytest.raises(InvalidInput, match="row 9"):
        encode_rows(tokenizer, [row], question)


def test_an_empty_answer_is_the_end_token(tokenizer: PreTrainedTokenizerBase) -> None:
    encoded = encode_rows(tokenizer, [Row(1, "Vem?", "", "")], 96)[0]
    assert encoded.ids[-1] == tokenizer.eos_token_id


def test_a_tokenizer_that_closes_texts_does_not_close_prompts(
    tokenizer: PreTrainedTokenizerBase,
) -> None:
    assert encode_prompt(tokenizer, "Vem?</s>") == encode_prompt(tokenizer, "Vem?")


def test_padding_is_on_the_right_and_counts_nowhere() -> None:
    short = Encoded(1, (5, 6, 7), (IGNORED, 6, 7), False)
    long = Encoded(2, (5, 6, 7, 8), (IGNORED, IGNORED, 7, 8), False)
    batch = collate([short, long], padding=0, device="cpu")
    assert batch.ids.tolist() == [[5, 6, 7, 0], [5, 6, 7, 8]]
    assert batch.mask.tolist() == [[1, 1, 1, 0], [1, 1, 1, 1]]
    assert batch.labels.tolist() == [[IGNORED, 6, 7, IGNORED], [IGNORED, IGNORED, 7, 8]]
    assert batch.answer_tokens == 4


def test_something_that_exists_is_padded_with(tokenizer: PreTrainedTokenizerBase) -> None:
    assert padding_token(tokenizer) == tokenizer.pad_token_id


def test_the_context_of_the_model_limits_the_length() -> None:
    class Config:
        max_position_embeddings = 64

    assert [usable_length(Config(), wanted) for wanted in (32, 64, 65)] == [32, 64, 64]
    assert usable_length(object(), 65) == 65
