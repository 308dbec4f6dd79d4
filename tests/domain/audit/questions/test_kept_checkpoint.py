"""Does the history extend the checkpoint that the auditor kept?"""

from dataclasses import replace

import builders as make
from asking import GOOD, ask, figure, seen
from oneseek.domain.audit.questions.kept_checkpoint import KeptCheckpoint
from oneseek.domain.note.checkpoint import Checkpoint

KEPT = Checkpoint(make.ORIGIN, 4, bytes([7] * 32))


def test_a_history_that_begins_with_the_kept_tree_is_fine() -> None:
    answer = ask(KeptCheckpoint(KEPT), report=replace(GOOD, marked=KEPT.root))
    assert answer.verdict == "yes"
    assert answer.because == (
        "it begins with the 4 entries of your checkpoint and goes on with 6 more"
    )
    assert figure(answer, "entries since then") == 6


def test_who_signed_it_is_told_but_the_comparison_does_not_rest_on_it() -> None:
    question = KeptCheckpoint(KEPT)
    question.signed = False
    answer = ask(question, report=replace(GOOD, marked=KEPT.root))
    assert answer.verdict == "yes"
    assert answer.because.endswith("no key that you trust has signed it")


def test_without_a_kept_checkpoint_the_question_was_not_asked() -> None:
    assert ask(KeptCheckpoint(None)).verdict == "not-asked"


def test_a_history_that_was_written_anew_is_found() -> None:
    answer = ask(KeptCheckpoint(KEPT), report=replace(GOOD, marked=bytes(32)))
    assert answer.verdict == "no"
    assert seen(answer) == [
        ("history", "checkpoint of 4 entries", f"root {KEPT.root.hex()}",
         f"root {bytes(32).hex()}: the history was written anew"),
    ]  # fmt: skip


def test_a_history_that_is_shorter_now_is_found() -> None:
    answer = ask(KeptCheckpoint(KEPT), report=replace(GOOD, size=3))
    assert seen(answer) == [
        ("history", "checkpoint of 4 entries", "at least 4 entries",
         "3 entries: the ledger was rolled back"),
    ]  # fmt: skip


def test_only_a_kept_checkpoint_can_be_contradicted() -> None:
    assert KeptCheckpoint(KEPT).contradicted(replace(GOOD, marked=bytes(32)))
    assert KeptCheckpoint(KEPT).contradicted(replace(GOOD, marked=None))
    assert not KeptCheckpoint(KEPT).contradicted(replace(GOOD, marked=KEPT.root))
    assert not KeptCheckpoint(None).contradicted(GOOD)


def test_it_hears_of_no_entry() -> None:
    question = KeptCheckpoint(None)
    question.see(0, make.entry(make.opened()))
    assert question.wants == ()
