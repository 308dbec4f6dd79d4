"""Which claims come from legacy records?"""

import builders as make
from asking import ask, figure
from oneseek.domain.audit.questions.legacy import Legacy


def test_a_ledger_of_today_holds_none() -> None:
    answer = ask(Legacy(), make.opened())
    assert answer.verdict == "yes"
    assert answer.because.startswith("no legacy records")
    assert figure(answer, "legacy records") == 0


def test_no_kind_of_today_is_asked_for() -> None:
    question = Legacy()
    question.see(0, make.entry(make.opened()))
    assert list(question.wants) == []
