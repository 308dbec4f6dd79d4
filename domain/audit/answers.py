"""What an audit answers: a verdict with its reason, findings, figures and tables.

A question of :mod:`oneseek.domain.audit.questions` is told of every entry of the kinds that it
wants, once and in order. It keeps what its answer needs, bounded where a ledger could make it grow:
lists hold the first things and a count of all (:class:`Listing`).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar, Generic, Literal, Protocol, TypeVar

from oneseek.domain.audit.ledger_audit import LedgerReport
from oneseek.domain.entry import Entry
from oneseek.domain.events import Event
from oneseek.domain.findings import Finding

Verdict = Literal["yes", "no", "unchecked", "not-asked"]
"""``unchecked``: it should have been looked at and could not be; ``not-asked``: it needs something
that only the auditor can give (a kept checkpoint), or that was left out by choice."""

Cell = str | int | None
T = TypeVar("T")

MOST_FINDINGS = 100
MOST_ROWS = 1000


class Listing(Generic[T]):
    """The first ``most`` of many things, and how many there were."""

    def __init__(self, most: int = MOST_FINDINGS) -> None:
        self.items: list[T] = []
        self.count = 0
        self._most = most

    def add(self, item: T) -> None:
        """Count ``item``, and keep it if it is one of the first."""
        self.count += 1
        if len(self.items) < self._most:
            self.items.append(item)

    def extend(self, items: Iterable[T]) -> None:
        """Add every one of ``items``."""
        for item in items:
            self.add(item)


@dataclass(frozen=True, slots=True)
class Figure:
    """One number of an answer, in words: ``answers by the active version``, 12."""

    name: str
    value: int | str


@dataclass(frozen=True, slots=True)
class Table:
    """What an answer lists. ``columns`` are the stable names of the cells of every row."""

    name: str
    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    count: int
    """Rows in all; ``rows`` holds the first of them."""

    @classmethod
    def of(
        cls, name: str, title: str, columns: tuple[str, ...], rows: Listing[tuple[Cell, ...]]
    ) -> "Table":
        """Return the table of a listing."""
        return cls(name, title, columns, tuple(rows.items), rows.count)


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer to one question; ``because`` is one sentence for a person."""

    verdict: Verdict
    because: str
    findings: tuple[Finding, ...] = ()
    count: int = 0
    """Findings in all; ``findings`` holds the first of them."""
    figures: tuple[Figure, ...] = ()
    tables: tuple[Table, ...] = ()


class Question(Protocol):
    """One question. ``name`` is stable, ``asks`` is the question in words."""

    name: ClassVar[str]
    asks: ClassVar[str]
    about_entries: ClassVar[bool]
    """Whether a yes rests on entries alone: then it needs an undamaged ledger to be one."""

    @property
    def wants(self) -> Iterable[type[Event]]:
        """The kinds of which :meth:`see` is told."""
        ...

    def see(self, index: int, entry: Entry) -> None:
        """Take notice of an entry."""
        ...

    def answer(self, report: LedgerReport) -> Answer:
        """Return the answer; ``report`` says what the ledger itself is worth."""
        ...


def judged(
    findings: Listing[Finding],
    yes: str,
    no: str,
    figures: tuple[Figure, ...] = (),
    tables: tuple[Table, ...] = (),
) -> Answer:
    """Return yes where there are no findings, else no; with the sentence that goes with it."""
    found = tuple(findings.items)
    if found:
        return Answer("no", no, found, findings.count, figures, tables)
    return Answer("yes", yes, (), 0, figures, tables)


def many(number: int, noun: str, plural: str = "") -> str:
    """Return a number with its noun: ``1 entry``, ``2,000 entries``."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {plural or noun + 's'}"
