"""Is every logged index the one that the entries give?"""

import builders as make
from asking import ask, figure, tell
from oneseek.domain.audit.questions.indexes import Indexes
from oneseek.domain.findings import Finding

WRONG = Finding("stream-index", "entry 4, index of 4 entries", "one root", "another")


def test_roots_that_were_made_again_are_a_yes() -> None:
    question = Indexes()
    question.looked([])
    answer = ask(question, make.index_logged(4), make.index_logged(9))
    assert answer.verdict == "yes"
    assert figure(answer, "logged indexes") == 2
    assert figure(answer, "entries that the newest one covers") == 9


def test_a_root_that_is_another_is_a_no() -> None:
    question = Indexes()
    tell(question, [make.index_logged(4)])
    question.looked([WRONG])
    answer = ask(question)
    assert (answer.verdict, answer.findings) == ("no", (WRONG,))


def test_without_a_deep_look_or_without_an_index_nothing_is_claimed() -> None:
    assert ask(Indexes(), make.index_logged(4)).verdict == "not-asked"
    assert "cannot be proved" in ask(Indexes()).because
