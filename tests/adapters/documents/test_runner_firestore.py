"""The runner into Firestore over the real client and protocol, with faults at every step."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from typing import TYPE_CHECKING

import pytest

from oneseek.adapters.documents import pushing, target
from oneseek.adapters.documents.deadlines import Deadlines
from oneseek.adapters.documents.firestore import open_firestore
from oneseek.adapters.documents.firestore_store import FirestoreStore
from oneseek.domain.documents import Write
from oneseek.domain.errors import ServiceFailed
from shelves import SHELF, Shelves, activated, shown, withdrawn

if TYPE_CHECKING:
    from firestore_server.service import SmallFirestore

pytestmark = pytest.mark.usefixtures("small_commits")

Open = Callable[..., FirestoreStore]


@pytest.fixture
def small_commits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(target, "MOST_DOCUMENTS", 3)
    monkeypatch.setattr(pushing, "_FULL", 3)


@pytest.fixture
def opened(small_firestore: "SmallFirestore") -> Iterator[Open]:
    """Open a project, which is empty at first."""
    with ExitStack() as stack:

        def open_one(project: str, deadlines: Deadlines | None = None) -> FirestoreStore:
            store = open_firestore(project, deadlines=deadlines)
            stack.callback(store.close)
            return store

        yield open_one


def fill(shelves: Shelves) -> None:
    for number in range(3):
        shelves.ask(f"q{number}", f"Vad är {number}?")
        shelves.bench.append(
            activated(f"v{number}"), activated("again"), withdrawn(f"v{number - 1}")
        )


@pytest.mark.parametrize("fault", ["lost", "cut after", "cut", "unavailable"])
def test_a_passing_fault_at_any_commit_is_not_noticed(
    small_firestore: "SmallFirestore", opened: Open, shelves: Shelves, fault: str
) -> None:
    fill(shelves)
    seen = small_firestore.faults.seen
    commits = 2
    for number in range(12):
        if number > commits:
            return
        store = opened(f"demo-{number}")
        small_firestore.faults.script("Commit", *["none"] * number, fault)
        before = seen.count("Commit")
        shelves.runner(store, machine=f"m{number}").push(SHELF)
        commits = seen.count("Commit") - before
        assert shown(store) == shelves.wanted()
        small_firestore.faults.forget()
    pytest.fail("it was never whole")


@pytest.mark.parametrize("fault", ["lost", "unavailable"])
def test_a_push_that_was_given_up_at_any_commit_is_finished_by_the_next(
    small_firestore: "SmallFirestore", opened: Open, shelves: Shelves, fault: str
) -> None:
    fill(shelves)
    for number in range(12):
        store, machine = opened(f"demo-{number}"), f"m{number}"
        hasty = opened(f"demo-{number}", Deadlines(call=0.4, attempt=0.2))
        away = [fault, *["unavailable"] * 50]
        small_firestore.faults.script("Commit", *["none"] * number, *away)
        try:
            shelves.runner(hasty, machine).push(SHELF)
        except ServiceFailed:
            small_firestore.faults.forget()
            shelves.runner(store, machine).push(SHELF)
            assert shown(store) == shelves.wanted()
        else:
            small_firestore.faults.forget()
            assert number > 2
            assert shown(store) == shelves.wanted()
            return
    pytest.fail("it was never whole")


def test_two_machines_push_at_once_over_bad_connections(
    small_firestore: "SmallFirestore", opened: Open, shelves: Shelves
) -> None:
    fill(shelves)
    first = shelves.runner(opened("demo-x"), machine="a")
    second = shelves.runner(opened("demo-x"), machine="b")
    small_firestore.faults.script("Commit", "none", "lost", "none", "cut")
    small_firestore.faults.meanwhile = lambda: second.push(SHELF)
    first.push(SHELF)
    assert shown(opened("demo-x")) == shelves.wanted()
    assert first.push(SHELF).documents == 0


@pytest.mark.usefixtures("small_firestore")
def test_push_verify_and_rebuild_do_there_what_they_do_in_the_mirror(shelves: Shelves) -> None:
    question = shelves.ask("q", "Vad är det?")
    shelves.bench.append(activated("v1"), activated("v2"))
    with closing(open_firestore("demo-runner")) as store:
        runner = shelves.runner(store)
        assert runner.push(SHELF).documents == 3
        assert shown(store) == shelves.wanted()
        shelves.erase("q", question)
        assert runner.push(SHELF).documents == 1
        assert shown(store)["q"]["question"] is None
        store.commit([Write("shelf", "v1", None), Write("shelf", "x", {"n": 1})])
        found = [(finding.check, finding.where) for finding in runner.verify(SHELF).findings]
        assert found == [("drift-missing", "shelf/v1"), ("drift-extra", "shelf/x")]
        assert runner.rebuild(SHELF).documents == 2
        assert shown(store) == shelves.wanted()
        assert runner.verify(SHELF).count == 0
