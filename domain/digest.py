"""SHA-256 digests as text: 64 lower-case hex digits, the only spelling in the whole system."""

import hashlib
import re
from typing import Annotated

from msgspec import Meta

from oneseek.domain.errors import InvalidInput

# ``\Z``, not ``$``: msgspec searches, and ``$`` also stands before a line end.
Digest = Annotated[str, Meta(pattern=r"^[0-9a-f]{64}\Z")]
"""A SHA-256 digest, 64 lower-case hex digits (checked by msgspec wherever a struct is decoded)."""

_HEX64 = re.compile(r"[0-9a-f]{64}")


def sha256(data: bytes) -> Digest:
    """Return the SHA-256 digest of ``data`` as 64 lower-case hex digits."""
    return hashlib.sha256(data).hexdigest()


def parse_digest(text: str) -> Digest:
    """Return ``text`` if it is a digest in the one accepted spelling.

    Raises:
        InvalidInput: it is anything else (upper case, a prefix such as ``sha256:``, cut short).
    """
    if _HEX64.fullmatch(text) is None:
        raise InvalidInput(f"not a SHA-256 digest (64 lower-case hex digits): {text!r}")
    return text
