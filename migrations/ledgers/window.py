"""A window on a file of JSON: decodes one value after the other, and knows the byte it is at."""

import codecs
import json
import re
from collections.abc import Callable
from typing import BinaryIO

from oneseek.migrations.json_text import MAX_DEPTH

WINDOW_BYTES = 1024 * 1024
MAX_VALUE_CHARS = 64 * 1024 * 1024
"""A longer block is no block; nothing of the file is judged then."""
_TAIL = 64
"""A mistake this close to the end of the window may only be its end."""
_SPACE = re.compile(r"[ \t\n\r]*")
_KEY = re.compile(r'[ \t\n\r]*"([^"\\\x00-\x1f]*)"[ \t\n\r]*:')
_LITERALS = ("true", "false", "null", "NaN", "Infinity", "-Infinity")
_NUMBER_PART = re.compile(r"[-+.eE0-9]+")
_BOM = b"\xef\xbb\xbf"

OnBytes = Callable[[int], None]


class UnreadableLedger(Exception):
    """The file is no JSON to its end, so that the program that kept it could not read it either."""

    def __init__(self, what: str, sentence: str) -> None:
        super().__init__(sentence)
        self.what = what
        """``empty``, ``cut``, ``undecodable``, ``not-json``, ``trailing``, ``too-deep``,
        ``too-large``, ``gone``."""
        self.sentence = sentence


def gone(error: OSError) -> UnreadableLedger:
    """Return what to raise for a file that cannot be read any more."""
    sentence = f"it could not be read: {error.strerror or type(error).__name__}"
    return UnreadableLedger("gone", sentence)


