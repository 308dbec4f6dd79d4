"""What only SQLite's ledger does; what every ledger promises is in ``contracts/test_ledger.py``."""

import sqlite3

import pytest

import builders as make
from oneseek.adapters.ledger import sqlite_recorder
from oneseek.domain.errors import Conflict
from workbench import Workbench


def test_a_writer_that_waits_too_long_is_told_who_to_wait_for(
    blank: Workbench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sqlite_recorder, "LOCK_TIMEOUT", 0.05)
    entry = make.entry(make.repaired())
    holder = sqlite3.connect(blank.database, isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    try:
        with pytest.raises(Conflict, match="another process holds the ledger") as caught:
            blank.ledger.append([entry], make.expected([entry]))
        assert caught.value.hint
    finally:
        holder.close()
    assert blank.ledger.append([entry], make.expected([entry])).size == 1
