"""Is every byte that is kept what its digest says?"""

import builders as make
from asking import ask, figure
from oneseek.domain.audit.questions.every_byte import EveryByte
from oneseek.domain.findings import Finding

DAMAGED = Finding("object-damaged", "ab/cd", "one digest", "another")


def test_a_deep_look_that_found_nothing_is_a_yes() -> None:
    question = EveryByte()
    question.looked([], 20)
    answer = ask(question)
    assert answer.verdict == "yes"
    assert figure(answer, "objects read") == 20


def test_what_it_found_is_a_no() -> None:
    question = EveryByte()
    question.looked([DAMAGED], 20)
    answer = ask(question)
    assert (answer.verdict, answer.findings) == ("no", (DAMAGED,))


def test_without_a_deep_look_nothing_is_claimed() -> None:
    assert ask(EveryByte()).verdict == "not-asked"


def test_it_hears_of_no_entry() -> None:
    question = EveryByte()
    question.see(0, make.entry(make.opened()))
    assert question.wants == ()
