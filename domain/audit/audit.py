"""The audit: one pass over the ledger feeds every question, then each gives its answer.

Nothing is written and nothing raises for what it finds: a ledger that is damaged is answered about
as far as its entries go, and no yes that rests on entries stays one.
"""

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, replace

from oneseek.domain.audit.answers import Answer, Question
from oneseek.domain.audit.hearing import Hearing
from oneseek.domain.audit.key_chain import CheckSignature
from oneseek.domain.audit.ledger_audit import LedgerReport, audit_ledger
from oneseek.domain.errors import LedgerBroken, OneSeekError
from oneseek.domain.findings import Finding
from oneseek.domain.keys import KeyRing
from oneseek.domain.merkle.frontier import EMPTY_FRONTIER
from oneseek.domain.note.signed_note import VerifierKey
from oneseek.domain.ports import Ledger


@dataclass(frozen=True, slots=True)
class Answered:
    """A question with its answer."""

    name: str
    asks: str
    answer: Answer


def read_for(
    questions: Collection[Question],
    ledger: Ledger,
    keys: tuple[VerifierKey, ...],
    check: CheckSignature,
    *,
    origin: str,
    kept_size: int | None,
    strict: bool,
    on_entries: Callable[[int], None] | None = None,
) -> LedgerReport:
    """Audit the ledger and tell ``questions`` of its entries on the way.

    ``kept_size`` is the size of a checkpoint whose root is wanted. ``strict`` reads every entry
    with the constraints of its fields; otherwise answered questions are read without.
    """
    try:
        return audit_ledger(
            ledger,
            keys,
            check,
            origin=origin,
            hear=Hearing(questions).hear,
            quick=not strict,
            mark=kept_size,
            on_entries=on_entries,
        )
    except LedgerBroken as error:
        # So damaged that it cannot be read to its end: that is an answer too.
        finding = Finding("ledger", "the ledger", "one that can be read", error.message)
        hint = error.hint or ""
        return LedgerReport(0, EMPTY_FRONTIER.root(), (replace(finding, hint=hint),), KeyRing(()))


def answers(questions: Sequence[Question], report: LedgerReport) -> Iterator[Answered]:
    """Yield the answer to each question, given what the audit of the ledger has found."""
    for question in questions:
        try:
            answer = question.answer(report)
        except OneSeekError as error:
            answer = Answer("unchecked", f"it could not be looked at: {error.message}")
        if report.findings and question.about_entries and answer.verdict == "yes":
            because = f"the ledger is damaged, so that this is not proved: {answer.because}"
            answer = replace(answer, verdict="unchecked", because=because)
        yield Answered(question.name, question.asks, answer)
