"""``JSON.stringify`` and ``substring`` of JavaScript, exactly, for values that came from JSON.

Source: ECMAScript 2025, 6.1.6.1.20 (Number::toString), 25.5.2 (JSON.stringify, with the escapes of
lone surrogates) and 10.1.11.1 (own keys: array indices first, in order of number).
"""

import re
from functools import lru_cache
from json.encoder import encode_basestring
from typing import cast

_LONE = re.compile("[\ud800-\udfff]")
_INDEX = re.compile(r"0|[1-9][0-9]{0,9}")
_LAST_INDEX = 2**32 - 2
_EXACT = 2**53
_PLAIN_DIGITS = 21
"""From ``1e21`` on numbers are written with an exponent."""


def stringify(value: object) -> str:
    """Return the text that ``JSON.stringify(JSON.parse(text))`` gives.

    ``value`` is what :func:`json.loads` makes of that text. A whole number of Python is taken for
    the double that JavaScript reads instead.

    Raises:
        RecursionError: it is nested deeper than the interpreter allows.
    """
    if isinstance(value, str):
        return string_text(value)
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return number_text(value)
    if isinstance(value, list):
        return f"[{','.join(map(stringify, value))}]"
    if not isinstance(value, dict):
        raise TypeError(f"no JSON value: {type(value).__name__}")
    members = cast("dict[str, object]", value)
    pairs = (f"{_key_text(key)}:{stringify(members[key])}" for key in ordered_keys(members))
    return f"{{{','.join(pairs)}}}"


def string_text(text: str) -> str:
    """Return ``text`` in quotes: raw except control characters and halves of surrogate pairs."""
    quoted = encode_basestring(text)
    if quoted.isascii():
        return quoted
    return _LONE.sub(lambda half: f"\\u{ord(half[0]):04x}", quoted)


_key_text = lru_cache(1024)(string_text)


def ordered_keys(members: dict[str, object]) -> list[str]:
    """Return the keys in JavaScript's order: array indices first, the others as they came."""
    indices = [
        key
        for key in members
        if key[:1].isdigit() and _INDEX.fullmatch(key) and int(key) <= _LAST_INDEX
    ]
    if not indices:
        return list(members)
    taken = set(indices)
    return sorted(indices, key=int) + [key for key in members if key not in taken]


def number_text(number: int | float) -> str:
    """Return a number as ``JSON.stringify`` prints it: ``1e-7``, ``0`` for -0, ``null`` for NaN."""
    if isinstance(number, int) and -_EXACT < number < _EXACT:
        return str(number)
    try:
        double = float(number)
    except OverflowError:
        return "null"
    if double != double or double in (float("inf"), float("-inf")):
        return "null"
    if double == 0:
        return "0"
    sign = "-" if double < 0 else ""
    # Python, too, gives the shortest digits that read back as the same double; only the layout
    # around them differs.
    mantissa, _, exponent = repr(abs(double)).partition("e")
    whole, _, fraction = mantissa.partition(".")
    digits = (whole + fraction).lstrip("0")
    skipped = len(whole + fraction) - len(digits)
    point = len(whole) - skipped + int(exponent or 0)
    return sign + _laid_out(digits.rstrip("0"), point)


def _laid_out(digits: str, point: int) -> str:
    """Lay out ``0.DIGITS × 10^point`` as Number::toString does."""
    count = len(digits)
    if count <= point <= _PLAIN_DIGITS:
        return digits + "0" * (point - count)
    if 0 < point <= _PLAIN_DIGITS:
        return f"{digits[:point]}.{digits[point:]}"
    if -6 < point <= 0:
        return f"0.{'0' * -point}{digits}"
    head = digits if count == 1 else f"{digits[0]}.{digits[1:]}"
    return f"{head}e{point - 1:+d}"


def utf16_length(text: str) -> int:
    """Return the length that JavaScript sees: UTF-16 units."""
    return len(text) + sum(char > "\uffff" for char in text)


def utf16_cut(text: str, units: int) -> str:
    """Return ``text.substring(0, units)``; a pair cut in two leaves its first half."""
    data = text.encode("utf-16-le", "surrogatepass")[: 2 * units]
    return data.decode("utf-16-le", "surrogatepass")


def shortened(question: str, units: int = 100) -> str:
    """Return a question as the Firestore ledger keeps it: cut, with three dots if it was longer."""
    if utf16_length(question) <= units:
        return question
    return utf16_cut(question, units) + "..."
