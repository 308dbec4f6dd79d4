"""Logging the index: an ordinary entry, and none when nothing is new."""

from typing import Any

import builders as make
from oneseek.domain.decisions import Decision
from oneseek.domain.events import IndexLogged
from oneseek.domain.index.building import build_index
from oneseek.domain.usecases.log_index import log_index
from oneseek.domain.usecases.record import record
from workbench import Workbench


def test_the_index_of_all_entries_is_logged(bench: Workbench) -> None:
    bench.append(make.activated(1))
    head = bench.ledger.head()
    wanted = build_index(bench.ledger, 3, (3, head.root)).index
    logged = log_index(bench.ports)
    assert logged.receipt is not None
    assert logged.receipt.indices == range(3, 4)
    assert bench.events()[3] == IndexLogged(size=3, root=wanted.root().hex(), streams=2)


def test_nothing_is_logged_when_the_last_index_is_all_that_is_new(bench: Workbench) -> None:
    first = log_index(bench.ports)
    again = log_index(bench.ports)
    assert (again.size, again.root, again.receipt) == (first.size, first.root, None)
    assert bench.ledger.head().size == 3


def test_it_is_logged_again_when_told_to(bench: Workbench) -> None:
    log_index(bench.ports)
    assert log_index(bench.ports, again=True).size == 3
    assert bench.events()[-1].kind == IndexLogged.kind


def test_it_is_logged_when_anything_has_happened(bench: Workbench) -> None:
    log_index(bench.ports)
    bench.append(make.base())
    assert log_index(bench.ports).size == 4


def test_what_others_append_meanwhile_is_left_to_the_next_index(bench: Workbench) -> None:
    others = bench.as_actor("bo")

    def meanwhile(count: int) -> None:
        record(others, lambda _: Decision((make.base(),)))

    logged = log_index(bench.ports, on_entries=meanwhile)
    assert logged.receipt is not None
    assert (logged.size, logged.receipt.indices) == (2, range(3, 4))
    assert log_index(bench.ports).size == 4


def test_of_two_machines_that_log_at_once_the_second_has_nothing_to_add(bench: Workbench) -> None:
    others = bench.as_actor("bo")
    done: list[Any] = []

    def meanwhile(count: int) -> None:
        done.append(log_index(others))

    assert log_index(bench.ports, on_entries=meanwhile).receipt is None
    assert done[0].receipt is not None
    assert bench.ledger.head().size == 3
