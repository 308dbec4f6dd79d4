"""Handing every entry of one pass to the questions that want it."""

from collections.abc import Callable, Iterable, Sequence

from oneseek.domain.audit.answers import Question
from oneseek.domain.entry import Entry

See = Callable[[int, Entry], None]


class Hearing:
    """One pass over a ledger feeds all questions; each hears of the kinds that it wants."""

    def __init__(self, questions: Iterable[Question]) -> None:
        seeing: dict[str, list[See]] = {}
        for question in questions:
            for event in question.wants:
                seeing.setdefault(event.kind, []).append(question.see)
        self._seeing = {kind: tuple(found) for kind, found in seeing.items()}

    def hear(self, first: int, entries: Sequence[Entry]) -> None:
        """Take entries that follow one another, the first of them at leaf ``first``."""
        seeing = self._seeing
        for index, entry in enumerate(entries, first):
            for see in seeing.get(entry.body.kind, ()):
                see(index, entry)
