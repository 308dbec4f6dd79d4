"""A commit whose answer is lost takes effect once, and is known to have."""

import threading
from collections.abc import Iterator
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from oneseek.adapters.documents.firestore import open_firestore
from oneseek.adapters.documents.firestore_store import FirestoreStore
from oneseek.domain.documents import Guard, Stored, Write
from oneseek.domain.errors import Conflict

if TYPE_CHECKING:
    from firestore_server.service import SmallFirestore

POSITION = "positions"
NEW = Guard(POSITION, "p", None)

after = pytest.mark.parametrize("fault", ["lost", "cut after"])
before = pytest.mark.parametrize("fault", ["unavailable", "cut"])


@pytest.fixture
def store(small_firestore: "SmallFirestore") -> Iterator[FirestoreStore]:
    with closing(open_firestore("demo-x")) as opened:
        yield opened


@pytest.fixture
def rival(small_firestore: "SmallFirestore") -> Iterator[FirestoreStore]:
    with closing(open_firestore("demo-x")) as opened:
        yield opened


def moved(size: int, by: str = "us") -> Write:
    return Write(POSITION, "p", {"size": size, "by": by})


def position(store: FirestoreStore) -> Stored:
    found = store.get(POSITION, "p")
    assert found is not None
    return found


@after
def test_a_lost_answer_of_a_guarded_commit_is_success(
    small_firestore: "SmallFirestore", store: FirestoreStore, fault: str
) -> None:
    small_firestore.faults.script("Commit", fault, fault)
    moment = store.commit([Write("c", "a", {"x": 1}), moved(1)], NEW)
    assert position(store).updated == moment
    small_firestore.faults.script("Commit", fault)
    later = store.commit([Write("c", "a", None), moved(2)], Guard(POSITION, "p", moment))
    assert (position(store).updated, position(store).fields["size"]) == (later, 2)
    assert later > moment
    assert store.count("c") == 0


@after
def test_a_lost_answer_without_a_guard_is_repeated(
    small_firestore: "SmallFirestore", store: FirestoreStore, fault: str
) -> None:
    small_firestore.faults.script("Commit", fault)
    store.commit([Write("c", "a", {"x": 1}), Write("c", "b", None)])
    assert [stored.fields for stored in store.scan("c")] == [{"x": 1}]


@after
def test_a_guarded_commit_that_deletes_only_is_known_to_have_been_made(
    small_firestore: "SmallFirestore", store: FirestoreStore, fault: str
) -> None:
    moment = store.commit([moved(1), Write("c", "a", {})])
    small_firestore.faults.script("Commit", fault)
    with pytest.raises(Conflict):
        # It went through; but nothing is left by which that could be told from somebody else's.
        store.commit([Write(POSITION, "p", None)], Guard(POSITION, "p", moment))
    assert store.get(POSITION, "p") is None


@before
def test_a_commit_that_was_cut_off_before_it_was_made_is_made_once(
    small_firestore: "SmallFirestore", store: FirestoreStore, fault: str
) -> None:
    small_firestore.faults.script("Commit", fault, fault)
    moment = store.commit([moved(1)], NEW)
    assert position(store).updated == moment
    assert small_firestore.faults.seen.count("Commit") == 3


@before
def test_somebody_else_who_was_first_meanwhile_is_a_conflict(
    small_firestore: "SmallFirestore", store: FirestoreStore, rival: FirestoreStore, fault: str
) -> None:
    small_firestore.faults.script("Commit", fault)
    small_firestore.faults.meanwhile = lambda: rival.commit([moved(5, "the rival")], NEW)
    with pytest.raises(Conflict):
        store.commit([Write("c", "a", {}), moved(1)], NEW)
    assert position(store).fields == {"size": 5, "by": "the rival"}
    assert store.count("c") == 0


@after
def test_somebody_else_who_went_on_after_us_is_a_conflict_that_shows_where_to_go_on(
    small_firestore: "SmallFirestore", store: FirestoreStore, rival: FirestoreStore, fault: str
) -> None:
    def go_on() -> None:
        rival.commit([moved(2, "the rival")], Guard(POSITION, "p", position(rival).updated))

    small_firestore.faults.script("Commit", fault)
    small_firestore.faults.meanwhile = go_on
    with pytest.raises(Conflict):
        store.commit([Write("c", "a", {}), moved(1)], NEW)
    assert position(store).fields == {"size": 2, "by": "the rival"}
    assert store.count("c") == 1


@pytest.mark.parametrize(
    "theirs",
    [
        Write("c", "a", {"x": 2}),
        Write("c", "a", None),
        Write("c", "b", {}),
    ],
    ids=["changed", "deleted", "made again"],
)
def test_a_document_that_somebody_changed_meanwhile_is_a_conflict_although_the_guard_is_ours(
    small_firestore: "SmallFirestore", store: FirestoreStore, rival: FirestoreStore, theirs: Write
) -> None:
    store.commit([Write("c", "b", {})])
    small_firestore.faults.script("Commit", "lost")
    small_firestore.faults.meanwhile = lambda: rival.commit([theirs])
    with pytest.raises(Conflict):
        store.commit([Write("c", "a", {"x": 1}), Write("c", "b", None), moved(1)], NEW)
    assert position(store).fields["size"] == 1


def test_writers_that_race_over_bad_connections_count_every_step_once(
    small_firestore: "SmallFirestore",
) -> None:
    steps, failed = 15, list[BaseException]()
    small_firestore.faults.script(
        "Commit", *(["lost", "none", "cut after", "none", "unavailable", "none", "cut"] * 8)
    )

    def write(name: str) -> None:
        try:
            with closing(open_firestore("demo-x")) as store:
                done = 0
                while done < steps:
                    before = store.get(POSITION, "p")
                    size = before.fields["size"] if before else 0
                    assert isinstance(size, int)
                    guard = Guard(POSITION, "p", before.updated if before else None)
                    mine = Write("steps", f"{name} {done:02}", {"size": size + 1})
                    try:
                        store.commit([mine, moved(size + 1, f"{name} {done}")], guard)
                    except Conflict:
                        if store.get("steps", mine.id) is None:
                            continue
                    done += 1
        except BaseException as error:
            failed.append(error)

    writers = [threading.Thread(target=write, args=(name,)) for name in ("first", "second")]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert failed == []
    with closing(open_firestore("demo-x")) as store:
        assert position(store).fields["size"] == 2 * steps
        sizes = sorted(str(stored.fields["size"]).zfill(3) for stored in store.scan("steps"))
        assert sizes == [str(size).zfill(3) for size in range(1, 2 * steps + 1)]
