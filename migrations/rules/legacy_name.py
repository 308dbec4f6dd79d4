"""What is read out of a name of the old system, and the sentence where nothing can be."""

import unicodedata
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class LegacyName:
    """The parts of a legacy name, as they are written in it. None or empty where absent."""

    text: str
    """The whole name as given."""
    generation: str
    """``L0`` OQT-1.0, ``L1`` three numbers, ``L2`` OneSeek version, ``D1`` three hashes, ``D2``
    categories, ``D2s`` the same without a model in front, ``D2o`` two hashes alone, ``D3``
    certified, ``D3m`` merged, ``short`` one hash, ``run``, ``auto`` (autonomy), ``micro``, ``DDP``,
    ``adapter``, ``checkpoint``."""
    also: tuple[str, ...] = ()
    """Generations that could have written the same text."""
    model: str | None = None
    """As written, without a language after it."""
    major: int | None = None
    minor: int | None = None
    patch: int | None = None
    language: str | None = None
    """Lower case: ``-SV`` gives ``sv``."""
    datasets: tuple[str, ...] = ()
    """Tokens of the data-set part, without its ``ds``."""
    hashes: tuple[str, ...] = ()
    """Of eight digits, but for six in ``short``, and for what an old parser left of one."""
    base: str | None = None
    """Base model, in names of weights and adapters."""
    stamp: str | None = None
    """A time as written: of an adapter, a run or a checkpoint (``week-47`` too)."""
    cycle: str | None = None
    """Of the autonomy loop."""
    quantization: str | None = None
    """Of a GGUF file."""
    extension: str | None = None
    """With its dot."""
    remarks: tuple[str, ...] = ()
    """Sentences about what is odd, ambiguous, or was tolerated."""

    @property
    def normal(self) -> str:
        """The name in NFC: equal for twins that differ in how letters are composed."""
        return unicodedata.normalize("NFC", self.text)

    @property
    def generations(self) -> tuple[str, ...]:
        """Every generation that could have written it, the likeliest first."""
        return (self.generation, *self.also)

    @property
    def version(self) -> str | None:
        """``1.10`` or ``1.2.0``, without zeros in front; None where there is no number."""
        numbers = (self.major, self.minor, self.patch)
        return ".".join(str(number) for number in numbers if number is not None) or None


@dataclass(frozen=True, slots=True, kw_only=True)
class Unreadable:
    """A text that is no name of the old system, or a broken one."""

    text: str
    reason: str
    """One sentence: ``unreadable because …``."""

    @property
    def normal(self) -> str:
        """The text in NFC."""
        return unicodedata.normalize("NFC", self.text)


class Broken(ValueError):
    """Ends the reading of a name; holds what follows ``unreadable because``."""


def quoted(part: str) -> str:
    """Return ``part`` for a sentence: in quotes, cut, what cannot be printed as an escape."""
    return repr(part if len(part) <= 60 else f"{part[:59]}…")
