"""Categories of a dataset, from the words of its file name.

The table is the one that the original training code used (its first of three). ``sv`` is left
out: there it meant a category, but it is the language, and is counted as that.
"""

import re

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
