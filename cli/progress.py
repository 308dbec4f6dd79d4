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


@contextmanager
def staged_bar(total: int, *, show: bool = True) -> Iterator[tuple[Advance, Callable[[str], None]]]:
    """Show bytes of ``total`` in the first stage, and that work goes on in those after it.

    The block gets two functions: one takes counts of bytes, the other the name of a new stage.
    """
    if not (show and _terminal()):
        yield lambda count: None, lambda name: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(file=sys.__stderr__), transient=True) as progress:
        task, stages = progress.add_task("", total=total), 0

        def stage(name: str) -> None:
            nonlocal stages
            stages += 1
            progress.update(task, description=name[:1].upper() + name[1:])
            if stages > 1:
                progress.update(task, total=None)  # how long it will take is not known

        yield lambda count: progress.advance(task, count), stage


def _terminal() -> bool:
    """True when the real standard error is a terminal, also while output is being captured."""
    return sys.__stderr__ is not None and sys.__stderr__.isatty()


@contextmanager
def reading_bar(*, show: bool = True) -> Iterator["Reading"]:
    """Show how many entries and bytes of unknown many were read, and what is done with them."""
    if not (show and _terminal()):
        yield Reading(lambda text, count, size: None)
        return
    from rich.console import Console
    from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    from oneseek.cli.output import bytes_text

    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        TextColumn("{task.fields[read]}"),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=Console(file=sys.__stderr__), transient=True) as progress:
        task = progress.add_task("Reading", total=None, read="")

        def update(text: str, count: int, size: int) -> None:
            read = f"{count:,} entries, {bytes_text(size)}"
            progress.update(task, description=text, read=read)

        yield Reading(update)


class Reading:
    """What :func:`reading_bar` is told; it draws now and then only, as entries are many."""

    _EVERY = 50

    def __init__(self, update: Callable[[str, int, int], None]) -> None:
        self._update = update
        self._stage, self._entries, self._bytes = "Reading", 0, 0

    def entry(self, _: object) -> None:
        """One more entry was read."""
        self._entries += 1
        if self._entries % self._EVERY == 0:
            self._draw()

    def bytes(self, count: int) -> None:
        """So many more bytes were read."""
        self._bytes += count
        if count >= 1 << 16:
            self._draw()

    def stage(self, name: str) -> None:
        """Something else is done from now on."""
        self._stage = name[:1].upper() + name[1:]
        self._draw()

    def _draw(self) -> None:
        self._update(self._stage, self._entries, self._bytes)
