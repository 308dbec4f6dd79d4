"""The promises of a store of documents: the mirror, Google's Firestore emulator, and ours."""

import math
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from firestore_emulator import absence
from oneseek.adapters.documents.firestore import EMULATOR, open_firestore
from oneseek.adapters.documents.mirror import MirrorStore
from oneseek.domain.documents import DocumentStore, Guard, Stored, Write
from oneseek.domain.errors import Conflict, InvalidInput

NO_OFFICIAL = absence()
"""Why Google's emulator is not tried; then one test says so, and not every one."""

Open = Callable[[], DocumentStore]

ALL = "oqt_queries"
OTHER = "oqt_ledger"
POSITION = "positions"


@pytest.fixture(params=["mirror", "small", *([] if NO_OFFICIAL else ["official"])])
def another(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Open]:
    """Open the same, at first empty, store as one more process would."""
    if request.param == "mirror":
        yield lambda: MirrorStore(tmp_path / "mirror.db")
        return
    if request.param == "small":
        request.getfixturevalue("small_firestore")
    else:
        monkeypatch.setenv(EMULATOR, request.getfixturevalue("official_firestore"))
    project = f"demo-{uuid4().hex[:16]}"
    with ExitStack() as stack:

        def opened() -> DocumentStore:
            store = open_firestore(project)
            stack.callback(store.close)
            return store

        yield opened


@pytest.fixture
def store(another: Open) -> DocumentStore:
    return another()


def put(id: str, collection: str = ALL, **fields: Any) -> Write:
    return Write(collection, id, fields)


def found(store: DocumentStore, id: str, collection: str = ALL) -> Stored:
    stored = store.get(collection, id)
    assert stored is not None
    return stored


def ids(store: DocumentStore, after: str = "", collection: str = ALL) -> list[str]:
    return [stored.id for stored in store.scan(collection, after=after)]


