"""Is every entry's hash in the signed root?"""

from dataclasses import replace

import builders as make
from asking import GOOD, ask, figure
from oneseek.domain.audit.questions.signed_root import SignedRoot
from oneseek.domain.findings import Finding

ROOT = Finding("head-root", "tree of 10 entries", "a", "b")
ENTRY = Finding("leaf-hash", "entry 3", "a", "b")


def test_a_ledger_without_findings_is_in_the_root() -> None:
    answer = ask(SignedRoot(), report=GOOD)
    assert answer.verdict == "yes"
    assert answer.because.startswith("10 entries were hashed anew")
    assert figure(answer, "root") == bytes(32).hex()


def test_what_names_an_entry_comes_first() -> None:
    answer = ask(SignedRoot(), report=replace(GOOD, findings=(ROOT, ENTRY)))
    assert answer.verdict == "no"
    assert answer.findings == (ENTRY, ROOT)


def test_a_checkpoint_file_that_contradicts_counts_too() -> None:
    question = SignedRoot()
    question.besides.append(ROOT)
    assert ask(question).findings == (ROOT,)


def test_it_hears_of_no_entry() -> None:
    question = SignedRoot()
    question.see(0, make.entry(make.opened()))
    assert question.wants == ()
