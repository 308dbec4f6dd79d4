import pytest
import torch

from oneseek.adapters.training.base_text import Windows, split_paragraphs
from oneseek.adapters.training.base_tokenizer import train_tokenizer
from oneseek.domain.errors import InvalidInput

_PARAGRAPHS = ["Sjön ligger stilla.", "The boats hardly move.", "Skolan ligger på en kulle."]


def _windows(seed: int = 1, length: int = 20) -> Windows:
    return Windows(train_tokenizer(_PARAGRAPHS, 300), _PARAGRAPHS, 2, length, seed)


def test_paragraphs_are_what_blank_lines_separate() -> None:
    assert split_paragraphs("a\nb\n\n\n c \n \t\nd\r\n\r\ne\n") == ["a\nb", "c", "d", "e"]
    assert split_paragraphs(" \n\n ") == []


def test_every_window_begins_with_a_paragraph() -> None:
    taken = _windows().take(9)
    assert taken.shape == (9, 20)
    assert set(taken[:, 0].tolist()) == {1}


def test_every_paragraph_comes_before_one_comes_again() -> None:
    tokenizer = train_tokenizer(_PARAGRAPHS, 300)
    shortest = min(len(part.ids) for part in tokenizer.encode_batch(_PARAGRAPHS))
    windows = Windows(tokenizer, _PARAGRAPHS, 2, shortest, 5)
    # A window as short as the shortest paragraph takes one paragraph each.
    assert len({tuple(window) for window in windows.take(3).tolist()}) == 3


def test_the_seed_decides_the_order() -> None:
    assert torch.equal(_windows(1).take(8), _windows(1).take(8))
    assert not torch.equal(_windows(1).take(8), _windows(2).take(8))


def test_a_text_shorter_than_a_window_is_refused() -> None:
    with pytest.raises(InvalidInput, match="tokens"):
        _windows(length=10_000)
