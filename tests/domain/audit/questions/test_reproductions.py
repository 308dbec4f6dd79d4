"""Did every training that was repeated give the same model?"""

import pytest
from msgspec.structs import replace

import builders as make
from asking import ask, figure, rows, seen
from oneseek.domain.audit.questions.reproductions import Reproductions

WHERE = f"entry 1, reproduction of {make.dna(1)}"


@pytest.mark.parametrize("verdict", ["same-bytes", "within-tolerance"])
def test_a_repetition_that_gave_the_same_is_fine(verdict: str) -> None:
    answer = ask(Reproductions(), make.certified(1), make.reproduced(1, verdict), make.certified(2))
    assert answer.verdict == "yes"
    assert rows(answer, "reproductions")[0]["verdict"] == verdict
    assert figure(answer, "versions never repeated") == 1


def test_where_nothing_was_repeated_nothing_is_claimed() -> None:
    answer = ask(Reproductions(), make.certified(1))
    assert answer.verdict == "not-asked"
    assert figure(answer, "versions never repeated") == 1


@pytest.mark.parametrize(
    ("verdict", "found"),
    [
        ("different", "different weights"),
        ("cannot-be-repeated", "could not be repeated"),
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
