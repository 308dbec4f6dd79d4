import socket
from collections.abc import Callable, Iterator
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from oneseek.adapters.documents.deadlines import Deadlines
from oneseek.adapters.documents.firestore import EMULATOR, open_firestore
from oneseek.adapters.documents.firestore_store import FirestoreStore
from oneseek.domain.documents import Guard, Write
from oneseek.domain.errors import InvalidInput, OneSeekError, ServiceFailed

if TYPE_CHECKING:
    from firestore_server.service import SmallFirestore

SHORT = Deadlines(contact=0.5, call=0.8, attempt=0.2)
ONLY_CALLS = Deadlines(call=0.8, attempt=0.2)
WRITE = Write("c", "a", {"x": 1})

Use = Callable[[FirestoreStore], object]
USES: dict[str, tuple[str, Use]] = {
    "get": ("BatchGetDocuments", lambda store: store.get("c", "a")),
    "scan": ("RunQuery", lambda store: list(store.scan("c"))),
    "count": ("RunAggregationQuery", lambda store: store.count("c")),
    "commit": ("Commit", lambda store: store.commit([WRITE])),
    "guarded": ("Commit", lambda store: store.commit([WRITE], Guard("c", "a", None))),
}
every_use = pytest.mark.parametrize(("method", "use"), USES.values(), ids=USES)


@pytest.fixture
def store(small_firestore: "SmallFirestore") -> Iterator[FirestoreStore]:
    with closing(open_firestore("demo-x", deadlines=ONLY_CALLS)) as opened:
        yield opened


def refusal(use: Callable[[], object]) -> OneSeekError:
    with pytest.raises(ServiceFailed) as caught:
        use()
    assert "\n" not in caught.value.message
    assert caught.value.hint
    return caught.value


def test_an_endpoint_that_says_nothing_fails_in_time(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        host = f"127.0.0.1:{listener.getsockname()[1]}"
        monkeypatch.setenv(EMULATOR, host)
        error = refusal(lambda: open_firestore("demo-x", deadlines=SHORT))
    assert f"project demo-x (the emulator at {host}) did not answer within 0.5" in error.message


def test_an_endpoint_that_is_not_there_fails_in_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(EMULATOR, "127.0.0.1:1")
    assert "did not answer" in refusal(lambda: open_firestore("demo-x", deadlines=SHORT)).message


def test_a_server_of_something_else_fails_in_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(EMULATOR, "no-such-host.invalid:1")
    refusal(lambda: open_firestore("demo-x", deadlines=SHORT))


@pytest.mark.parametrize("host", ["http://127.0.0.1:8080", "127.0.0.1", "a b:1", ":1"])
def test_an_emulator_that_is_no_address_is_refused(
    monkeypatch: pytest.MonkeyPatch, host: str
) -> None:
    monkeypatch.setenv(EMULATOR, host)
    with pytest.raises(InvalidInput, match="not HOST:PORT"):
        open_firestore("demo-x", deadlines=SHORT)


@pytest.mark.parametrize("project", ["", "a/b", "Stor", "a b", "å", "x" * 100, "\n"])
def test_a_project_that_is_none_is_refused_without_asking(project: str) -> None:
    with pytest.raises(InvalidInput):
        open_firestore(project)


@pytest.mark.parametrize("database", ["", "a/b", "(other)", "A", "x" * 64])
def test_a_database_that_is_none_is_refused_without_asking(database: str) -> None:
    with pytest.raises(InvalidInput):
        open_firestore("demo-x", database)


def test_a_database_of_another_name_is_another_database(
    small_firestore: "SmallFirestore",
) -> None:
    with (
        closing(open_firestore("demo-x")) as plain,
        closing(open_firestore("demo-x", "other")) as other,
    ):
        plain.commit([WRITE])
        assert [plain.count("c"), other.count("c")] == [1, 0]
        names = [name.partition(" (emulator ")[0] for name in (plain.name, other.name)]
        assert names == ["demo-x", "demo-x/other"]


@every_use
def test_a_service_that_falls_silent_is_tried_again_and_given_up_in_time(
    small_firestore: "SmallFirestore", store: FirestoreStore, method: str, use: Use
) -> None:
    small_firestore.faults.script(method, *["hang"] * 6)
    assert "did not answer within 0.8 seconds" in refusal(lambda: use(store)).message
    assert small_firestore.faults.seen.count(method) >= 2


@every_use
def test_a_service_that_is_away_for_long_is_given_up(
    small_firestore: "SmallFirestore", store: FirestoreStore, method: str, use: Use
) -> None:
    small_firestore.faults.script(method, *["unavailable"] * 50)
    assert "scripted: unavailable" in refusal(lambda: use(store)).message


@every_use
@pytest.mark.parametrize("fault", ["unavailable", "cut", "exhausted"])
def test_a_service_that_is_away_for_a_moment_is_asked_again(
    small_firestore: "SmallFirestore", method: str, use: Use, fault: str
) -> None:
    small_firestore.faults.script(method, fault)
    with closing(open_firestore("demo-x")) as store:
        use(store)
    assert small_firestore.faults.seen.count(method) >= 2


def test_a_quota_that_is_used_up_is_said_so(
    small_firestore: "SmallFirestore", store: FirestoreStore
) -> None:
    small_firestore.faults.script("Commit", *["exhausted"] * 50)
    assert "over its quota" in refusal(lambda: store.commit([WRITE])).message


@pytest.mark.parametrize("fault", ["unavailable", "cut"])
def test_a_walk_goes_on_where_it_was_cut(small_firestore: "SmallFirestore", fault: str) -> None:
    ids = [f"{number:04}" for number in range(1100)]
    with closing(open_firestore("demo-x")) as store:
        store.commit([Write("c", id, {}) for id in ids])
        small_firestore.faults.script("RunQuery", "none", fault, "none", fault, fault)
        assert [stored.id for stored in store.scan("c")] == ids


def test_a_page_of_large_documents_is_short(small_firestore: "SmallFirestore") -> None:
    with closing(open_firestore("demo-x")) as store:
        for id in "abcdefghijk":
            store.commit([Write("c", id, {"text": id * 1_000_000})])
        assert "".join(stored.id for stored in store.scan("c")) == "abcdefghijk"
    assert small_firestore.faults.seen.count("RunQuery") == 3
