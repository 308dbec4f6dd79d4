"""Appending to a PostgreSQL ledger: locks, lost connections, large groups, servers that say no."""

import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import pytest

import builders as make
from oneseek.adapters.ledger import postgres_recorder
from oneseek.adapters.ledger.location import locate
from oneseek.adapters.ledger.opened import OpenLedger
from oneseek.adapters.ledger.postgres_ledger import PostgresLedger
from oneseek.domain.errors import Conflict, ServiceFailed
from oneseek.domain.stored import Receipt
from postgres import VARIABLE, session
from workbench import Workbench, workbench


@pytest.fixture
def bench(postgres_url: str, tmp_path: Path) -> Iterator[Workbench]:
    with workbench(tmp_path, postgres_url) as made:
        made.open()
        yield made


def append(ledger: OpenLedger, version: int = 1) -> Receipt:
    item = make.entry(make.repaired(), version)
    return ledger.append([item], {item.stream: version - 1})


def test_a_writer_that_waits_too_long_is_told_who_to_wait_for(
    bench: Workbench, postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postgres_recorder, "LOCK_SECONDS", 0.05)
    ledger = bench.another_ledger()
    with session(postgres_url) as holder, holder.transaction():
        holder.execute("SELECT id FROM head FOR UPDATE")
        with pytest.raises(Conflict, match="another process holds the ledger") as caught:
            append(ledger)
        assert caught.value.exit_code == 4
        assert caught.value.hint
    assert append(ledger).size == 3
    ledger.close()


def test_readers_do_not_wait_for_a_writer(bench: Workbench, postgres_url: str) -> None:
    with session(postgres_url) as holder, holder.transaction():
        holder.execute("UPDATE head SET id = id")
        with bench.ledger.view() as view:
            assert view.head.size == 2
        assert len(list(bench.ledger.records())) == 2


def test_a_large_group_is_one_commit(bench: Workbench) -> None:
    items = [make.entry(make.repaired(), number) for number in range(1, 20_001)]
    receipt = bench.ledger.append(items, {items[0].stream: 0})
    assert (receipt.indices, receipt.size) == (range(2, 20_002), 20_002)
    assert bench.ledger.checkpoint_covering(2) == (20_002, receipt.checkpoint)
    assert bench.audit().findings == ()


def end_sessions(url: str) -> None:
    """Let the server drop every other connection of the ledger's user."""
    with session(url) as connection:
        connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE usename = current_user AND pid <> pg_backend_pid()"
        )


def test_a_server_that_was_restarted_in_between_is_simply_used_again(
    bench: Workbench, postgres_url: str
) -> None:
    append(bench.ledger)
    end_sessions(postgres_url)
    assert bench.ledger.head().size == 3
    end_sessions(postgres_url)
    with bench.ledger.view() as view:
        assert view.head.size == 3
    end_sessions(postgres_url)
    assert append(bench.ledger, 2).size == 4
    assert bench.audit().findings == ()


def test_a_view_whose_connection_is_lost_is_never_continued_at_another_moment(
    bench: Workbench, postgres_url: str
) -> None:
    with bench.ledger.view() as view:
        end_sessions(postgres_url)
        with pytest.raises(ServiceFailed):
            bench.ledger.head()
        assert view.head.size == 2
    assert bench.ledger.head().size == 2


@pytest.mark.parametrize("committed", [False, True])
def test_an_append_whose_answer_was_lost_is_looked_up_and_never_written_twice(
    bench: Workbench, monkeypatch: pytest.MonkeyPatch, committed: bool
) -> None:
    """The connection breaks at the commit: before the server took it, or after."""
    transaction = psycopg.Transaction

    def broken(self: psycopg.Transaction) -> Iterator[object]:
        if committed:
            yield from original(self)
        self._conn.close()
        raise psycopg.OperationalError("server closed the connection unexpectedly")

    original = transaction._commit_gen
    with monkeypatch.context() as patch:
        patch.setattr(transaction, "_commit_gen", broken)
        if committed:
            receipt = append(bench.ledger)
            assert (receipt.indices, receipt.size) == (range(2, 3), 3)
        else:
            with pytest.raises(ServiceFailed, match="server closed the connection"):
                append(bench.ledger)
    size = 3 if committed else 2
    assert bench.another_ledger().head().size == size
    assert append(bench.ledger, size - 1).size == size + 1
    assert bench.audit().findings == ()


