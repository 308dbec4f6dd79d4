"""The path of every change: decided on one view, appended once, decided again when it was stale."""

from collections.abc import Callable
from dataclasses import replace

import pytest

import builders as make
from oneseek.domain.decisions import Decision
from oneseek.domain.entry import Entry
from oneseek.domain.errors import Conflict, InvalidInput, StaleRead
from oneseek.domain.ports import View
from oneseek.domain.registry import REGISTRY
from oneseek.domain.state.documents import Line
from oneseek.domain.usecases.record import new_id, record
from workbench import Workbench


def entries(bench: Workbench) -> list[Entry]:
    return [REGISTRY.decode(row.raw) for row in bench.ledger.records()]


def next_major(view: View) -> Decision:
    line = view.get(Line, "sv")
    return Decision((make.numbered((line.major if line else 0) + 1),))


def test_what_was_decided_is_appended_as_one_group_with_one_time(bench: Workbench) -> None:
    decided = Decision((make.numbered(1), make.certified(1), make.numbered(2)))
    receipt = record(bench.ports, lambda _: decided)
    assert receipt is not None
    assert receipt.indices == range(2, 5)
    assert receipt.size == 5
    written = entries(bench)[2:]
    assert [entry.body for entry in written] == list(decided.events)
    assert [entry.stream_version for entry in written] == [1, 1, 2]
    assert {entry.actor for entry in written} == {"anna"}
    assert len({entry.time for entry in written}) == 1


def test_a_decision_may_be_bound_to_a_time(bench: Workbench) -> None:
    record(bench.ports, lambda _: Decision((make.repaired(),), time=make.TIME))
    assert entries(bench)[-1].time == make.TIME


def test_nothing_decided_is_nothing_appended(bench: Workbench) -> None:
    assert record(bench.ports, lambda _: Decision()) is None
    assert bench.ledger.head().size == 2


def test_an_error_of_the_decision_comes_out_and_nothing_is_written(bench: Workbench) -> None:
    def refuse(_: View) -> Decision:
        raise Conflict("no")

    with pytest.raises(Conflict, match="no"):
        record(bench.ports, refuse)
    with pytest.raises(InvalidInput):
        record(bench.ports, lambda _: Decision((make.failed(reason="x" * 20_000),)))
    with pytest.raises(InvalidInput):
        record(replace(bench.ports, actor=""), lambda _: Decision((make.repaired(),)))
    assert bench.ledger.head().size == 2


def rival(bench: Workbench, times: int) -> Callable[[], None]:
    """Give a function whose first ``times`` calls take a number for somebody else."""
    ports = bench.as_actor("bo")
    left = times

    def step() -> None:
        nonlocal left
        if left > 0:
            left -= 1
            record(ports, next_major)

    return step


def test_a_stale_decision_is_made_again_on_the_new_state(bench: Workbench) -> None:
    interfere = rival(bench, times=3)
    asked = 0

    def decide(view: View) -> Decision:
        nonlocal asked
        asked += 1
        decision = next_major(view)
        interfere()  # after reading, before writing
        return decision

    assert record(bench.ports, decide) is not None
    assert asked == 4
    numbers = [entry.body for entry in entries(bench)[2:]]
    assert numbers == [make.numbered(major) for major in (1, 2, 3, 4)]
    assert [entry.actor for entry in entries(bench)[2:]] == ["bo", "bo", "bo", "anna"]


@pytest.mark.parametrize("attempts", [1, 3])
def test_whoever_is_always_too_late_is_told_and_nothing_is_written(
    bench: Workbench, attempts: int
) -> None:
    interfere = rival(bench, times=100)

    def decide(view: View) -> Decision:
        decision = next_major(view)
        interfere()
        return decision

    with pytest.raises(StaleRead, match=r"line:sv changed meanwhile"):
        record(bench.ports, decide, attempts=attempts)
    assert bench.ledger.head().size == 2 + attempts
    assert {entry.actor for entry in entries(bench)[2:]} == {"bo"}


def test_a_stream_that_was_only_read_makes_a_decision_stale_too(bench: Workbench) -> None:
    interfere = rival(bench, times=1)
    asked = 0

    def decide(view: View) -> Decision:
        nonlocal asked
        asked += 1
        decision = Decision((make.repaired(),), reads=frozenset({"line:sv"}))
        interfere()
        return decision

    record(bench.ports, decide)
    assert asked == 2


def test_a_stream_that_was_not_read_does_not_disturb(bench: Workbench) -> None:
    interfere = rival(bench, times=1)
    asked = 0

    def decide(view: View) -> Decision:
        nonlocal asked
        asked += 1
        interfere()
        return Decision((make.repaired(),))

    record(bench.ports, decide)
    assert asked == 1
    assert bench.audit().findings == ()


def test_a_clock_that_is_behind_is_told_at_once_and_not_tried_again(bench: Workbench) -> None:
    asked = 0

    def decide(_: View) -> Decision:
        nonlocal asked
        asked += 1
        return Decision((make.repaired(),), time="2026-11-20T18:00:00.000000Z")

    with pytest.raises(Conflict, match="the clock is behind"):
        record(bench.ports, decide)
    assert asked == 1


def test_identities_begin_with_the_date_and_differ(bench: Workbench) -> None:
    found = [new_id(bench.ports) for _ in range(20)]
    assert len(set(found)) == 20
    assert all(item.startswith("20261120-") and len(item) == 25 for item in found)
