"""What attackers and mishaps do to a workspace, for the tests of what is found and refused."""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from e2e.workspaces import Workspace
from oneseek.adapters.objects.tree import TreeEntry, hash_tree
from oneseek.cli.wiring.writing import writing
from oneseek.domain.decisions.lookup import find_base
from oneseek.domain.merkle.frontier import EMPTY_FRONTIER
from oneseek.domain.usecases.ask import Answered, Reply, ask


@contextmanager
def forging(workspace: Workspace) -> Iterator[sqlite3.Connection]:
    """Open the ledger as whoever owns the file: no trigger stands in the way."""
    connection = sqlite3.connect(workspace.root / ".oneseek" / "ledger.db")
    try:
        names = connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
        for (name,) in names.fetchall():
            connection.execute(f"DROP TRIGGER {name}")
        yield connection
        connection.commit()
    finally:
        connection.close()


def findings(workspace: Workspace, *words: str, expect: int) -> list[tuple[str, str, str]]:
    """Return what ``verify`` found: check, where, expected."""
    done = workspace.run("verify", "--json", *words, expect=expect)
    return [(f["check"], f["where"], f["expected"]) for f in json.loads(done.out)["findings"]]


def state(workspace: Workspace) -> dict[str, TreeEntry]:
    """Return every file but those that SQLite keeps for its readers."""
    tree = hash_tree(workspace.root)
    return {path: entry for path, entry in tree.items() if "ledger.db-" not in path}


def roll_back(workspace: Workspace, size: int) -> None:
    """Make the ledger one of ``size`` entries that fits its own head and checkpoint."""
    with forging(workspace) as connection:
        rows = connection.execute(
            "SELECT leaf_hash FROM entries WHERE position < ? ORDER BY position", (size,)
        )
        frontier = EMPTY_FRONTIER.extend([row[0] for row in rows])
        connection.execute("DELETE FROM entries WHERE position >= ?", (size,))
        connection.execute("DELETE FROM checkpoints WHERE size > ?", (size,))
        connection.execute(
            "UPDATE head SET size = ?, frontier = ?, clock = (SELECT max(clock) FROM entries), "
            "checkpoint = (SELECT note FROM checkpoints WHERE size = ?)",
            (size, frontier.to_bytes(), size),
        )


def answered(workspace: Workspace) -> Answered:
    """Record an answer of the base model."""
    app = workspace.app()
    try:
        with writing(app) as ports:
            with ports.ledger.view() as view:
                base = find_base(view, "tiny")
            return ask(
                ports,
                question="Vem är du?",
                base=base,
                version=None,
                generate=lambda _: Reply("Jag är OneSeek.", 3, 4),
            )
    finally:
        app.close()
