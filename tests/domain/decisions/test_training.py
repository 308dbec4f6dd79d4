"""What was withdrawn does not come back under another name by a slip."""

import pytest
from msgspec.structs import replace

from builders import OLD_DNA, digest, imported, indexed, opened, started, version
from oneseek.domain.decisions import Decision
from oneseek.domain.decisions.training import require_continuable, start
from oneseek.domain.errors import Conflict
from oneseek.domain.state.documents import Version
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
