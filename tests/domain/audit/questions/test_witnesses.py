"""Has somebody independent seen this history too?"""

from dataclasses import replace

import builders as make
from asking import GOOD, ask, figure, rows, seen
from oneseek.domain.audit.questions.witnesses import Cosigned, Witnesses
from oneseek.domain.findings import Finding

FOUND = Cosigned(8, bytes(32), [("w.example/one", "2026-11-20"), ("w.example/two", "2026-11-21")])


def test_enough_witnesses_over_this_history_are_a_yes() -> None:
    question = Witnesses(2)
    question.looked(FOUND, bytes(32))
    answer = ask(question)
    assert answer.verdict == "yes"
    assert answer.because == (
        "w.example/one, w.example/two cosigned the checkpoint of 8 entries; 2 entries came after it"
    )
    assert figure(answer, "witnesses of that checkpoint") == 2
    assert rows(answer, "witnesses")[1]["time"] == "2026-11-21"


def test_witnesses_of_another_history_are_a_no() -> None:
    question = Witnesses(None)
    question.looked(FOUND, bytes([1] * 32))
    answer = ask(question)
    assert answer.verdict == "no"
    assert seen(answer) == [
        ("cosigned-root", "checkpoint of 8 entries", f"root {'00' * 32}, which was cosigned",
         f"root {'01' * 32} over the entries as they are"),
    ]  # fmt: skip


def test_in_a_damaged_ledger_the_stored_hashes_prove_nothing() -> None:
    question = Witnesses(1)
    question.looked(FOUND, bytes(32))
    damaged = replace(GOOD, findings=(Finding("leaf-hash", "entry 3", "a", "b"),))
    assert ask(question, report=damaged).verdict == "unchecked"


def test_too_few_witnesses_are_a_no_where_they_are_required() -> None:
    answer = ask(Witnesses(2))
    assert answer.because == "no checkpoint is cosigned by 2 trusted witnesses"
    assert [check for check, *_ in seen(answer)] == ["cosignatures"]
    assert ask(Witnesses(None)).verdict == "not-asked"


def test_it_hears_of_no_entry() -> None:
    question = Witnesses(None)
    question.see(0, make.entry(make.opened()))
    assert question.wants == ()
