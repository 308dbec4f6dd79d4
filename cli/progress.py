"""Progress bars on standard error: drawn by rich on a terminal, silent elsewhere."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

Advance = Callable[[int], None]


@contextmanager
def byte_bar(title: str, total: int | None, *, show: bool = True) -> Iterator[Advance]:
    """Show how many bytes of ``total`` are done; the block calls the given function with counts."""
    with _bar(title, total, of_bytes=True, show=show) as advance:
        yield advance


@contextmanager
def count_bar(title: str, total: int | None, *, show: bool = True) -> Iterator[Advance]:
    """Show how many things of ``total`` are done."""
    with _bar(title, total, of_bytes=False, show=show) as advance:
        yield advance


@contextmanager
def training_bar(title: str, *, show: bool = True) -> Iterator[Callable[[int, int, str], None]]:
    """Show steps with a text beside them: the block calls (done, total, text)."""
    if not (show and _terminal()):
        yield lambda done, total, text: None
        return
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeRemainingColumn,
    )

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[text]}"),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=Console(file=sys.__stderr__), transient=True) as progress:
        task = progress.add_task(title, total=None, text="")

        def update(done: int, total: int, text: str) -> None:
            progress.update(task, completed=done, total=total, text=text)

        yield update


@contextmanager
def _bar(title: str, total: int | None, *, of_bytes: bool, show: bool) -> Iterator[Advance]:
    if not (show and _terminal()):
        yield lambda count: None
        return
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        DownloadColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeRemainingColumn,
    )

    amount = DownloadColumn() if of_bytes else MofNCompleteColumn()
    columns = (TextColumn("{task.description}"), BarColumn(), amount, TimeRemainingColumn())
    with Progress(*columns, console=Console(file=sys.__stderr__), transient=True) as progress:
        task = progress.add_task(title, total=total)
        yield lambda count: progress.advance(task, count)


def _terminal() -> bool:
    """True when the real standard error is a terminal, also while output is being captured."""
    return sys.__stderr__ is not None and sys.__stderr__.isatty()
