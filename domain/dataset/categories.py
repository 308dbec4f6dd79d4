"""Categories of a dataset, from the words of its file name.

The table is the one that the original training code used (its first of three). ``sv`` is left
out: there it meant a category, but it is the language, and is counted as that.
"""

import re

from oneseek.domain.errors import InvalidInput

_CATEGORY = re.compile(r"[A-Za-z0-9]+", re.ASCII)
_LONGEST = 120
"""Characters of all categories joined: they stand in DNA names, which are names of folders."""

_WORDS: dict[str, str] = {
    word: category
    for category, words in {
        "CivicID": ("civic", "civicid"),
        "Identity": ("identity", "id"),
        "SwedID": ("swedish", "swed"),
        "Privacy": ("privacy", "private", "gdpr"),
        "Nordic": ("nordic", "scandinavian"),
        "Fairness": ("fairness", "fair", "bias", "unbiased"),
        "Transparency": ("transparency", "transparent"),
        "Ethics": ("ethics", "ethical"),
        "Multilingual": ("multilingual",),
        "QA": ("qa", "question", "answer"),
        "Instruction": ("instruction", "instruct"),
        "Conversational": ("chat", "conversation", "dialog"),
    }.items()
    for word in words
}


def derive_categories(name: str) -> tuple[str, ...]:
    """Return the sorted categories that the words of a dataset's name stand for, often none."""
    words = re.split(r"[_\-. ]+", name.lower())
    return tuple(sorted({_WORDS[word] for word in words if word in _WORDS}))


def check_categories(categories: tuple[str, ...]) -> tuple[str, ...]:
    """Return given ``categories`` sorted, each once.

    Raises:
        InvalidInput: one could not stand in a DNA name, or all together are too long for one.
    """
    for category in categories:
        if _CATEGORY.fullmatch(category) is None:
            raise InvalidInput(
                f"not a usable category: {category!r}", hint="letters A-Z and digits, no blanks"
            )
    found = tuple(sorted(set(categories)))
    if len("-".join(found)) > _LONGEST:
        raise InvalidInput(
            f"the categories are longer than {_LONGEST} characters together", hint="give fewer"
        )
    return found
