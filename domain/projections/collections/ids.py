"""The ids of documents: texts of the ledger, changed only where a database would refuse them.

Firestore takes no id that is empty, ``.``, ``..``, of the form ``__…__``, longer than 1500 bytes,
or with a slash in it. A colon stands only in ids that a collection puts together itself, so that
``version:…`` is never somebody's query.
"""

import re

from oneseek.domain.digest import sha256

MAX_ID_BYTES = 1500
"""What Firestore takes."""

_PLAIN = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,199}")
_OTHER = re.compile(rb"[^A-Za-z0-9._-]|^[._-]")


def document_id(text: str) -> str:
    """Return the id for ``text``: itself wherever possible, and never that of another text.

    Other bytes than letters, digits, ``.``, ``_`` and ``-`` become ``%`` and two hex digits; of a
    text that is too long, the digest stands for it.
    """
    if _PLAIN.fullmatch(text):
        return text
    data = text.encode()
    escaped = _OTHER.sub(lambda found: b"%%%02X" % found.group()[0], data).decode("ascii")
    # No escaped text has "%s" in it, or ends with "%".
    return (escaped or "%") if len(escaped) <= MAX_ID_BYTES else f"%sha256-{sha256(data)}"
