"""A ledger file that somebody has worked on by hand: one sentence says what is wrong."""

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from e2e.workspaces import Workspace, copy_workspace
from oneseek.adapters.ledger.sqlite_schema import EVIDENCE, TABLES


@contextmanager
def by_hand(workspace: Workspace) -> Iterator[sqlite3.Connection]:
    connection = sqlite3.connect(workspace.root / ".oneseek" / "ledger.db", isolation_level=None)
    try:
        yield connection
    finally:
        connection.close()


@pytest.mark.parametrize("table", TABLES)
def test_a_table_that_is_gone_is_named(stocked: Workspace, table: str) -> None:
    with by_hand(stocked) as connection:
        connection.execute(f"DROP TABLE {table}")
    for words in (["verify"], ["verify", "--deep"], ["activate", "1.0"], ["log"], ["status"]):
        done = stocked.run(*words, expect=10)
        assert f"ledger.db has lost its table {table}" in done.err
        assert len(done.err.splitlines()) == 2
    assert f"has lost its table {table}" in stocked.run("doctor", expect=1).out


def test_a_state_table_that_is_gone_is_folded_again(stocked: Workspace) -> None:
    with by_hand(stocked) as connection:
        connection.execute("DROP TABLE state")
    assert "oneseek rebuild state" in stocked.run("versions", expect=10).err
    stocked.run("rebuild", "state")
    stocked.run("verify", "--deep")
    assert len(stocked.versions()) == 2


@pytest.mark.parametrize("table", EVIDENCE)
def test_no_other_table_is_made_again(stocked: Workspace, table: str) -> None:
    with by_hand(stocked) as connection:
        connection.execute(f"DROP TABLE {table}")
    done = stocked.run("rebuild", "state", expect=10)
    assert f"has lost its table {table}" in done.err
    assert "restore the ledger from a backup" in done.err


@pytest.mark.parametrize(
    ("statement", "what"),
    [
        ("INSERT INTO entries SELECT 17, 'x', 1, topic, clock, leaf_hash, state FROM entries "
         "WHERE position = 3", "entry 17"),
        ("INSERT INTO checkpoints SELECT 18, checkpoint FROM head", "the checkpoint of 18 entries"),
    ],
)  # fmt: skip
def test_a_row_beyond_the_head_is_named_by_whoever_wants_to_write_there(
    stocked: Workspace, statement: str, what: str
) -> None:
    assert stocked.size() == 17
    with by_hand(stocked) as connection:
        connection.execute(statement)
    refused = stocked.run("activate", "1.0", expect=10)
    assert f"{what} of" in refused.err
    assert "lies beyond the signed head" in refused.err
    assert stocked.size() == 17


def test_triggers_that_are_gone_are_found_and_put_back(stocked: Workspace) -> None:
    with by_hand(stocked) as connection:
        connection.execute("DROP TRIGGER entries_no_update")
        connection.execute("DROP TRIGGER head_only_forward")
        connection.execute(
            "CREATE TRIGGER head_only_forward BEFORE UPDATE ON head BEGIN SELECT 1; END"
        )
    found = stocked.run("doctor", expect=1).out
    assert "gone or changed: entries_no_update, head_only_forward" in found
    stocked.run("rebuild", "state")
    stocked.run("doctor")
    with (
        by_hand(stocked) as connection,
        pytest.raises(sqlite3.IntegrityError, match="append-only"),
    ):
        connection.execute("UPDATE entries SET clock = 0")


def test_a_copy_that_nobody_may_write_verifies_clean(
    stocked: Workspace, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """What an auditor gets: the same bytes, and no right to change them."""
    copy = copy_workspace(stocked.root, tmp_path_factory.mktemp("auditor") / "copy")
    folders = [path for path in (copy.root, *copy.root.rglob("*")) if not path.is_symlink()]
    for path in folders:
        path.chmod(path.stat().st_mode & ~0o222)
    try:
        copy.run("verify")
        copy.run("verify", "--deep")
    finally:
        for path in folders:
            path.chmod(path.stat().st_mode | 0o200)
    shutil.rmtree(copy.root)
