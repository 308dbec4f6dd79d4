"""Reading a JSON-lines dataset strictly: every line is a row, or has a reason why it is not.

A line ends with LF or CR LF; the terminator is not part of the row. The row's raw line is what is
hashed, so nothing is repaired here: a byte order mark, an empty line or a NUL is an error.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass

import msgspec

from oneseek.domain.errors import InvalidInput
from oneseek.domain.rows import Row

MAX_LINE_BYTES = 1024 * 1024
_SHOWN = 5


class _Line(msgspec.Struct, frozen=True):
    """The members that training reads; further members are kept in the line and not used."""

    instruction: str
    output: str
    input: str = ""


@dataclass(frozen=True, slots=True)
class LineError:
    """Why line ``number`` (from 1) is not a row."""

    number: int
    reason: str

    def __str__(self) -> str:
        return f"line {self.number}: {self.reason}"


@dataclass(frozen=True, slots=True)
class DatasetText:
    """A dataset as read: rows and their raw lines (without terminators) side by side."""

    rows: tuple[Row, ...]
    lines: tuple[bytes, ...]
    duplicates: tuple[tuple[int, int], ...]
    """Pairs (line, earlier line) with the same instruction, input and output."""


def read_dataset(data: bytes, name: str) -> DatasetText:
    """Read the bytes of a JSON-lines file named ``name``.

    Raises:
        InvalidInput: the file or some of its lines cannot be used; the message names the first
            bad lines with the reason for each.
    """
    if data.startswith((b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")):
        raise InvalidInput(
            f"{name} begins with a byte order mark", hint="save it as UTF-8 without one"
        )
    lines = tuple(_lines(data))
    if not lines:
        raise InvalidInput(f"{name} has no rows", hint="one JSON object per line is expected")
    rows: list[Row] = []
    errors: list[LineError] = []
    for number, line in enumerate(lines, start=1):
        row = _read_line(number, line)
        if isinstance(row, Row):
            rows.append(row)
        else:
            errors.append(row)
    if errors:
        raise InvalidInput(_summary(name, errors), hint="a row has instruction, input and output")
    return DatasetText(tuple(rows), lines, tuple(_duplicates(rows)))


def _lines(data: bytes) -> Iterator[bytes]:
    *ended, rest = data.split(b"\n")
    for part in ended:
        yield part.removesuffix(b"\r")
    if rest:
        yield rest  # without an LF after it, a CR is no terminator


def _read_line(number: int, line: bytes) -> Row | LineError:
    try:
        return _row(number, line)
    except InvalidInput as error:
        return LineError(number, error.message)


def _row(number: int, line: bytes) -> Row:
    if not line.strip():
        raise InvalidInput("the line is empty")
    if len(line) > MAX_LINE_BYTES:
        raise InvalidInput(f"{len(line)} bytes are more than {MAX_LINE_BYTES}")
    found = _fields(line)
    for field in ("instruction", "output"):
        if not getattr(found, field).strip():
            raise InvalidInput(f"`{field}` is empty")
    if "\x00" in f"{found.instruction}{found.input}{found.output}":
        raise InvalidInput("it holds a NUL character")
    return Row(number, found.instruction, found.input, found.output)


def _fields(line: bytes) -> _Line:
    try:
        text = line.decode("utf-8")
        if "\x00" in text:
            raise InvalidInput("it holds a NUL character")
        found = msgspec.json.decode(text, type=_Line)
        repeated = _has_repeated_key(text)
    except UnicodeDecodeError as error:
        raise InvalidInput(f"not UTF-8 at byte {error.start + 1}") from None
    except msgspec.ValidationError as error:
        reason = str(error).replace("Object missing required", "missing")
        raise InvalidInput(reason) from None
    except (msgspec.DecodeError, RecursionError) as error:
        raise InvalidInput(f"not JSON ({error})") from None
    if repeated:
        raise InvalidInput("a field is repeated, so readers may differ about its value")
    return found


def _has_repeated_key(text: str) -> bool:
    """Return whether some object in the JSON ``text`` names a member twice."""
    repeated = False

    def look(members: list[tuple[str, object]]) -> None:
        nonlocal repeated
        repeated = repeated or len(dict(members)) != len(members)

    json.loads(text, object_pairs_hook=look, parse_int=str, parse_float=str)
    return repeated


def _duplicates(rows: list[Row]) -> Iterator[tuple[int, int]]:
    seen: dict[tuple[str, str, str], int] = {}
    for row in rows:
        key = (row.instruction, row.input, row.output)
        if key in seen:
            yield row.number, seen[key]
        else:
            seen[key] = row.number


def _summary(name: str, errors: list[LineError]) -> str:
    shown = "; ".join(str(error) for error in errors[:_SHOWN])
    more = f"; and {len(errors) - _SHOWN} more" if len(errors) > _SHOWN else ""
    noun = "line" if len(errors) == 1 else "lines"
    return f"{name} has {len(errors)} bad {noun}: {shown}{more}"
