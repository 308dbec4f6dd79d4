"""The generated references are up to date, and every help text keeps its promises."""

import importlib.util
import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import click
import pytest

from oneseek.cli.command import EXIT_CODES
from oneseek.cli.main import oneseek
from oneseek.domain.events import ALL_EVENTS

ROOT = Path(__file__).parents[2]
DOCUMENTS = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]


def _load() -> ModuleType:
    spec = importlib.util.spec_from_file_location("reference", ROOT / "docs/tools/reference.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


reference = _load()
COMMANDS: list[tuple[str, click.Command, click.Context]] = list(reference.commands())
LEAVES = [item for item in COMMANDS if not isinstance(item[1], click.Group)]


def help_lines(context: click.Context, title: str) -> list[str]:
    """Return the lines below ``title`` in a help text, without their indentation."""
    _, found, rest = context.command.get_help(context).partition(f"\n  {title}:\n")
    assert found, f"{context.command_path} --help has no {title.lower()}"
    return [line.strip() for line in rest.split("\n\n")[0].splitlines()]


def invocations(line: str) -> Iterator[list[str]]:
    """Yield the words after ``oneseek`` of each call in a line of shell."""
    for inner in re.findall(r"\$\((oneseek [^)]*)\)", line):
        yield shlex.split(inner)[1:]
    for part in re.split(r" (?:\|\|?|>|&&) ", line.removeprefix("$ ")):
        if part.startswith("oneseek "):
            yield shlex.split(part, comments=True)[1:]


def check(words: list[str], folder: Path) -> None:
    """Let click parse ``words`` as it would before running them; nothing is run."""
    command: click.Command = oneseek
    context = click.Context(oneseek, info_name="oneseek", **oneseek.context_settings)
    while isinstance(command, click.Group):
        assert words, f"{context.command_path} needs a command"
        name, *words = words
        found = command.get_command(context, name)
        assert found is not None, f"{context.command_path} has no command {name}"
        command, parent = found, context
        context = click.Context(command, info_name=name, parent=parent)
    for word in words:
        if word.endswith(".txt"):  # options that want a file to be there
            (folder / word).touch()
    assert context.parent is not None
    command.make_context(command.name, list(words), parent=context.parent)


@pytest.mark.parametrize("path", sorted(reference.generate()), ids=lambda path: path.name)
def test_a_generated_file_is_what_the_code_gives_now(path: Path) -> None:
    assert path.read_text("utf-8") == reference.generate()[path], "run: make docs"


def test_every_kind_and_every_command_stands_in_the_references() -> None:
    kinds, commands = reference.kinds(), reference.cli_reference()
    for event in ALL_EVENTS:
        assert f"\n### `{event.kind}`\n" in kinds
    for name, _, _ in COMMANDS:
        assert f"\n## {name}\n" in commands
    assert len(LEAVES) >= 30


@pytest.mark.parametrize(("name", "command", "_"), COMMANDS, ids=[item[0] for item in COMMANDS])
def test_every_help_begins_with_a_sentence(name: str, command: click.Command, _: object) -> None:
    first = " ".join((command.help or "").split("\n\n")[0].split())
    assert re.match(r"[A-Z].*\.$", first), f"{name}: {first!r}"


@pytest.mark.parametrize(("name", "_", "context"), LEAVES, ids=[item[0] for item in LEAVES])
def test_every_help_has_examples_that_click_can_parse(
    name: str,
    _: object,
    context: click.Context,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    lines = help_lines(context, "Examples")
    assert any(line.split()[: len(name.split())] == name.split() for line in lines)
    for line in lines:
        found = list(invocations(line))
        assert found, f"not a call of oneseek: {line}"
        for words in found:
            check(words, tmp_path)


@pytest.mark.parametrize(("name", "_", "context"), LEAVES, ids=[item[0] for item in LEAVES])
def test_every_help_ends_with_its_exit_codes(name: str, _: object, context: click.Context) -> None:
    stated = [line.split(maxsplit=1) for line in help_lines(context, "Exit codes")]
    assert stated[0] == ["0", "ok"], name
    assert all(EXIT_CODES[int(code)] == meaning for code, meaning in stated)
    assert [int(code) for code, _ in stated] == sorted({int(code) for code, _ in stated})


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_call_in_a_document_parses(
    document: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    text = document.read_text("utf-8")
    for block in re.findall(r"^```.*?\n(.*?)^```$", text, re.M | re.S):
        for line in block.splitlines():
            if re.match(r"(\$ )?oneseek [a-z]", line):
                for words in invocations(line):
                    check(words, tmp_path)
    for name in re.findall(r"`oneseek ([a-z][\w-]*)", text):
        assert name in oneseek.list_commands(click.Context(oneseek)), f"oneseek {name}"


@pytest.mark.parametrize(
    "line",
    [
        "oneseek trian --base tiny",
        "oneseek activate",
        "oneseek activate 1.0 2.0",
        "oneseek dataset add",
        "oneseek train --base tiny --dataset d --epochs none",
        "oneseek log --knid version-activated",
        "oneseek base create tiny --arch rnn",
        "oneseek ledger",
    ],
)
def test_a_wrong_example_would_be_noticed(line: str, tmp_path: Path) -> None:
    (words,) = invocations(line)
    with pytest.raises((click.UsageError, AssertionError)):
        check(words, tmp_path)


def test_a_document_without_markers_is_refused() -> None:
    with pytest.raises(ValueError, match="markers"):
        reference.replace_block("<!-- kinds -->", "kinds", "text")


def test_a_block_is_replaced_and_nothing_else() -> None:
    begin, end = "<!-- x: written by docs/tools/reference.py -->", "<!-- /x -->"
    assert reference.replace_block(f"a{begin}old{end}b", "x", "new") == f"a{begin}\n\nnew\n\n{end}b"
