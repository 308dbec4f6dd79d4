"""One pass feeds all questions; a damaged ledger is answered about, and no yes rests on it."""

from dataclasses import replace

import pytest
from forging import forging, put, raw

import builders as make
from asking import GOOD, Objects
from oneseek.adapters.keys.ed25519 import check_ed25519
from oneseek.domain.audit.answers import Answer, Listing, Question
from oneseek.domain.audit.audit import answers, read_for
from oneseek.domain.audit.ledger_audit import LedgerReport
from oneseek.domain.audit.questions.activity import Activity
from oneseek.domain.audit.questions.files import FilesOnDisk
from oneseek.domain.audit.questions.kept_checkpoint import KeptCheckpoint
from oneseek.domain.audit.questions.ledger_questions import ledger_questions
from oneseek.domain.audit.questions.reproductions import Reproductions
from oneseek.domain.audit.questions.service import Service
from oneseek.domain.audit.questions.signed_root import SignedRoot
from oneseek.domain.errors import ServiceFailed
from oneseek.domain.findings import Finding
from oneseek.domain.merkle.frontier import EMPTY_FRONTIER
from oneseek.domain.merkle.hashing import leaf_hash
from oneseek.domain.note.checkpoint import Checkpoint
from workbench import Workbench

BROKEN = replace(GOOD, findings=(Finding("leaf-hash", "entry 3", "a", "b"),))


def read(
    ledger: Workbench, questions: list[Question], *, strict: bool = False, kept: int | None = None
) -> LedgerReport:
    return read_for(
        questions, ledger.ledger, (ledger.key,), check_ed25519,
        origin=make.ORIGIN, kept_size=kept, strict=strict,
    )  # fmt: skip


@pytest.mark.parametrize("strict", [False, True])
def test_every_question_hears_of_the_kinds_that_it_wants(ledger: Workbench, strict: bool) -> None:
    ledger.append(make.answered("q", make.manifest(1)), make.answered("r"))
    service, activity = Service(), Activity()
    report = read(ledger, [service, activity], strict=strict)
    assert (report.size, report.findings) == (12, ())
    one, two = answers([service, activity], report)
    counts = {figure.name: figure.value for figure in one.answer.figures}
    assert counts["activations"] == 3
    assert counts["answers by the active version"] == 1
    assert counts["answers by a base model alone"] == 1
    # Two of the workbench's activations say that they replaced nothing.
    assert (two.name, two.answer.count) == ("activity", 2)


@pytest.mark.parametrize("size", [0, 1, 4, 10])
def test_the_root_of_a_kept_size_is_computed_from_the_entries(ledger: Workbench, size: int) -> None:
    hashes = [leaf_hash(row.raw) for row in ledger.ledger.records(0, size)]
    assert read(ledger, [], kept=size).marked == EMPTY_FRONTIER.extend(hashes).root()


def test_a_size_that_the_ledger_never_had_has_no_root(ledger: Workbench) -> None:
    assert read(ledger, [], kept=11).marked is None


def test_a_damaged_ledger_is_answered_about_but_proves_nothing(ledger: Workbench) -> None:
    put(ledger, 3, raw(ledger, 3).replace(b"anna", b"emma"), hashed=False)
    questions: list[Question] = [SignedRoot(), KeptCheckpoint(None), Service()]
    root, kept, service = answers(questions, read(ledger, questions))
    assert root.answer.verdict == "no"
    assert root.answer.findings[0].where == "entry 3"
    assert kept.answer.verdict == "not-asked"
    assert service.answer.verdict == "no", "version 2 was never certified there"


def test_a_ledger_that_cannot_be_read_at_all_is_an_answer_too(ledger: Workbench) -> None:
    with forging(ledger) as connection:
        connection.execute("UPDATE head SET size = 'x'")
    report = read(ledger, [])
    assert report.size == 0
    (finding,) = report.findings
    assert (finding.check, finding.where) == ("ledger", "the ledger")
    assert "head row is damaged" in finding.found


def test_a_yes_that_rests_on_damaged_entries_is_none() -> None:
    (item,) = answers([Service()], BROKEN)
    assert item.answer.verdict == "unchecked"
    assert item.answer.because.startswith("the ledger is damaged, so that this is not proved: 0")


def test_a_question_that_meets_a_broken_disk_is_unchecked() -> None:
    class Fails(Service):
        def answer(self, report: LedgerReport) -> Answer:
            raise ServiceFailed("the disk refused")

    (item,) = answers([Fails()], GOOD)
    assert item.answer.verdict == "unchecked"
    assert item.answer.because == "it could not be looked at: the disk refused"


def test_every_question_has_a_name_and_words_of_its_own() -> None:
    files = FilesOnDisk((), lambda *_: pytest.fail("no target"))
    questions = ledger_questions(Objects(), lambda *_: False, files, Reproductions())
    assert len({question.name for question in questions}) == len(questions)
    assert all(question.asks.endswith("?") for question in questions)


def test_a_listing_keeps_the_first_and_counts_all() -> None:
    listing: Listing[int] = Listing(2)
    listing.extend(range(5))
    assert (listing.items, listing.count) == ([0, 1], 5)


def test_a_yes_about_the_first_entries_stays_one_where_later_ones_are_damaged() -> None:
    """Their root was computed from their bytes, and is the one that the auditor kept."""
    kept = KeptCheckpoint(Checkpoint(make.ORIGIN, 2, bytes(32)))
    (item,) = answers([kept], replace(BROKEN, marked=bytes(32)))
    assert item.answer.verdict == "yes"
