"""Handing every entry of one pass to the questions that want it."""

from collections.abc import Callable, Iterable, Sequence
from typing import ClassVar, Protocol, cast

from oneseek.domain.audit.answers import Question
from oneseek.domain.entry import Entry
from oneseek.domain.events import Event

See = Callable[[int, Entry], None]
SeeRun = Callable[[int, Sequence[Entry]], None]


class SeesRuns(Protocol):
    """A question that can take many entries of one kind at once, faster than one by one."""

    runs_of: ClassVar[type[Event]]

    def see_run(self, first: int, entries: Sequence[Entry]) -> None:
        """Take notice of entries of the kind ``runs_of`` that follow one another."""
        ...


class Hearing:
    """One pass over a ledger feeds all questions; each hears of the kinds that it wants.

    Long ledgers are mostly runs of one kind. Where nobody else wants that kind, whoever takes runs
    is given them whole.
    """

    def __init__(self, questions: Iterable[Question]) -> None:
        seeing: dict[str, list[See]] = {}
        runs: dict[str, SeeRun] = {}
        for question in questions:
            for event in question.wants:
                seeing.setdefault(event.kind, []).append(question.see)
                if event is getattr(question, "runs_of", None):
                    runs[event.kind] = cast(SeesRuns, question).see_run
        self._seeing = {kind: tuple(found) for kind, found in seeing.items()}
        self._runs = {kind: run for kind, run in runs.items() if len(self._seeing[kind]) == 1}

    def hear(self, first: int, entries: Sequence[Entry]) -> None:
        """Take entries that follow one another, the first of them at leaf ``first``."""
        if len(kinds := {type(entry.body) for entry in entries}) == 1:
            (kind,) = kinds
            if (run := self._runs.get(kind.kind)) is not None:
                run(first, entries)
                return
        seeing = self._seeing
        for index, entry in enumerate(entries, first):
            for see in seeing.get(entry.body.kind, ()):
                see(index, entry)