class Window:
    """The part of the text that is in memory, and the place in it."""

    def __init__(
        self, stream: BinaryIO, on_bytes: OnBytes | None, notice_repeated: bool = False
    ) -> None:
        self._stream = stream
        self._on_bytes = on_bytes
        self._decoder = codecs.getincrementaldecoder("utf-8")()
        self.repeated = False
        """An object had a key twice. The last one counts, as for the old programs; only noticed
        where it was asked for, as looking costs time."""
        noticing = json.JSONDecoder(object_pairs_hook=self._pairs)
        self._scan = (noticing if notice_repeated else json.JSONDecoder()).raw_decode
        self._text = ""
        self._at = 0
        self._ascii = True
        self._ended = False
        self._read = 0
        self.offset = 0
        """Byte of the place, from the beginning of the file."""
        self._more(WINDOW_BYTES)

    def peek(self) -> str:
        """Skip white space; return the character there, empty at the end of the file."""
        if self._at < len(self._text) and self._text[self._at] > " ":
            return self._text[self._at]
        while True:
            self._to(_SPACE.match(self._text, self._at).end())  # type: ignore[union-attr]
            if self._at < len(self._text):
                return self._text[self._at]
            if not self._more(WINDOW_BYTES):
                return ""

    def take(self, char: str) -> None:
        """Step over ``char``, which must be the next one but for white space."""
        found = self.peek()
        if found != char:
            raise self._wrong(found, f"{char!r} is missing")
        self._to(self._at + 1)

    def key(self) -> str:
        """Read the name of a member and the colon."""
        plain = _KEY.match(self._text, self._at)
        if plain and plain.end() < len(self._text):
            self._to(plain.end())
            return plain[1]
        found = self.peek()
        if found != '"':
            raise self._wrong(found, "the name of a member is missing")
        name = self.decode()
        self.take(":")
        return str(name)

    def decode(self) -> object:
        """Read one whole value."""
        found = self.peek()
        if not found:
            raise self._wrong(found, "a value is missing")
        while True:
            try:
                value, end = self._scan(self._text, self._at)
            except json.JSONDecodeError as error:
                unfinished = error.msg.startswith("Unterminated") or (
                    error.pos > len(self._text) - _TAIL
                )
                if unfinished and self._grow():
                    continue
                raise self._no_json(error) from None
            except RecursionError:
                sentence = f"the value at byte {self.offset} is nested too deeply to be read"
                raise UnreadableLedger("too-deep", sentence) from None
            except ValueError:
                sentence = f"a number in the value at byte {self.offset} is too long to be read"
                raise UnreadableLedger("not-json", sentence) from None
            # A number at the end of the window may go on behind it.
            scalar = not isinstance(value, dict | list | str)
            if scalar and end > len(self._text) - _TAIL and self._grow():
                continue
            self._check_depth(value, end)
            self._to(end)
            return value

    def _pairs(self, pairs: list[tuple[str, object]]) -> dict[str, object]:
        made = dict(pairs)
        if len(made) != len(pairs):
            self.repeated = True
        return made

    def _no_json(self, error: json.JSONDecodeError) -> UnreadableLedger:
        """Tell a file that ends too early from one that is wrong."""
        rest = self._text[error.pos :].strip()
        begun = any(literal.startswith(rest) for literal in _LITERALS)
        begun = begun or _NUMBER_PART.fullmatch(rest) is not None
        escape = error.msg.startswith("Invalid \\") and '"' not in rest
        if self._ended and (begun or escape or error.msg.startswith("Unterminated")):
            return self._cut()
        byte = self.offset + len(self._text[self._at : error.pos].encode())
        return UnreadableLedger("not-json", f"no JSON: {error.msg} at byte {byte}")

    def _check_depth(self, value: object, end: int) -> None:
        """Refuse what is deeper than any record, the same on every machine."""
        count = self._text.count
        brackets = count("{", self._at, end) + count("[", self._at, end)
        if brackets > MAX_DEPTH and _deeper(value, MAX_DEPTH):
            sentence = f"the value at byte {self.offset} is nested deeper than {MAX_DEPTH} levels"
            raise UnreadableLedger("too-deep", sentence)

    def _to(self, end: int) -> None:
        if self._ascii:
            self.offset += end - self._at
        else:
            self.offset += len(self._text[self._at : end].encode())
        self._at = end

    def _grow(self) -> bool:
        """Read on; the window doubles, so that one long value is scanned a few times only."""
        held = len(self._text) - self._at
        if held > MAX_VALUE_CHARS:
            sentence = (
                f"the value at byte {self.offset} is longer than {MAX_VALUE_CHARS} characters"
            )
            raise UnreadableLedger("too-large", sentence)
        return self._more(max(WINDOW_BYTES, held))

    def _more(self, size: int) -> bool:
        if self._ended:
            return False
        data = self._stream.read(size)
        if self._on_bytes:
            self._on_bytes(len(data))
        begin = self._read
        self._read += len(data)
        self._ended = not data
        if not begin and data.startswith(_BOM):
            data = data[len(_BOM) :]
            self.offset = len(_BOM)
        try:
            added = self._decoder.decode(data, final=self._ended)
        except UnicodeDecodeError as error:
            if self._ended:
                raise self._cut() from None
            near = begin + error.start
            sentence = f"undecodable: not UTF-8 near byte {near}"
            raise UnreadableLedger("undecodable", sentence) from None
        if self._ended and not added:
            return False
        self._text = self._text[self._at :] + added
        self._at = 0
        self._ascii = self._text.isascii()
        return True

    def _wrong(self, found: str, sentence: str) -> UnreadableLedger:
        if not found or (self._ended and _NUMBER_PART.fullmatch(self._text[self._at :])):
            return self._cut()
        return UnreadableLedger("not-json", f"no JSON: {sentence} at byte {self.offset}")

    def _cut(self) -> UnreadableLedger:
        return UnreadableLedger("cut", f"the file ends in the middle, after {self._read} bytes")


def _deeper(value: object, levels: int) -> bool:
    """Say whether ``value`` has more than ``levels`` objects and lists in each other."""
    layer = [value]
    for _ in range(levels + 1):
        inner: list[object] = []
        for item in layer:
            if isinstance(item, dict):
                inner.extend(item.values())
            elif isinstance(item, list):
                inner.extend(item)
        if not inner:
            return False
        layer = inner
    return any(isinstance(item, dict | list) for item in layer)
