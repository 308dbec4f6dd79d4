"""The one accepted spelling of bytes, numbers and lines inside notes, checkpoints and proofs."""

import re
from base64 import b64decode, b64encode

from oneseek.domain.errors import InvalidInput

MAX_INTEGER = 2**63 - 1
"""Largest tree size that other implementations (and SQL databases) can hold."""

_BASE64 = re.compile(r"[A-Za-z0-9+/]*={0,2}")
_UNWRITABLE = re.compile(r"[\x00-\x09\x0b-\x1f\ud800-\udfff]")
_DECIMAL = re.compile(r"0|[1-9][0-9]{0,18}")


def encode_base64(data: bytes) -> str:
    """Return ``data`` as standard, padded base64 (RFC 4648, section 4)."""
    return b64encode(data).decode("ascii")


def decode_base64(text: str, what: str) -> bytes:
    """Return the bytes of padded base64; ``what`` names them in the error.

    Raises:
        InvalidInput: another spelling: no padding, URL alphabet, blanks, stray bits at the end.
    """
    if len(text) % 4 == 0 and _BASE64.fullmatch(text) is not None:
        data = b64decode(text)
        # Bits that the padding makes superfluous must be zero: writing again shows it.
        if encode_base64(data) == text:
            return data
    raise InvalidInput(f"{what} is not standard base64: {text[:80]!r}")


def parse_decimal(text: str, what: str) -> int:
    """Return the number 0 to 2^63 - 1 that ``text`` spells; ``what`` names it in the error.

    Raises:
        InvalidInput: a sign, a superfluous zero, a foreign digit, or a number too large.
    """
    if _DECIMAL.fullmatch(text) is not None and int(text) <= MAX_INTEGER:
        return int(text)
    raise InvalidInput(f"{what} is not a decimal number up to 2^63 - 1: {text[:80]!r}")


def require_text(text: str, what: str) -> None:
    """Check that ``text`` can stand in a note: UTF-8, no control character but the newline.

    Raises:
        InvalidInput: it cannot.
    """
    if _UNWRITABLE.search(text) is not None:
        raise InvalidInput(f"{what} contains a control character or half a surrogate pair")


def require_line(text: str, what: str) -> None:
    """Check that ``text`` can be a line of a note: not empty, no newline, and as above.

    Raises:
        InvalidInput: it cannot.
    """
    require_text(text, what)
    if not text or "\n" in text:
        raise InvalidInput(f"{what} must be one line, and not an empty one")
