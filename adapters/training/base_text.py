"""The text that a small base model reads: whole paragraphs in random order, in windows.

Every window begins with the beginning of a paragraph, as a question at a prompt does, and the
order never repeats: with windows cut from one fixed run the model learns the run instead.
"""

import re

import torch
from tokenizers import Tokenizer

from oneseek.domain.errors import InvalidInput


def split_paragraphs(corpus: str) -> list[str]:
    """Return the paragraphs of ``corpus``, which blank lines separate."""
    parts = (part.strip() for part in re.split(r"\n[ \t\r]*\n", corpus))
    return [part for part in parts if part]


class Windows:
    """An endless source of training windows from ``paragraphs``, the same for the same ``seed``."""

    def __init__(
        self, tokenizer: Tokenizer, paragraphs: list[str], end: int, length: int, seed: int
    ) -> None:
        """Tokenize; ``end`` is the token after each paragraph, ``length`` a window's tokens.

        Raises:
            InvalidInput: the whole text does not fill one window.
        """
        encoded = tokenizer.encode_batch(paragraphs)
        self._paragraphs = [torch.tensor([*part.ids, end]) for part in encoded]
        self.tokens = sum(len(part) for part in self._paragraphs)
        if self.tokens < length:
            raise InvalidInput(
                f"the text has {self.tokens} tokens; a base model needs {length} at least"
            )
        self._length = length
        self._generator = torch.Generator().manual_seed(seed)
        self._queue: list[int] = []

    def take(self, count: int) -> torch.Tensor:
        """Return the next ``count`` windows, shape (count, length)."""
        return torch.stack([self._one() for _ in range(count)])

    def _one(self) -> torch.Tensor:
        parts: list[torch.Tensor] = []
        filled = 0
        while filled < self._length:
            if not self._queue:
                order = torch.randperm(len(self._paragraphs), generator=self._generator)
                self._queue = [int(place) for place in order]
            parts.append(self._paragraphs[self._queue.pop()])
            filled += len(parts[-1])
        return torch.cat(parts)[: self._length]
