"""How the Firestore ledger hashed a block: ``JSON.stringify`` of five fields in the code's order.

Firestore keeps no order of keys, and the writer replaced the time after hashing. Both can be put
back: the order is known, and the time lies between two that are kept. A question that was cut in
the middle of a surrogate pair lost half a character on the way; there are 1024 halves to try.
"""

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import cast

from oneseek.migrations.rules.javascript_json import string_text, stringify, utf16_length

DATA_ORDER = ("type", "content", "message", "timestamp")
CONTENT_ORDER = {
    "query": ("queryId", "question", "modelVersion"),
    "training": ("trainingId", "trainingType", "samplesProcessed", "newVersion"),
    "model_update": ("oldVersion", "newVersion", "changes"),
}
QUESTION_UNITS = 100
_HALVES = [chr(unit) for unit in range(0xD800, 0xDC00)]
_ISO = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?(?:Z|\+00:00)")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)
_LAST = 253402300799999
"""The last millisecond of the year 9999."""


def in_code_order(data: object) -> object:
    """Return a block's ``data`` with the keys in the order of the code; others stay behind."""
    if not isinstance(data, dict):
        return data
    members = cast("dict[str, object]", data)
    made = _ordered(members, DATA_ORDER)
    content, type_ = members.get("content"), members.get("type")
    if isinstance(content, dict) and isinstance(type_, str) and type_ in CONTENT_ORDER:
        made["content"] = _ordered(cast("dict[str, object]", content), CONTENT_ORDER[type_])
    return made


def _ordered(members: dict[str, object], order: tuple[str, ...]) -> dict[str, object]:
    """Known keys first; an unknown one goes before ``timestamp``, which the code adds last."""
    known = [key for key in order if key in members and key != "timestamp"]
    others = [key for key in members if key not in order]
    last = ["timestamp"] if "timestamp" in members and "timestamp" in order else []
    return {key: members[key] for key in [*known, *others, *last]}


def hashed_parts(block: Mapping[str, object], data: object) -> tuple[bytes, bytes]:
    """Return what is hashed before and after the time, in UTF-8."""
    head = (
        f'{{"blockNumber":{stringify(block.get("blockNumber"))},'
        f'"previousHash":{stringify(block.get("previousHash"))},'
        f'"data":{stringify(data)},"timestamp":"'
    )
    nonce = block.get("nonce")
    if nonce is None or nonce is False or nonce == "":
        nonce = 0  # as the code's ``nonce || 0`` makes of them
    return head.encode(), f'","nonce":{stringify(nonce)}}}'.encode()


def find_offset(head: bytes, tail: bytes, digest: str, begin: int, times: int) -> int | None:
    """Search the time that gives ``digest``: milliseconds after ``begin``, below ``times``."""
    state = sha256(head)
    for offset in range(min(times, _LAST + 1 - begin)):
        attempt = state.copy()
        attempt.update(iso_text(begin + offset).encode() + tail)
        if attempt.hexdigest() == digest:
            return offset
    return None


def iso_text(milliseconds: int) -> str:
    """Return what ``toISOString`` prints for a time since 1970 within four-digit years."""
    moment = (_EPOCH + milliseconds * _MILLISECOND).isoformat(timespec="milliseconds")
    return f"{moment[:23]}Z"


def milliseconds_of(moment: object) -> int | None:
    """Return the milliseconds since 1970 of a time as text, or as exports write a Timestamp."""
    if isinstance(moment, str):
        return _of_text(moment)
    if not isinstance(moment, dict):
        return None
    inner = moment.get("value", moment) if "__datatype__" in moment else moment
    if not isinstance(inner, dict):
        return _of_text(inner) if isinstance(inner, str) else None
    for seconds_key, nanos_key in (("_seconds", "_nanoseconds"), ("seconds", "nanoseconds")):
        seconds, nanos = inner.get(seconds_key), inner.get(nanos_key, 0)
        if type(seconds) is int and type(nanos) is int:
            found = seconds * 1000 + nanos // 1_000_000
            return found if 0 <= found <= _LAST else None
    return None


def _of_text(text: str) -> int | None:
    found = _ISO.fullmatch(text)
    if found is None:
        return None
    try:
        whole = datetime.fromisoformat(f"{found[1]}+00:00")
    except ValueError:
        return None
    fraction = int((found[2] or "0").ljust(3, "0")[:3])
    milliseconds = (whole - _EPOCH) // _MILLISECOND + fraction
    return milliseconds if milliseconds >= 0 else None


def lost_half(question: object) -> str | None:
    """Return the first part of a question that lost half a character, without what stands for it.

    The half is the 100th unit, before the three dots. U+FFFD or ``?`` stands there now, or nothing;
    None where no half can have been lost.
    """
    if not isinstance(question, str) or not question.endswith("..."):
        return None
    body = question.removesuffix("...")
    length = utf16_length(body)
    if length == QUESTION_UNITS and body[-1] in "\ufffd?":
        return body[:-1]
    return body if length == QUESTION_UNITS - 1 else None


def with_each_half(beginning: str) -> Iterator[tuple[str, str]]:
    """Yield each half, and the text in JSON of the question that had it."""
    before = string_text(beginning)[:-1]
    for half in _HALVES:
        yield half, f'{before}\\u{ord(half):04x}..."'
