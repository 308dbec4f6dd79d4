"""Reads JSON of any size as a stream of blocks: exact values, and where the bytes of each lie.

A document is walked from the outside: a container that ``descend`` says yes to is walked member by
member, everything else is decoded in one piece by Python's own decoder, so that numbers and texts
are what the old programs saw. Only a window of the file is in memory.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

from oneseek.migrations.json_text import MAX_DEPTH
from oneseek.migrations.ledgers.window import OnBytes, UnreadableLedger, Window, gone
from oneseek.migrations.look import Look

Path = tuple[str | int, ...]
Descend = Callable[[Path], bool]
_NAMES = 1000
"""So many members of the document are compared; a million documents are not its members."""


class Entry(NamedTuple):
    """One value of a walked container."""

    path: Path
    """Of the container: keys and indices from the outside."""
    key: str | int
    offset: int
    """Of its first byte in the file, a byte order mark counted."""
    length: int
    value: object


@dataclass(frozen=True, slots=True)
class Opened:
    """A container that is walked begins."""

    path: Path
    array: bool


def walk(
    look: Look,
    descend: Descend,
    on_bytes: OnBytes | None = None,
    on_repeated: Callable[[int], None] | None = None,
) -> Iterator[Entry | Opened]:
    """Walk the document: every container that is walked, and every value in one.

    ``on_repeated`` is told the byte of each value, and of the document, where an object has a key
    twice.

    Raises:
        UnreadableLedger: at the first place where it is no JSON in UTF-8, or cannot be read.
    """
    try:
        with look.open() as stream:
            window = Window(stream, on_bytes, on_repeated is not None)
            if not window.peek():
                raise UnreadableLedger("empty", "the file is empty")
            for found in _value(window, (), descend):
                if on_repeated and window.repeated:
                    window.repeated = False
                    on_repeated(found.offset if isinstance(found, Entry) else 0)
                yield found
            if window.peek():
                sentence = f"something follows the end of the document at byte {window.offset}"
                raise UnreadableLedger("trailing", sentence)
    except OSError as error:
        raise gone(error) from None


def _value(window: Window, path: Path, descend: Descend) -> Iterator[Entry | Opened]:
    """Walk one value, or give it as the only entry of its container."""
    first = window.peek()
    if first and first in "[{" and descend(path):
        if len(path) > MAX_DEPTH:
            raise UnreadableLedger("too-deep", f"nested deeper than {MAX_DEPTH} levels")
        array = first == "["
        yield Opened(path, array)
        window.take(first)
        yield from _members(window, path, descend, array)
    else:
        offset = window.offset
        value = window.decode()
        yield Entry(path[:-1], path[-1] if path else "", offset, window.offset - offset, value)


def _members(window: Window, path: Path, descend: Descend, array: bool) -> Iterator[Entry | Opened]:
    close = "]" if array else "}"
    if window.peek() == close:
        window.take(close)
        return
    index, names = 0, set[str | int]()
    # Whether members are walked is asked for each: it may depend on the key. For a container of a
    # million blocks the answer is looked up once, as arrays do not tell them apart.
    whole = array and not descend((*path, 0))
    while True:
        key: str | int = index
        if not array:
            key = window.key()
            if not path and index < _NAMES:
                window.repeated = window.repeated or key in names
                names.add(key)
        if whole or not descend((*path, key)):
            window.peek()
            offset = window.offset
            value = window.decode()
            yield Entry(path, key, offset, window.offset - offset, value)
        else:
            yield from _value(window, (*path, key), descend)
        if window.peek() == close:
            window.take(close)
            return
        window.take(",")
        index += 1


def halves(on_bytes: OnBytes | None) -> OnBytes | None:
    """Return what to tell of bytes for a file that is read twice: each reading counts half."""
    if on_bytes is None:
        return None
    odd = 0

    def tell(count: int) -> None:
        nonlocal odd
        odd += count
        on_bytes(odd // 2)
        odd %= 2

    return tell
