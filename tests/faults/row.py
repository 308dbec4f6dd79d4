"""What a row of the fault table is, and how a verb becomes the action of one."""

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from e2e.workspaces import Workspace
from oneseek.cli import main
from oneseek.cli.app import App

Kept = Callable[[App, Any], bool]


def nothing(_: App) -> Iterable[str]:
    """Find nothing wrong."""
    return ()


@dataclass(frozen=True, slots=True)
class Row:
    """One thing that a person or a program does."""

    name: str
    act: Callable[[Path], object]
    kept: Kept
    """Says of the workspace (opened anew) and of the JSON printed as done whether it is kept."""
    prepare: Callable[[Path], object] = lambda _: None
    commits: int | None = 1
    """How many entries it appends, all or none; None: several times, or not the ledger at all."""
    repeated: tuple[int, ...] = (0,)
    """Exit codes of doing it again, after it was done or not."""
    until_repeated: tuple[str, ...] = ()
    """What an audit may still find before it is done again; no other command mends it."""
    beside: Callable[[App], Iterable[str]] = nothing
    """Says what is wrong with what lies beside the ledger: a file that was asked for, a folder."""
    mends: bool = False
    """Whether it begins with a damaged ledger, which no other command mends."""
    tried: float = 1.0
    """Which part of the usual number of points ``make test`` tries; ``make faults`` tries all."""
    columns: frozenset[str] | None = None
    """In which columns ``make test`` tries it at all; None: in every one."""


def cli(*words: str) -> Callable[[Path], object]:
    """Return the action of a command line."""

    def act(_: Path) -> object:
        # The class's own: the instance's is what brought us here.
        return click.Group.main(main.oneseek, list(words), standalone_mode=False)

    return act


def with_app(use: Callable[[App], object]) -> Callable[[Path], object]:
    """Return the action of ``use``; what it returns is printed as JSON."""

    def act(root: Path) -> None:
        app = Workspace(root).app()
        try:
            done = use(app)
        finally:
            app.close()
        print(json.dumps(done), flush=True)

    return act
