"""JSON text as the old Python programs hashed it.

Two forms. The *default* form is ``json.dumps(value, sort_keys=True)``: a blank after comma and
colon, everything outside ASCII as an escape. The *canonical* form of the signed runs is without
blanks, with raw UTF-8. Both print numbers as Python does (``1e-07``, ``NaN``).
"""

import json

_DEFAULT = json.JSONEncoder(sort_keys=True)
_CANONICAL = json.JSONEncoder(sort_keys=True, ensure_ascii=False, separators=(",", ":"))

default_form = _DEFAULT.encode
"""Give the default form of a value as text that is pure ASCII.

Raises:
    RecursionError: it is nested deeper than the interpreter allows.
"""


def canonical_form(value: object) -> bytes:
    """Return the canonical form of ``value`` in UTF-8.

    Raises:
        UnicodeEncodeError: a text holds half of a surrogate pair; the old program failed, too.
        RecursionError: it is nested deeper than the interpreter allows.
    """
    return _CANONICAL.encode(value).encode()
