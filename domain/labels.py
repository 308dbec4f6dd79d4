"""Names that people give to base models and datasets: safe in paths, YAML and on a command line."""

import re

from oneseek.domain.errors import InvalidInput

_LABEL = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}", re.ASCII)


def check_label(text: str, what: str) -> str:
    """Return ``text`` if it is a usable name for ``what``.

    Raises:
        InvalidInput: it is empty, longer than 100 characters, or has other characters than
            letters A-Z, digits, dot, underscore and hyphen, or begins with one of the last three.
    """
    if _LABEL.fullmatch(text) is None or ".." in text:
        raise InvalidInput(
            f"not a usable name for a {what}: {text!r}",
            hint="a letter or digit, then letters A-Z, digits, '.', '_' and '-', at most 100",
        )
    return text
