"""The stage of the demonstration: runs real commands in-process and checks what they did."""

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from io import StringIO
from pathlib import Path
from textwrap import wrap

import click

from oneseek.cli.output import print_error
from oneseek.domain.errors import FoundDamage, OneSeekError


class Stage:
    """Narrates, runs ``oneseek`` command lines as a person would type them, and checks claims."""

    def __init__(self, workspace: Path) -> None:
        self.workspace = workspace
        self._number = 0
        self._begun = time.monotonic()

    def step(self, title: str, why: str = "") -> None:
        """Begin a numbered step."""
        self._number += 1
        click.echo()
        click.secho(f"{self._number:>2}. {title}", bold=True)
        if why:
            click.secho(f"    {why}", dim=True)

    def run(self, *words: str, expect: int = 0) -> None:
        """Run ``oneseek words…`` in the workspace; its output is shown indented.

        Raises:
            FoundDamage: it ended with another exit code than ``expect``.
        """
        self.shell(" ".join(["oneseek", *(_quoted(word) for word in words)]))
        code, output = self._invoke(words)
        for line in output.splitlines():
            click.echo(f"      {line}")
        if code != expect:
            raise FoundDamage(f"`oneseek {words[0]}` ended with {code}, expected {expect}")

    def read(self, *words: str) -> str:
        """Run a command with ``--json`` silently and return what it printed."""
        code, output = self._invoke((*words, "--json"))
        if code:
            raise FoundDamage(f"`oneseek {' '.join(words)}` ended with {code}")
        return output

    def shell(self, text: str) -> None:
        """Show a command line, broken where a shell would let a person break it."""
        lines = wrap(text, 88, break_long_words=False, break_on_hyphens=False)
        click.secho("    $ " + " \\\n        ".join(lines), fg="green")

    def say(self, text: str) -> None:
        """Show a line of output."""
        click.echo(f"      {text}")

    def claim(self, truth: bool, text: str) -> None:
        """Show a claim that was just checked.

        Raises:
            FoundDamage: it is not true.
        """
        if not truth:
            raise FoundDamage(f"the demonstration failed: not true that {text}")
        click.secho(f"    ✓ {text}", fg="cyan")

    @property
    def seconds(self) -> float:
        """Seconds since the beginning."""
        return time.monotonic() - self._begun

    def _invoke(self, words: tuple[str, ...]) -> tuple[int, str]:
        from oneseek.cli.main import oneseek

        captured = StringIO()
        # Progress bars go to the real standard error; notes and errors are shown in their place.
        with _inside(self.workspace), redirect_stdout(captured), redirect_stderr(captured):
            try:
                code = oneseek.main(list(words), standalone_mode=False) or 0
            except OneSeekError as error:
                print_error(error, json=False)
                code = error.exit_code
        return code, captured.getvalue()


@contextmanager
def _inside(folder: Path) -> Iterator[None]:
    before = Path.cwd()
    os.chdir(folder)
    try:
        yield
    finally:
        os.chdir(before)


def _quoted(word: str) -> str:
    return f'"{word}"' if " " in word else word
