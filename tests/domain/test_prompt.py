"""The prompt form ``question-answer/v1``, character for character: a recipe only names it."""

import pytest

from oneseek.domain.prompt import PROMPT_FORMAT, completion, prompt


@pytest.mark.parametrize(
    ("context", "whole"),
    [
        ("", "Question: Vem är du?\nAnswer: Jag är OneSeek."),
        ("På svenska.", "Question: Vem är du?\nPå svenska.\nAnswer: Jag är OneSeek."),
    ],
)
def test_a_row_becomes_question_and_answer(context: str, whole: str) -> None:
    assert PROMPT_FORMAT == "question-answer/v1"
    assert prompt("Vem är du?", context) + completion("Jag är OneSeek.") == whole
