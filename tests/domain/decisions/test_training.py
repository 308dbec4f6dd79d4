"""What was withdrawn does not come back under another name by a slip."""

import pytest
from msgspec.structs import replace

from builders import (
    OLD_DNA,
    checkpoint_dropped,
    checkpoint_kept,
    completed,
    digest,
    failed,
    imported,
    indexed,
    opened,
    resumed,
    started,
    version,
)
from oneseek.domain.decisions import Decision
from oneseek.domain.decisions.training import lost, require_continuable, resume, start
from oneseek.domain.errors import Conflict, NotFound
from oneseek.domain.events import Event
from oneseek.domain.state.documents import OpenTraining, Training, Version
from oneseek.domain.state.fold import apply
from oneseek.domain.state.store import DictState

START = started("t9")


def state(withdrawn: int | None) -> DictState:
    found = DictState()
    parent = version(1, withdrawn=withdrawn)
    found.put(parent.dna, parent)
    return found


def test_a_training_from_the_base_model_reads_nothing() -> None:
    assert start(DictState(), START, None, False) == Decision((START,))


def test_a_training_goes_on_from_a_version_and_names_the_registry_as_read() -> None:
    expected = Decision((START,), frozenset({"registry"}))
    assert start(state(None), START, version(1), False) == expected
    assert start(DictState(), START, version(1), False) == expected


def test_a_withdrawn_version_is_refused_until_it_is_said_that_it_is_meant() -> None:
    with pytest.raises(Conflict, match="withdrawn by entry 9") as caught:
        start(state(9), START, version(1, withdrawn=9), False)
    assert "--allow-withdrawn" in str(caught.value.hint)
    assert start(state(9), START, version(1, withdrawn=9), True).events == (START,)


def test_a_withdrawal_that_came_meanwhile_counts() -> None:
    require_continuable(version(1), False)
    with pytest.raises(Conflict):
        start(state(9), START, version(1), False)


def test_a_base_that_is_another_one_by_now_counts() -> None:
    """Somebody said meanwhile that the imported version stands on another base model."""
    found = DictState()
    events = (opened(), imported(base=digest("other")))
    for index, item in indexed(events):
        apply(found, index, item)
    parent = found.get(Version, OLD_DNA)
    assert parent is not None
    with pytest.raises(Conflict, match="another base model"):
        start(found, START, parent, False)
    same = replace(START, base=digest("other"))
    reads = frozenset({"registry", f"version:{parent.manifest}"})
    assert start(found, same, parent, False) == Decision((same,), reads)


def cut_off(*more: Event) -> DictState:
    found = DictState()
    events = (started("t1"), checkpoint_kept("t1"), failed("t1"), *more)
    for index, item in indexed(events):
        apply(found, index, item)
    return found


def test_a_training_that_was_cut_off_is_opened_again() -> None:
    found = cut_off()
    assert resume(found, resumed("t1"), None, False) == Decision((resumed("t1"),))
    again = cut_off(resumed("t1")).get(Training, "t1")
    assert again is not None
    assert (again.status, again.ended, again.reason, again.resumed) == ("started", None, None, 3)
    assert cut_off(resumed("t1")).get(OpenTraining, "t1") is not None


@pytest.mark.parametrize(
    ("state", "reason"),
    [
        (DictState(), "there is no training t1"),
        (cut_off(resumed("t1")), "is running: another process was first"),
        (cut_off(resumed("t1"), completed("t1")), "is completed: there is nothing left"),
        (cut_off(checkpoint_dropped("t1")), "was dropped"),
        (cut_off(checkpoint_dropped("t1"), checkpoint_kept("t1", 21)), "was dropped"),
    ],
)
def test_what_cannot_go_on_is_refused(state: DictState, reason: str) -> None:
    with pytest.raises((Conflict, NotFound), match=reason):
        resume(state, resumed("t1"), None, False)


def test_a_parent_that_was_withdrawn_meanwhile_counts_when_a_training_goes_on() -> None:
    found = cut_off()
    parent = version(1, withdrawn=9)
    found.put(parent.dna, parent)
    with pytest.raises(Conflict, match="withdrawn"):
        resume(found, resumed("t1"), parent, False)
    decided = resume(found, resumed("t1"), parent, True)
    assert decided.reads == frozenset({"registry"})


def test_who_resumed_a_training_has_it_and_nobody_else() -> None:
    assert lost(DictState(), "t1", None) is None
    assert lost(cut_off(), "t1", None) == (
        "training t1 was recorded as failed by entry 2 while it ran (out of memory)"
    )
    again = cut_off(resumed("t1"))
    assert lost(again, "t1", 3) is None
    assert lost(again, "t1", None) == ("training t1 was resumed elsewhere by entry 3 while it ran")
    done = lost(cut_off(resumed("t1"), completed("t1")), "t1", 3)
    assert done == "training t1 was recorded as completed by entry 4 while it ran"


def test_an_unknown_training_that_goes_on_changes_no_documents() -> None:
    found = DictState()
    for index, item in indexed((resumed("t1"),)):
        apply(found, index, item)
    assert found.get(Training, "t1") is None