@pytest.mark.skipif(NO_OFFICIAL is not None, reason=f"only on the mirror and ours: {NO_OFFICIAL}")
def test_googles_own_emulator_takes_part(
    official_firestore: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(EMULATOR, official_firestore)
    with closing(open_firestore("demo-own")) as store:
        assert store.get(ALL, "a") is None


def test_what_was_never_written_is_not_there(store: DocumentStore) -> None:
    assert store.get(ALL, "a") is None
    assert list(store.scan(ALL)) == []
    assert store.count(ALL) == 0


def test_every_kind_of_value_is_read_back_as_it_was_written(store: DocumentStore) -> None:
    moment = datetime(2025, 11, 27, 23, 59, 59, 123457, tzinfo=UTC)
    fields = {
        "none": None,
        "yes": True,
        "no": False,
        "small": -(2**63),
        "large": 2**63 - 1,
        "one": 1,
        "real": 1.0,
        "tiny": 5e-324,
        "endless": math.inf,
        "text": "Vad säger motionen? 🌲\n\0",
        "empty": "",
        "bytes": b"\x00\xff",
        "moment": moment,
        "first": datetime(1, 1, 1, tzinfo=UTC),
        "last": datetime(9999, 12, 31, 23, 59, 59, 999999, tzinfo=UTC),
        "list": [1, "två", None, {"in": [moment, {"deeper": []}]}],
        "map": {"å": {}, "a.b": [b"c"], "`": 2.5},
    }
    store.commit([Write(ALL, "a", fields)])
    read = found(store, "a").fields
    assert read == fields
    assert {name: type(read[name]) for name in fields} == {
        name: type(value) for name, value in fields.items()
    }
    assert [next(store.scan(ALL)).fields] == [fields]


def test_a_number_that_is_none_is_kept(store: DocumentStore) -> None:
    store.commit([put("a", x=math.nan)])
    value = found(store, "a").fields["x"]
    assert isinstance(value, float)
    assert math.isnan(value)


def test_a_time_is_the_same_moment_in_utc_wherever_it_was_written(store: DocumentStore) -> None:
    there = datetime(2026, 3, 1, 12, tzinfo=timezone(timedelta(hours=2)))
    store.commit([put("a", at=there)])
    read = found(store, "a").fields["at"]
    assert isinstance(read, datetime)
    assert (read, read.tzinfo) == (there, UTC)


@pytest.mark.parametrize(
    "value",
    [2**63, -(2**63) - 1, datetime(2026, 1, 1), "\ud800", [[1]], [{"a": [[]]}], Decimal(1)],
    ids=repr,
)
def test_a_value_that_no_document_has_is_refused_and_nothing_is_written(
    store: DocumentStore, value: Any
) -> None:
    with pytest.raises(InvalidInput):
        store.commit([put("a", x=1), put("b", x=value)])
    assert store.count(ALL) == 0


@pytest.mark.parametrize("name", ["", "__name__", "\ud800", "x" * 1501], ids=ascii)
def test_a_field_that_there_cannot_be_is_refused(store: DocumentStore, name: str) -> None:
    with pytest.raises(InvalidInput):
        store.commit([Write(ALL, "a", {name: 1})])
    assert store.get(ALL, "a") is None


def test_maps_may_be_nearly_twenty_deep_and_no_deeper(store: DocumentStore) -> None:
    def nested(depth: int) -> Any:
        return {"a": nested(depth - 1)} if depth else 1

    store.commit([Write(ALL, "a", {"x": nested(19)})])
    with pytest.raises(InvalidInput):
        store.commit([Write(ALL, "b", {"x": nested(21)})])
    assert ids(store) == ["a"]


@pytest.mark.parametrize("id", ["", ".", "..", "a/b", "__a__", "x" * 1501, "\ud800"], ids=ascii)
def test_an_id_that_there_cannot_be_is_refused(store: DocumentStore, id: str) -> None:
    for use in (
        lambda: store.get(ALL, id),
        lambda: store.get(id, "a"),
        lambda: store.count(id),
        lambda: list(store.scan(id)),
        lambda: store.commit([put("a"), put(id)]),
        lambda: store.commit([put("a", id)]),
    ):
        with pytest.raises(InvalidInput):
            use()
    assert store.count(ALL) == 0


def test_documents_are_walked_in_order_of_the_code_points_of_their_ids(
    store: DocumentStore,
) -> None:
    wanted = ["\x01", " ", "A", "B", "_", "__", "a", "a b", "aa", "x" * 1500, "å", "￮", "😀"]
    store.commit([put(id) for id in reversed(wanted)])
    store.commit([put("z", OTHER)])
    assert ids(store) == wanted == sorted(wanted)
    for number, id in enumerate(wanted):
        assert ids(store, after=id) == wanted[number + 1 :]
    assert ids(store, after="a!") == ["aa", "x" * 1500, "å", "￮", "😀"]
    assert ids(store, collection=OTHER) == ["z"]


def test_a_walk_over_many_is_whole_and_stops_where_nobody_reads_on(store: DocumentStore) -> None:
    many = [f"{number:04}" for number in range(1203)]
    for begin in range(0, len(many), 401):
        store.commit([put(id, number=int(id)) for id in many[begin : begin + 401]])
    walked = list(store.scan(ALL))
    assert [stored.id for stored in walked] == many
    assert [stored.fields["number"] for stored in walked] == list(range(1203))
    assert store.count(ALL) == 1203
    half = store.scan(ALL, after="0500")
    assert next(half).id == "0501"
    half.close()
    assert ids(store, after="1201") == ["1202"]
    assert ids(store, after="1202") == []


def test_large_documents_are_walked_as_well(store: DocumentStore) -> None:
    for id in "abcdefgh":
        store.commit([put(id, text=id * 1_000_000)])
    walked = [(stored.id, stored.fields["text"]) for stored in store.scan(ALL)]
    assert walked == [(id, id * 1_000_000) for id in "abcdefgh"]


def test_a_document_is_set_as_a_whole(store: DocumentStore) -> None:
    store.commit([put("a", x=1, y=2)])
    before = found(store, "a")
    moment = store.commit([put("a", y=3)])
    after = found(store, "a")
    assert after.fields == {"y": 3}
    assert after.updated == moment
    assert after.created == before.created <= before.updated < after.updated
    assert after.updated.tzinfo is UTC


def test_one_commit_writes_and_deletes_and_has_one_time(store: DocumentStore) -> None:
    store.commit([put("a"), put("b"), put("z", OTHER)])
    moment = store.commit(
        [Write(ALL, "a", None), put("c"), Write(ALL, "none", None), put("b", x=1)]
    )
    assert ids(store) == ["b", "c"]
    assert found(store, "b").updated == found(store, "c").updated == moment
    assert store.count(OTHER) == 1


def test_of_two_writes_of_one_document_the_later_counts(store: DocumentStore) -> None:
    store.commit([put("a", x=1), put("a", x=2), put("b"), Write(ALL, "b", None)])
    assert [(stored.id, stored.fields) for stored in store.scan(ALL)] == [("a", {"x": 2})]


def test_an_empty_document_is_one(store: DocumentStore) -> None:
    store.commit([put("a")])
    assert found(store, "a").fields == {}
    store.commit([Write(ALL, "a", None)])
    assert store.get(ALL, "a") is None


def test_a_guard_lets_the_first_writer_in_and_keeps_the_second_out(another: Open) -> None:
    first, second = another(), another()
    new = Guard(POSITION, "p", None)
    moment = first.commit([put("a", x=1), put("p", POSITION, size=1)], new)
    with pytest.raises(Conflict):
        second.commit([put("a", x=2), put("b"), put("p", POSITION, size=2)], new)
    assert [(stored.id, stored.fields) for stored in second.scan(ALL)] == [("a", {"x": 1})]
    position = found(second, "p", POSITION)
    assert (position.updated, position.fields) == (moment, {"size": 1})

    seen = Guard(POSITION, "p", position.updated)
    later = second.commit([put("a", x=2), put("p", POSITION, size=2)], seen)
    with pytest.raises(Conflict):
        first.commit([Write(ALL, "a", None), put("p", POSITION, size=3)], seen)
    assert found(first, "a").fields == {"x": 2}
    assert found(first, "p", POSITION).updated == later
    first.commit([put("p", POSITION, size=3)], Guard(POSITION, "p", later))


def test_the_second_writer_is_kept_out_although_it_writes_the_same(another: Open) -> None:
    first, second, new = another(), another(), Guard(POSITION, "p", None)
    first.commit([put("p", POSITION, size=1)], new)
    with pytest.raises(Conflict):
        second.commit([put("p", POSITION, size=1)], new)


def test_the_time_that_a_commit_returns_is_that_of_the_next_guard_even_if_nothing_changed(
    store: DocumentStore,
) -> None:
    for collection in (OTHER, ALL, POSITION):
        store.commit([put("p", collection, size=1)])
    moment = found(store, "p", POSITION).updated
    for _ in range(2):
        same = [put("a", x=1), put("p", POSITION, size=1)]
        moment = store.commit(same, Guard(POSITION, "p", moment))
        assert found(store, "p", POSITION).updated == moment


def test_a_guarded_document_may_be_deleted_and_made_again(store: DocumentStore) -> None:
    moment = store.commit([put("p", POSITION)])
    with pytest.raises(Conflict):
        store.commit([Write(POSITION, "p", None)], Guard(POSITION, "p", None))
    store.commit([Write(POSITION, "p", None), put("a")], Guard(POSITION, "p", moment))
    assert store.get(POSITION, "p") is None
    with pytest.raises(Conflict):
        store.commit([put("p", POSITION)], Guard(POSITION, "p", moment))
    again = store.commit([put("p", POSITION)], Guard(POSITION, "p", None))
    assert found(store, "p", POSITION).updated == again > moment


def test_a_guard_need_not_be_written_itself(store: DocumentStore) -> None:
    absent = Guard(POSITION, "p", None)
    store.commit([put("a")], absent)
    assert store.get(POSITION, "p") is None
    moment = store.commit([put("p", POSITION, size=1)])
    with pytest.raises(Conflict):
        store.commit([put("b")], absent)
    store.commit([put("c")], Guard(POSITION, "p", moment))
    unharmed = found(store, "p", POSITION)
    assert (unharmed.fields, unharmed.updated) == ({"size": 1}, moment)
    store.commit([put("p", POSITION, size=2)])
    with pytest.raises(Conflict):
        store.commit([put("d")], Guard(POSITION, "p", moment))
    assert ids(store) == ["a", "c"]


def test_a_guard_is_on_what_was_there_before_the_commit(store: DocumentStore) -> None:
    twice = [put("p", POSITION, size=1), put("p", POSITION, size=2)]
    moment = store.commit(twice, Guard(POSITION, "p", None))
    assert found(store, "p", POSITION).fields == {"size": 2}
    store.commit(twice, Guard(POSITION, "p", moment))


def test_a_document_that_is_too_large_is_refused_with_its_whole_commit(
    store: DocumentStore,
) -> None:
    store.commit([put("a", text="x" * 1_000_000)])
    with pytest.raises(InvalidInput):
        store.commit([put("b"), put("a", text="x" * 1_100_000)])
    with pytest.raises(InvalidInput):
        store.commit([put("b"), put("c", one="x" * 600_000, two="x" * 600_000)])
    with pytest.raises(InvalidInput):
        store.commit([put(id, text="x" * 1_000_000) for id in "bcdefghijklm"])
    assert [(stored.id, len(str(stored.fields["text"]))) for stored in store.scan(ALL)] == [
        ("a", 1_000_000)
    ]


def test_a_commit_of_a_few_megabytes_is_taken(store: DocumentStore) -> None:
    store.commit([put(f"{number:03}", text="å" * 3_600) for number in range(480)])
    assert store.count(ALL) == 480
