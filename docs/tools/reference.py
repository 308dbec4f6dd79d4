"""Write the generated parts of the documentation, from the code itself.

    python docs/tools/reference.py

Makes ``docs/cli.md`` from the ``--help`` of every command, and, between markers in
``docs/ledger-format.md``, the table of event kinds and the tables of the database. ``make docs``
runs it; a test fails when the committed files are not what it writes.
"""

import ast
import inspect
import re
import sys
import types
import typing
from collections.abc import Iterable, Iterator
from pathlib import Path

import click
import msgspec

from oneseek.adapters.ledger.sqlite_schema import ledger_statements
from oneseek.cli.command import EXIT_CODES
from oneseek.cli.main import oneseek
from oneseek.domain.digest import Digest
from oneseek.domain.events import ALL_EVENTS, Event
from oneseek.domain.values import Count, Number, Time

DOCS = Path(__file__).resolve().parents[1]
WIDTH = 100
"""Columns of the help texts, whatever the terminal of whoever runs this."""

CLI_INTRODUCTION = """\
# The `oneseek` command

<!-- Written by docs/tools/reference.py from the help texts: do not edit, run `make docs`. -->

What `--help` says, of every command. Three options are the same nearly everywhere: `--json` prints
JSON for machines (errors too), `--workspace` names the folder to work in, `--actor` says who acts.
A version, `DNA`, can be named by its whole name, its manifest digest, the beginning of either, by
its number (`1.0`), or as `current`.

| exit code | meaning |
|---|---|
"""

TYPE_NAMES: tuple[tuple[object, str], ...] = (
    (Digest, "digest"),
    (Count, "count"),
    (Number, "number"),
    (Time, "time"),
    (str, "text"),
    (bool, "boolean"),
    (type(None), "null"),
)


def commands(
    command: click.Command = oneseek, parent: click.Context | None = None
) -> Iterator[tuple[str, click.Command, click.Context]]:
    """Yield every command below ``command`` and itself: full name, command, context."""
    context = click.Context(
        command,
        parent=parent,
        info_name=command.name,
        terminal_width=WIDTH,
        **command.context_settings,
    )
    yield context.command_path, command, context
    if isinstance(command, click.Group):
        for name in command.list_commands(context):
            found = command.get_command(context, name)
            assert found is not None, f"{context.command_path} lists {name} and has no such command"
            yield from commands(found, context)


def cli_reference() -> str:
    """Return the text of ``docs/cli.md``."""
    codes = "".join(f"| {code} | {meaning} |\n" for code, meaning in EXIT_CODES.items())
    contents = ["| command | what it does |", "|---|---|"]
    sections = []
    for name, command, context in commands():
        first = command.get_short_help_str(limit=1000)
        contents.append(f"| [`{name}`](#{slug(name)}) | {first} |")
        sections.append(f"## {name}\n\n```text\n{command.get_help(context)}\n```\n")
    listing = "\n".join(contents)
    return f"{CLI_INTRODUCTION}{codes}\n## Contents\n\n{listing}\n\n" + "\n".join(sections)


def kinds() -> str:
    """Return the reference of all event kinds: an overview, then the members of each body."""
    overview = ["| kind | stream | meaning |", "|---|---|---|"]
    sections = []
    for event in ALL_EVENTS:
        meaning = _first_sentence(event)
        overview.append(
            f"| [`{event.kind}`](#{slug(event.kind)}) | `{stream(event)}` | {meaning} |"
        )
        about = f"{_prose(inspect.getdoc(event) or '')} Stream: `{stream(event)}`."
        sections.append(f"### `{event.kind}`\n\n{about}\n\n{members(event)}")
    for struct in _nested(ALL_EVENTS):
        about = _prose(inspect.getdoc(struct) or "")
        sections.append(f"### Object {struct.__name__}\n\n{about}\n\n{members(struct)}")
    return "\n".join(overview) + "\n\n" + "\n\n".join(sections)


def stream(event: type[Event]) -> str:
    """Return the stream of a kind with the members that it is made of in angle brackets."""
    fields = msgspec.structs.fields(event)
    return event(**{field.name: f"<{field.name}>" for field in fields}).stream


def members(struct: type[msgspec.Struct]) -> str:
    """Return a table of the members of ``struct`` in the order in which they are written."""
    notes = _field_notes(struct)
    rows = [
        f"| `{field.encode_name}` | {type_text(field.type)} | {_prose(notes.get(field.name, ''))} |"
        for field in msgspec.structs.fields(struct)
    ]
    return "\n".join(["| member | type | note |", "|---|---|---|", *rows])


