"""JSON as the old programs read it, within limits that no record of theirs comes near.

Python's reader stops by itself where lists and objects lie too deep in each other for its stack
(RecursionError), and where a number has more than 4300 digits (ValueError). What it makes of a
hostile file needs up to thirty times the memory of the text, so the values are counted first.
"""

import json
from dataclasses import dataclass

MAX_DEPTH = 200
"""Levels of objects and lists in each other; no record of the old system has more than ten."""
MAX_VALUES = 1_000_000


@dataclass(frozen=True, slots=True)
class JsonText:
    """A file read as JSON, or the sentence that says why it cannot be."""

    value: object = None
    problem: str = ""
    encoding: str = "utf-8"
    """``utf-8`` or ``utf-8-sig``."""
    repeated: tuple[str, ...] = ()
    """Keys that an object has twice; ``value`` holds the last of each, as the old readers did."""
    no_numbers: tuple[str, ...] = ()
    """``NaN``, ``Infinity`` and ``-Infinity`` where it holds them: Python wrote and read them,
    JSON has none."""


def read_json(data: bytes) -> JsonText:
    """Read ``data`` as the old programs did: UTF-8, then UTF-8 with a byte order mark."""
    encoding = "utf-8-sig" if data.startswith(b"\xef\xbb\xbf") else "utf-8"
    # Those in texts count, too: this is a bound, not a count.
    opened = data.count(b"[") + data.count(b"{")
    if opened + data.count(b",") > MAX_VALUES:
        return JsonText(problem=f"more than {MAX_VALUES} values in it", encoding=encoding)
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        return JsonText(problem=f"undecodable: byte {error.start} is no UTF-8")
    odd = _Oddities()
    too_deep = JsonText(problem=f"nested deeper than {MAX_DEPTH} levels", encoding=encoding)
    try:
        value = json.loads(text, object_pairs_hook=odd.pairs, parse_constant=odd.constant)
    except RecursionError:
        return too_deep
    except ValueError as error:
        return JsonText(problem=f"no JSON: {error}"[:300], encoding=encoding)
    if opened > MAX_DEPTH and _deeper(value, MAX_DEPTH):
        return too_deep
    return JsonText(value, "", encoding, tuple(odd.repeated), tuple(odd.no_numbers))


class _Oddities:
    """What the reader comes across that is no proper JSON; each once, in order."""

    def __init__(self) -> None:
        self.repeated: dict[str, None] = {}
        self.no_numbers: dict[str, None] = {}

    def pairs(self, pairs: list[tuple[str, object]]) -> dict[str, object]:
        made = dict(pairs)
        if len(made) != len(pairs):
            seen: set[str] = set()
            for key, _ in pairs:
                if key in seen:
                    self.repeated[key] = None
                seen.add(key)
        return made

    def constant(self, name: str) -> float:
        self.no_numbers[name] = None
        return float(name)


def _deeper(value: object, limit: int) -> bool:
    """Say whether lists and objects in ``value`` lie deeper in each other than ``limit``."""
    level = [value] if isinstance(value, list | dict) else []
    for _ in range(limit):
        if not level:
            return False
        level = [
            inner
            for outer in level
            for inner in (outer.values() if isinstance(outer, dict) else outer)
            if isinstance(inner, list | dict)
        ]
    return bool(level)
