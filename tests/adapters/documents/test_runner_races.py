"""Several writers at once: the slower one writes nothing and goes on from where it finds itself."""

from collections.abc import Callable, Sequence
from datetime import datetime
from math import inf
from pathlib import Path
from threading import Barrier, Thread

import pytest

from oneseek.adapters.documents import pushing
from oneseek.adapters.documents.mirror import MirrorStore
from oneseek.adapters.documents.target import POSITIONS
from oneseek.domain.documents import Guard, Write
from oneseek.domain.errors import Conflict, ServiceFailed
from oneseek.domain.stored import Head
from shelves import SHELF, Shelves, activated, shown


class Meeting(MirrorStore):
    """Does something else just before its first commits; counts those that were refused."""

    def __init__(self, path: Path, before: Sequence[Callable[[], object]]) -> None:
        super().__init__(path)
        self.before = list(before)
        self.refused: list[Sequence[Write]] = []

    def commit(self, writes: Sequence[Write], guard: Guard | None = None) -> datetime:
        if self.before:
            self.before.pop(0)()
        try:
            return super().commit(writes, guard)
        except Conflict:
            self.refused.append(writes)
            raise


def test_the_stale_second_writer_writes_nothing_and_goes_on(shelves: Shelves) -> None:
    shelves.bench.append(*(activated(f"v{n}") for n in range(6)))
    fast = shelves.runner(machine="fast")
    fast.push(SHELF)
    shelves.bench.append(activated("v0"))

    def overtake() -> None:
        shelves.bench.append(activated("v0"), activated("v9"))
        fast.push(SHELF)

    store = Meeting(shelves.bench.folder / "mirror.db", [overtake])
    done = shelves.runner(store, machine="slow").push(SHELF)
    assert [len(writes) for writes in store.refused] == [2]  # v0 of an older moment, the position
    assert done.documents == 0
    assert shown(store) == shelves.wanted()
    assert shown(store)["v0"]["times"] == 3


def test_both_writers_of_a_first_push_come_to_an_end(shelves: Shelves) -> None:
    shelves.bench.append(*(activated(f"v{n}") for n in range(6)))
    store = Meeting(
        shelves.bench.folder / "mirror.db", [lambda: shelves.runner(machine="fast").push(SHELF)]
    )
    shelves.runner(store, machine="slow").push(SHELF)
    assert len(store.refused) == 1
    assert shown(store) == shelves.wanted()


def test_a_first_push_that_others_begin_and_end_meanwhile_meets_no_strangers(
    shelves: Shelves, monkeypatch: pytest.MonkeyPatch
) -> None:
    shelves.bench.append(activated("v0"))
    slow = shelves.runner(machine="slow")
    head = shelves.bench.ledger.head

    def overtaken() -> Head:
        monkeypatch.undo()
        shelves.runner(machine="fast").push(SHELF)
        return head()

    monkeypatch.setattr(shelves.bench.ledger, "head", overtaken)
    slow.push(SHELF)
    assert shown(shelves.store()) == shelves.wanted()


class Refusing(MirrorStore):
    """Says that somebody else was faster when nobody was."""

    def commit(self, writes: Sequence[Write], guard: Guard | None = None) -> datetime:
        raise Conflict("somebody else has changed it")


def test_a_store_that_never_takes_a_commit_is_not_asked_for_ever(shelves: Shelves) -> None:
    shelves.bench.append(activated("v0"))
    runner = shelves.runner(Refusing(shelves.bench.folder / "mirror.db"))
    for use in (runner.push, runner.rebuild):
        with pytest.raises(ServiceFailed, match="somebody else has changed it; but nobody wrote"):
            use(SHELF)


def test_writers_at_the_same_moment_count_every_entry_once(
    shelves: Shelves, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pushing, "_FULL", 2)
    for number in range(12):
        shelves.bench.append(activated(f"v{number % 4}"))
    barrier, wrong = Barrier(3), []

    def push(machine: str) -> None:
        runner = shelves.runner(machine=machine)
        barrier.wait()
        try:
            runner.push(SHELF)
        except BaseException as error:
            wrong.append(error)

    writers = [Thread(target=push, args=(f"m{n}",)) for n in range(3)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert wrong == []
    assert shown(shelves.store()) == shelves.wanted()
    assert {fields["times"] for fields in shown(shelves.store()).values()} == {3}


def test_a_run_waits_for_the_other_one_of_this_machine(shelves: Shelves) -> None:
    shelves.bench.append(activated("v0"))
    refused = []

    def push_too() -> None:
        try:
            shelves.runner().push(SHELF, wait=0)
        except Conflict as error:
            refused.append(error.message)

    store = Meeting(shelves.bench.folder / "mirror.db", [push_too])
    shelves.runner(store).push(SHELF, wait=inf)
    assert len(refused) == 1
    assert shown(store) == shelves.wanted()


def test_a_crash_between_the_commit_and_the_cache_costs_nothing(shelves: Shelves) -> None:
    shelves.bench.append(activated("v0"))
    runner = shelves.runner()
    runner.push(SHELF)
    (cache,) = (shelves.bench.folder / "a" / "positions").glob("*.db")
    old = cache.read_bytes()
    shelves.bench.append(activated("v0"), activated("v1"))
    runner.push(SHELF)
    cache.write_bytes(old)
    shelves.bench.append(activated("v0"))
    assert runner.push(SHELF).documents == 1
    assert shown(shelves.store()) == shelves.wanted()


def test_a_cache_that_is_ahead_of_a_restored_target_is_not_believed(shelves: Shelves) -> None:
    shelves.bench.append(activated("v0"))
    runner, path = shelves.runner(), shelves.bench.folder / "mirror.db"
    runner.push(SHELF)
    old = path.read_bytes()
    shelves.bench.append(activated("v0"), activated("v1"))
    runner.push(SHELF)
    path.write_bytes(old)
    assert runner.standing(SHELF).behind == 2
    runner.push(SHELF)
    assert shown(shelves.store()) == shelves.wanted()
    assert shelves.store().get(POSITIONS, "shelf") is not None