def test_where_it_cannot_be_looked_up_the_doubt_is_told(
    bench: Workbench, monkeypatch: pytest.MonkeyPatch
) -> None:
    from oneseek.adapters.ledger import postgres_ledger

    def broken(self: psycopg.Transaction) -> Iterator[object]:
        yield from original(self)
        raise psycopg.OperationalError("server closed the connection unexpectedly")

    def unreachable(*_: object) -> None:
        raise ServiceFailed("no server")

    original = psycopg.Transaction._commit_gen
    ledger = bench.another_ledger()
    ledger.head()
    with monkeypatch.context() as patch:
        patch.setattr(psycopg.Transaction, "_commit_gen", broken)
        patch.setattr(postgres_ledger, "open_checked", unreachable)
        with pytest.raises(ServiceFailed, match="was lost while it was recording") as caught:
            append(ledger)
    assert "oneseek log" in str(caught.value.hint)


def test_a_writer_that_dies_in_the_middle_leaves_nothing_and_no_lock(bench: Workbench) -> None:
    def die(_: int, __: bytes) -> bytes:
        os._exit(9)

    pid = os.fork()
    if pid == 0:
        append(bench.location.open(die, make.ORIGIN))
    assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 9
    started = time.monotonic()
    assert append(bench.ledger).size == 3
    assert time.monotonic() - started < 5
    assert bench.audit().findings == ()


def test_commits_are_durable_and_see_what_they_waited_for_whatever_the_role_says(
    bench: Workbench, postgres_url: str
) -> None:
    with session(postgres_url) as connection:
        for setting in (
            "synchronous_commit TO off",
            "default_transaction_isolation TO serializable",
            "default_transaction_read_only TO on",
        ):
            connection.execute(f"ALTER ROLE CURRENT_USER SET {setting}")
    try:
        ledger = bench.another_ledger()
        append(ledger)
        assert bench.location.refold() == 3
        assert isinstance(ledger, PostgresLedger)
        with ledger._writer().datastore.transaction() as cursor:
            for setting, value in (
                ("synchronous_commit", "on"),
                ("transaction_isolation", "read committed"),
                ("transaction_read_only", "off"),
            ):
                cursor.execute(f"SHOW {setting}")
                assert cursor.fetchone() == {setting: value}
        ledger.close()
    finally:
        # The role's own sessions are read-only now: the first statement of a repair lifts it.
        with session(postgres_url) as connection:
            connection.execute("SET default_transaction_read_only TO off")
            connection.execute("ALTER ROLE CURRENT_USER RESET ALL")


def wrong(url: str, change: Callable[[str], str]) -> str:
    changed = change(url)
    assert changed != url
    return changed


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda url: url.replace("sw0rd", "other"), "password authentication failed"),
        (lambda url: url.replace("//oneseek", "//nobody"), "password authentication failed"),
        (lambda url: url.replace("/ledgers", "/nothing"), 'database "nothing" does not exist'),
        (lambda url: url.replace(f":{urlsplit(url).port}/", ":1/"), "Connection refused"),
    ],
    ids=["password", "user", "database", "port"],
)
def test_a_server_that_does_not_let_us_in_is_told_in_one_sentence(
    postgres_url: str, change: Callable[[str], str], says: str
) -> None:
    if os.environ.get(VARIABLE):
        pytest.skip("the words are those of the server that the tests start themselves")
    location = locate(Path("ledger.db"), wrong(postgres_url, change))
    ledger = location.open(lambda size, root: b"")
    for use in (ledger.head, location.create, location.exists, location.refold):
        with pytest.raises(ServiceFailed, match=says) as caught:
            use()
        assert caught.value.exit_code == 5
        assert "\n" not in caught.value.message
        assert caught.value.hint
        for secret in ("sw0rd", "other%40", "f/sh", "f%2Fsh"):
            assert secret not in caught.value.message
