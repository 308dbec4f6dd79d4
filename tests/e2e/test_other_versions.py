"""A ledger whose state documents were made by another version of OneSeek."""

import sqlite3

from e2e.workspaces import Workspace
from oneseek.domain.state.fold import FOLD_VERSION


def change(workspace: Workspace, statement: str) -> None:
    with sqlite3.connect(workspace.root / ".oneseek" / "ledger.db") as ledger:
        assert ledger.execute(statement).rowcount == 1


def test_documents_of_an_older_version_are_folded_again_before_anything_is_written(
    stocked: Workspace,
) -> None:
    change(stocked, "DELETE FROM state WHERE kind = 'key'")
    change(stocked, "DELETE FROM state WHERE kind = 'fold'")
    assert "oneseek rebuild state" in stocked.run("verify", expect=1).out
    done = stocked.run("activate", "1.0")
    assert "folded again for this version" in done.err
    stocked.run("verify")
    assert "folded again" not in stocked.run("withdraw", "1.0", "--reason", "x").err


def test_beside_a_newer_version_nothing_is_written(stocked: Workspace) -> None:
    newer = f'{{"version":{FOLD_VERSION + 1}}}'.encode().hex()
    change(stocked, f"UPDATE state SET body = x'{newer}' WHERE kind = 'fold'")
    size = stocked.size()
    assert "newer version" in stocked.run("activate", "1.0", expect=4).err
    assert stocked.size() == size
