"""Categories and data-set tokens: three functions of the old code that read a file's name.

They differ, and all three ended up in names and hashes: ``src/training/dataset_parser.py`` (hashes
of the certified generation), ``scripts/generate_dna.py`` (names without a model in front) and
``ml/training/certified_structure.py`` (the data-set part of a folder's name).
"""

import re
from collections.abc import Iterable

NO_CATEGORY = "General"
"""What the second generation wrote where it found no category."""
NO_TOKEN = "Default"
"""What the certified generation wrote where nothing was left of a file's name."""

_WORDS = {
    "CivicID": "civic civicid",
    "Identity": "identity id",
    "SwedID": "swedish swed swedid sv",
    "Privacy": "privacy private gdpr",
    "Nordic": "nordic scandinavian scandinavia",
    "Fairness": "fairness fair bias unbiased",
    "Transparency": "transparency",
    "Ethics": "ethical ethics",
    "Multilingual": "multilingual",
    "QA": "qa question answer",
    "Instruction": "instruction instruct",
    "Conversational": "chat conversation dialog dialogue",
}
_BY_WORD = {word: category for category, words in _WORDS.items() for word in words.split()}
_UNKNOWN_TO_GENERATE_DNA = frozenset(
    "id private scandinavia fair unbiased ethical answer instruct dialog dialogue".split()
)
_NO_TOKENS = frozenset("combined merged dataset train test val validation".split())
_MOST_TOKENS = 3

CATEGORIES = frozenset(_WORDS)
"""The twelve categories that the old code knew."""


def categories(path: str) -> frozenset[str]:
    """Return what ``dataset_parser`` made of a file's name; folders and suffix do not count.

    The old code kept them in a set, so the order in hashes differs from run to run.
    """
    tokens = (token.strip().lower() for token in re.split(r"[_\-.]", stem(path)))
    return frozenset(_BY_WORD[token] for token in tokens if token in _BY_WORD)


def categories_of_path(path: str) -> frozenset[str]:
    """Return what ``generate_dna`` made of a path as it was given to it.

    Folders and suffix are read as well, but ``/`` parts no words: of ``data/civic_id`` the first
    word is ``data/civic``, which is no category.
    """
    words = set(re.split(r"[._\-]", path.lower())) - _UNKNOWN_TO_GENERATE_DNA
    return frozenset(_BY_WORD[word] for word in words if word in _BY_WORD)


def categories_part(paths: Iterable[str]) -> str:
    """Return the part of a name that ``generate_dna`` wrote: ``dsCivicID-SwedID``."""
    found = frozenset[str]().union(*(categories_of_path(path) for path in paths))
    return f"ds{'-'.join(sorted(found)) or NO_CATEGORY}"


def tokens(path: str) -> tuple[str, ...]:
    """Return what ``certified_structure`` made of a file's name: three tokens at most."""
    parts = re.split(r"[_\-+]", stem(path))
    kept = [part for part in parts if len(part) > 1 and part.lower() not in _NO_TOKENS]
    return tuple(kept[:_MOST_TOKENS]) or (NO_TOKEN,)


def tokens_part(path: str) -> str:
    """Return the data-set part of a certified name: ``dscivic-education``."""
    return f"ds{'-'.join(tokens(path))}"


def stem(path: str) -> str:
    """Return a file's name without its last suffix, as Python 3.8 to 3.13 does.

    A backslash parts folders too: many old paths are from Windows.
    """
    name = re.split(r"[/\\]", path.rstrip("/\\"))[-1]
    at = name.rfind(".")
    return name[:at] if 0 < at < len(name) - 1 else name
