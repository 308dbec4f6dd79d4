"""A ledger that is not what was signed, or does not arrive as it was, is not handed over."""

import sqlite3
from collections.abc import Callable, Sequence

import pytest

from moves import Move, one_more
from oneseek.adapters.ledger.sql_transaction import SqlTransaction
from oneseek.domain.errors import LedgerBroken


def forge_entry(run: Callable[..., object]) -> None:
    run("UPDATE entries SET state = (SELECT state FROM entries WHERE position = 8) "
        "WHERE position = 9")  # fmt: skip


DAMAGE = {
    "entry 9 is not what was hashed": forge_entry,
    "entry 200 is missing": lambda run: run("DELETE FROM entries WHERE position = 200"),
    "under other columns": lambda run: run("UPDATE entries SET topic = 'x' WHERE position = 20"),
    "not signed by a known key": lambda run: run(
        "UPDATE checkpoints SET note = (SELECT note FROM checkpoints WHERE size = 2) || '\n' "
        "WHERE size = 5"
    ),
    "do not lead to the root": lambda run: run(
        "UPDATE checkpoints SET note = (SELECT note FROM checkpoints WHERE size = 2) WHERE size = 3"
    ),
    "lies beyond the signed head": lambda run: run(
        "INSERT INTO entries SELECT 9999, 'x', 1, topic, clock, leaf_hash, state FROM entries "
        "WHERE position = 3"
    ),
    "is not the fold of the entries": lambda run: run("DELETE FROM state WHERE kind = 'version'"),
}


@pytest.mark.parametrize("says", DAMAGE)
def test_a_damaged_ledger_is_not_handed_over(files: Move, says: str) -> None:
    connection = sqlite3.connect(files.bench.database, isolation_level=None)
    for (name,) in connection.execute(
        "SELECT name FROM sqlite_master WHERE type = 'trigger'"
    ).fetchall():
        connection.execute(f"DROP TRIGGER {name}")
    DAMAGE[says](connection.execute)
    connection.close()
    with pytest.raises(LedgerBroken, match=says) as caught:
        files.go()
    assert caught.value.hint
    assert files.bench.ledger.closed() is None
    if files.there.exists() and (there := files.open(files.there)).head().size:
        assert there.closed() is not None


def test_a_target_that_is_not_what_was_moved_is_not_handed_over(
    files: Move, monkeypatch: pytest.MonkeyPatch
) -> None:
    def wrongly(
        transaction: SqlTransaction, level: int, first: int, roots: Sequence[bytes]
    ) -> None:
        original(transaction, level, first, [bytes(32)] * len(roots))

    original = SqlTransaction.insert_tiles
    monkeypatch.setattr(SqlTransaction, "insert_tiles", wrongly)
    with pytest.raises(LedgerBroken, match="tile 0 of level 0"):
        files.go()
    assert files.bench.ledger.closed() is None
    one_more(files.bench.ledger)
