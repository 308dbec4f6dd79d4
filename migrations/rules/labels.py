"""Labels: any legacy name made into a name of one folder in the certified tree."""

import re

from oneseek.domain.names import CURRENT_NAME

MOST_BYTES = 200
"""Of UTF-8; leaves room for what tells two folders of one name apart."""
NO_LABEL = "unnamed"

# A fixed list, not the classes of unicodedata: those change with Python, and a label is for ever.
_UNFIT = re.compile(
    r"[/\\\x00-\x1f\x7f-\x9f\ud800-\udfff\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]"
)
_TAKEN = frozenset((CURRENT_NAME.casefold(), "readme.md"))
"""What the tree has at its top besides versions."""


def folder_label(text: str) -> str:
    """Return ``text`` as a plain name of a folder, the same for the same text.

    Separators, control characters and what turns the direction of writing become ``_``, so does a
    dot in front. Two texts may give one label.
    """
    label = _UNFIT.sub("_", text)
    label = label.encode()[:MOST_BYTES].decode(errors="ignore").strip(" ")
    if label.startswith("."):
        label = f"_{label[1:]}"
    if label.casefold() in _TAKEN:
        label += "_"
    return label or NO_LABEL