def type_text(hint: object) -> str:
    """Return the name of a member's type, as the chapter on values defines it."""
    for known, name in TYPE_NAMES:
        if hint == known:
            return name
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if origin in (typing.Union, types.UnionType):
        return " or ".join(type_text(item) for item in arguments)
    if origin is tuple and arguments[1:] == (...,):
        return f"array of {type_text(arguments[0])}s"
    if origin is dict:
        return f"object of {type_text(arguments[1])}s by {type_text(arguments[0])}"
    if isinstance(hint, type) and issubclass(hint, msgspec.Struct):
        return f"[{hint.__name__}](#{slug(f'Object {hint.__name__}')})"
    raise TypeError(f"no name for the type {hint!r}: add it to TYPE_NAMES and to the document")


def tables() -> str:
    """Return the statements that make the tables of a ledger file, without the triggers."""
    wanted = ("CREATE TABLE", "CREATE UNIQUE INDEX", "PRAGMA")
    found = [text for text in ledger_statements() if text.startswith(wanted)]
    return "```sql\n" + "".join(re.sub(r"\n {4}", "\n", f"{text};\n") for text in found) + "```"


def slug(heading: str) -> str:
    """Return the anchor that GitHub gives to a heading."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


def replace_block(document: str, name: str, text: str) -> str:
    """Return ``document`` with ``text`` between the two markers ``name``.

    Raises:
        ValueError: the document does not have these markers once each, in this order.
    """
    begin, end = f"<!-- {name}: written by docs/tools/reference.py -->", f"<!-- /{name} -->"
    before, found, rest = document.partition(begin)
    _, closed, after = rest.partition(end)
    if not found or not closed or begin in after or end in after:
        raise ValueError(f"the markers {begin} and {end} are not there once each")
    return f"{before}{begin}\n\n{text}\n\n{end}{after}"


def generate(docs: Path = DOCS) -> dict[Path, str]:
    """Return the text of every file that is generated, wholly or in part."""
    ledger_format = docs / "ledger-format.md"
    text = ledger_format.read_text("utf-8")
    for name, block in (("kinds", kinds()), ("tables", tables())):
        text = replace_block(text, name, block)
    return {docs / "cli.md": cli_reference(), ledger_format: text}


def _nested(structs: Iterable[type[msgspec.Struct]]) -> list[type[msgspec.Struct]]:
    """Return the structs that members of ``structs`` are made of, each once."""
    found: list[type[msgspec.Struct]] = []
    for struct in structs:
        for field in msgspec.structs.fields(struct):
            for hint in (field.type, *typing.get_args(field.type)):
                is_struct = isinstance(hint, type) and issubclass(hint, msgspec.Struct)
                if is_struct and hint not in found:
                    found.append(hint)
    return found


def _field_notes(struct: type[msgspec.Struct]) -> dict[str, str]:
    """Return the texts that stand below the members of a struct in its source."""
    body = ast.parse(inspect.getsource(struct)).body[0]
    assert isinstance(body, ast.ClassDef)
    notes: dict[str, str] = {}
    for member, below in zip(body.body, body.body[1:], strict=False):
        if isinstance(member, ast.AnnAssign) and isinstance(below, ast.Expr):
            assert isinstance(member.target, ast.Name)
            notes[member.target.id] = ast.literal_eval(below.value)
    return notes


def _first_sentence(event: type[Event]) -> str:
    return _prose(inspect.getdoc(event) or "").split(". ")[0].removesuffix(".") + "."


def _prose(docstring: str) -> str:
    """Return a docstring as one line of Markdown that speaks of JSON, not of Python."""
    text = re.sub(r":\w+:`~?(?:[\w.]+\.)?(\w+)`", r"`\1`", " ".join(docstring.split()))
    for python, json in (("None", "null"), ("True", "true"), ("False", "false")):
        text = re.sub(rf"\b{python}\b", json, text)
    return text.replace("``", "`").replace("|", "\\|")


def main() -> None:
    """Write what differs and say so."""
    for path, text in generate().items():
        if not path.exists() or path.read_text("utf-8") != text:
            path.write_text(text, "utf-8")
            sys.stdout.write(f"written: {path}\n")


if __name__ == "__main__":
    main()
