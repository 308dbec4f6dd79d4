"""What only PostgreSQL does to a lease: sessions end under living processes, machines vanish."""

from contextlib import nullcontext
from threading import Event

import pytest

from oneseek.adapters.ledger import postgres_leases
from oneseek.adapters.ledger.postgres_address import parse_address
from oneseek.adapters.ledger.postgres_leases import PostgresLeases
from oneseek.domain.errors import Conflict, ServiceFailed
from postgres import session


class Nobody:
    """Leases of a machine on which nothing else runs."""

    def hold(self, name: str) -> nullcontext[None]:
        return nullcontext()

    def held(self, name: str) -> bool:
        return False


def leases(url: str) -> PostgresLeases:
    return PostgresLeases(parse_address(url, "a test"), Nobody())


def end_sessions(url: str) -> None:
    with session(url) as connection:
        connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE usename = current_user AND pid <> pg_backend_pid()"
        )


def test_a_lease_whose_session_ended_is_taken_again(
    postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postgres_leases, "LOOK_SECONDS", 0.02)
    taken = Event()
    original = postgres_leases._Keeper._take

    def take(self: postgres_leases._Keeper) -> object:
        connection = original(self)
        taken.set()
        return connection

    monkeypatch.setattr(postgres_leases._Keeper, "_take", take)
    mine = leases(postgres_url)
    with mine.hold("t1"):
        taken.clear()
        end_sessions(postgres_url)
        assert taken.wait(30)
        assert leases(postgres_url).held("t1")
    assert not leases(postgres_url).held("t1")


def test_a_lease_that_another_holds_is_not_given(
    postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        postgres_leases,
        "_SESSION",
        (*postgres_leases._SESSION, "SET lock_timeout = '10ms'"),
    )
    with (
        leases(postgres_url).hold("t1"),
        pytest.raises(Conflict, match="another process holds"),
        leases(postgres_url).hold("t1"),
    ):
        pytest.fail("two hold it")


def test_two_ledgers_of_one_database_have_leases_of_their_own(postgres_url: str) -> None:
    other = postgres_url.rpartition("=")[0] + "=another"
    with leases(postgres_url).hold("t1"):
        assert leases(postgres_url).held("t1")
        assert not leases(other).held("t1")


def test_both_ends_look_whether_the_other_is_there(postgres_url: str) -> None:
    """Power and network fail without a word: whoever waits for one would wait for hours."""
    with leases(postgres_url).hold("t1"), session(postgres_url):
        keeper = postgres_leases._Keeper(parse_address(postgres_url, "a test"), 7)
        try:
            connection = keeper._connection
            assert connection is not None
            for name, wanted in (("idle", "30"), ("interval", "10"), ("count", "3")):
                row = connection.execute(f"SHOW tcp_keepalives_{name}".encode()).fetchone()
                assert row == (wanted,)
            parameters = connection.info.get_parameters()
            assert parameters["keepalives_idle"] == "30"
            assert parameters["tcp_user_timeout"] == "60000"
        finally:
            keeper.stop()


def test_what_the_url_says_of_keepalives_goes_first(postgres_url: str) -> None:
    address = parse_address(f"{postgres_url}&keepalives_idle=77", "a test")
    keeper = postgres_leases._Keeper(address, 7)
    try:
        assert keeper._connection is not None
        assert keeper._connection.info.get_parameters()["keepalives_idle"] == "77"
    finally:
        keeper.stop()


def test_where_nobody_can_be_asked_nobody_is_taken_for_dead() -> None:
    nowhere = leases("postgresql://anna:cret@127.0.0.1:1/x")
    with pytest.raises(ServiceFailed) as refused:
        nowhere.held("t1")
    assert "cret" not in str(refused.value)
    with pytest.raises(ServiceFailed), nowhere.hold("t1"):
        pytest.fail("nobody gave it")
