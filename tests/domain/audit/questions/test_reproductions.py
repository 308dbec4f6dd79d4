"""Did every training that was repeated give the same model?"""

import pytest
from msgspec.structs import replace

import builders as make
from asking import ask, figure, rows, seen
from oneseek.domain.audit.questions.reproductions import Repeated, Reproductions

WHERE = f"entry 1, reproduction of {make.dna(1)}"


@pytest.mark.parametrize("verdict", ["same-bytes", "within-tolerance"])
def test_a_repetition_that_gave_the_same_is_fine(verdict: str) -> None:
    answer = ask(Reproductions(), make.certified(1), make.reproduced(1, verdict), make.certified(2))
    assert answer.verdict == "yes"
    assert rows(answer, "reproductions")[0]["verdict"] == verdict
    assert figure(answer, "versions without a verdict on record") == 1


def test_where_nothing_was_repeated_nothing_is_claimed() -> None:
    answer = ask(Reproductions(), make.certified(1))
    assert answer.verdict == "not-asked"
    assert figure(answer, "versions without a verdict on record") == 1


@pytest.mark.parametrize(
    ("verdict", "found"),
    [
        ("different", "different weights"),
        ("something", "something"),
    ],
)
def test_a_repetition_that_did_not_is_found(verdict: str, found: str) -> None:
    answer = ask(Reproductions(), make.certified(1), make.reproduced(1, verdict))
    assert answer.verdict == "no"
    assert seen(answer) == [("reproduction", WHERE, "the same model", found)]


def test_the_newest_verdict_counts() -> None:
    happened = [make.certified(1), make.reproduced(1, "different"), make.reproduced(1)]
    answer = ask(Reproductions(), *happened)
    assert (answer.verdict, len(rows(answer, "reproductions"))) == ("yes", 2)


def test_the_same_bytes_with_other_weights_are_a_contradiction() -> None:
    event = replace(make.reproduced(1), weights=make.digest("others"))
    answer = ask(Reproductions(), make.certified(1), event)
    assert seen(answer) == [
        ("reproduction", WHERE, f"weights {make.digest('weights of t1')}, as certified",
         f"weights {make.digest('others')}"),
    ]  # fmt: skip


def test_what_this_audit_has_repeated_counts_beside_the_record() -> None:
    question = Reproductions()
    question.own.append(Repeated(make.dna(1), "same-bytes", "all bytes are the same"))
    answer = ask(question, make.certified(1))
    assert answer.because == (
        "0 verdicts on record, 1 training by this audit: each gave the same model"
    )
    question.own.append(Repeated(make.dna(2), "different", "2 of 4 tensors differ"))
    assert seen(ask(question)) == [
        ("reproduction", f"{make.dna(2)}, repeated now", "the same model", "2 of 4 tensors differ"),
    ]


def test_what_could_not_be_repeated_is_not_checked_and_told() -> None:
    question = Reproductions()
    question.own.append(Repeated(make.dna(2), "not-done", "torch is not installed"))
    answer = ask(question, make.certified(1), make.reproduced(1, "cannot-be-repeated"))
    assert (answer.verdict, answer.because) == ("unchecked", "2 trainings could not be repeated")
    assert [found for *_, found in seen(answer)] == [
        "could not be repeated", "torch is not installed"
    ]  # fmt: skip
    assert ask(question, make.reproduced(2, "different")).verdict == "no"
