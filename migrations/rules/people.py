"""Does a file hold what people asked or were answered? In doubt, yes: then it is kept sealed.

Used for files of no known format. It looks for the names of fields, not at the texts, and at the
bytes, not at what they parse to: a file that is cut, or written in another encoding, counts too.
"""

import re
from itertools import chain
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from oneseek.migrations.look import Look

_NAMES = (
    "question answer response prompt user_message user_input user_query user_prompt message_text "
    "messages conversation conversations chat chat_history dialog dialogue transcript utterance "
    "human_comment human_rating comment feedback model_answer response_text responsepreview "
    "raw_responses rawresponses responses questions answers prompts user_id userid user_name "
    "username e-mail email ip_address ip_hash session_id synthesized_summary meta_review "
    "instruction_text usermessage userinput userquery modelanswer responsetext fråga svar"
).split()
_NAME = "|".join(sorted(map(re.escape, _NAMES), key=len, reverse=True))
_QUOTED = re.compile(rf"\"(?:{_NAME})\"\s*:".encode(), re.IGNORECASE)
# Nothing before the name is given back (``*+``): an indented line would be tried at each blank.
_ASKED = re.compile(rf"^[ \t\r]*+[-#>*]*+[ \t]*+[\"']?(?:{_NAME})[\"']?\s*:".encode(), re.I | re.M)
_CELL = re.compile(rf"\s*[\"']?(?:{_NAME})[\"']?\s*", re.IGNORECASE)
_CHUNK = 1024 * 1024
_OVERLAP = 256
_WIDE = {b"\xff\xfe": "utf-16-le", b"\xfe\xff": "utf-16-be"}


def holds_people_text(look: "Look") -> bool:
    """Tell whether a text file names fields that hold what people wrote.

    The whole file is read, in pieces. Binary files are not looked into.

    Raises:
        OSError: it cannot be read.
    """
    encoding = _WIDE.get(look.head[:2])
    if encoding is None and b"\0" in look.head:
        return False
    if encoding is None and _header_asks(look.head):
        return True
    with look.open() as stream:
        kept = b""
        for piece in chain(iter(lambda: stream.read(_CHUNK), b""), [b""]):
            data = kept + piece
            text = data.decode(encoding, "ignore").encode() if encoding else data
            if _QUOTED.search(text) or _ASKED.search(text):
                return True
            # An even number of bytes, so that a character of two bytes stays whole.
            kept = data[-_OVERLAP - (len(data) % 2) :]
    return False


def names_people_text(value: object) -> bool:
    """Tell whether an object read from JSON has a field of people's text itself, not deeper."""
    fields = value if isinstance(value, dict) else {}
    return any(isinstance(field, str) and field.lower() in _NAMES for field in fields)


def _header_asks(head: bytes) -> bool:
    """A table's first line names its columns."""
    line = head.removeprefix(b"\xef\xbb\xbf").split(b"\n", 1)[0].decode("utf-8", "replace")
    if line.lstrip().startswith(("{", "[")):
        return False
    return any(
        _CELL.fullmatch(cell)
        for mark in (",", ";", "\t", "|")
        if mark in line
        for cell in line.split(mark)
    )
