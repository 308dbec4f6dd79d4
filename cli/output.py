"""What a command prints: one object as JSON for machines, or lines and tables for people.

Tables are drawn by rich on a terminal and plain when piped; rich is loaded for a terminal only, so
that scripts start fast. Notes and progress go to standard error, results to standard output.
"""

import sys
from collections.abc import Iterable, Sequence
from typing import Any

import click
import msgspec

from oneseek.domain.errors import OneSeekError


class Output:
    """The output of one command; ``json`` turns everything into one JSON value."""

    def __init__(self, *, json: bool) -> None:
        self.json = json

    def result(self, value: Any, lines: Iterable[str] = ()) -> None:
        """Print ``value`` as JSON, or ``lines`` for people, each of which stays one line."""
        if self.json:
            self.line_json(value, indent=2)
        else:
            for line in lines:
                click.echo(one_line(line))

    def table(
        self, columns: Sequence[str], rows: Sequence[Sequence[object]], value: Any, empty: str
    ) -> None:
        """Print a listing: ``value`` as JSON, else ``rows`` under ``columns``."""
        if self.json:
            self.line_json(value, indent=2)
        elif not rows:
            click.echo(empty)
        elif sys.stdout.isatty():
            _rich_table(columns, rows)
        else:
            _plain_table(columns, rows)

    def line_json(self, value: Any, indent: int = 0) -> None:
        """Print one JSON value; without ``indent`` on one line."""
        raw = _encoded(value)
        text = (msgspec.json.format(raw, indent=indent) if indent else raw).decode()
        click.echo(escaped_json(text))

    def note(self, text: str) -> None:
        """Tell a person something on the side; machines are not told."""
        if not self.json:
            click.secho(one_line(text), err=True, dim=True)


def print_error(error: OneSeekError, *, json: bool) -> None:
    """Print an error as one sentence with its hint, or as JSON, on standard error."""
    if json:
        value = {
            "error": type(error).__name__,
            "message": error.message,
            "hint": error.hint,
            "exit_code": error.exit_code,
        }
        click.echo(escaped_json(_encoded(value).decode()), err=True)
        return
    click.secho("Error: ", err=True, fg="red", bold=True, nl=False)
    click.echo(one_line(error.message), err=True)
    if error.hint:
        click.echo(f"  → {one_line(error.hint)}", err=True)


def _encoded(value: Any) -> bytes:
    try:
        return msgspec.json.encode(value)
    except UnicodeEncodeError:
        # A file's name may be no text at all: it is shown as people see it, with a backslash.
        import json
        import re

        text = json.dumps(msgspec.to_builtins(value), ensure_ascii=False)
        return re.sub("[\ud800-\udfff]", lambda odd: "\\" + ascii(odd[0])[1:-1], text).encode()


def printable(text: str) -> str:
    """Return ``text`` with escapes for what would steer a terminal; its lines stay lines.

    Texts come from entries, files and folders that others wrote: colours, cursor movements and
    changes of the writing direction could show something that is not there.
    """
    if text.isprintable():
        return text
    return "".join(
        char if char.isprintable() or char in "\n\t" else ascii(char)[1:-1] for char in text
    )


def escaped_json(text: str) -> str:
    """Return the JSON ``text`` with JSON's own escapes for what would steer a terminal.

    It means the same. JSON demands escapes below U+0020 only: that leaves the other half of the
    control characters, and changes of the writing direction.
    """
    if text.isascii() and "\x7f" not in text:
        return text
    return "".join(
        char if char.isprintable() or char == "\n" else _json_escape(char) for char in text
    )


def _json_escape(char: str) -> str:
    units = char.encode("utf-16-be")
    return "".join(f"\\u{units[at : at + 2].hex()}" for at in range(0, len(units), 2))


def one_line(text: str) -> str:
    """Return ``text`` as :func:`printable`, on one line: nobody can add lines to a listing."""
    return printable(text).replace("\n", "\\n").replace("\t", "\\t")


def count_text(number: int, noun: str, plural: str = "") -> str:
    """Return a number with its noun: ``1 file``, ``2 files``."""
    return f"{number} {noun}" if number == 1 else f"{number} {plural or noun + 's'}"


def bytes_text(size: int) -> str:
    """Return a number of bytes for people: ``1.4 MB``."""
    value = float(size)
    for suffix in ("B", "kB", "MB", "GB"):
        if value < 1000:
            return f"{value:.0f} {suffix}" if suffix == "B" else f"{value:.1f} {suffix}"
        value /= 1000
    return f"{value:.1f} TB"


def _rich_table(columns: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    from rich import box
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(box=box.SIMPLE_HEAD, header_style="bold")
    for column in columns:
        table.add_column(column, overflow="fold")
    for row in rows:
        table.add_row(*(Text(_cell(value)) for value in row))
    Console().print(table)


def _plain_table(columns: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    cells = [tuple(columns), *(tuple(_cell(value) for value in row) for row in rows)]
    widths = [max(len(row[index]) for row in cells) for index in range(len(columns))]
    for row in cells:
        padded = (text.ljust(width) for text, width in zip(row, widths, strict=True))
        click.echo("  ".join(padded).rstrip())


def _cell(value: object) -> str:
    return "" if value is None else one_line(str(value))
