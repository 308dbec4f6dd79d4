"""The rows of collections of documents: what is pushed into the mirror, made again and forgotten.

After each row, done again where it was cut off, the mirror shows what the ledger says: every
document once, none half, none of a text that was erased.
"""

import sqlite3
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path
from typing import Any

# What the commands load when they are called: every cell is a fork that would load it again.
import oneseek.adapters.documents.mirror
import oneseek.adapters.documents.runner
import oneseek.cli.wiring.firebase
import oneseek.cli.wiring.forgetting  # noqa: F401
from e2e.workspaces import Workspace, ask_small
from faults.row import Row, cli
from oneseek.cli.app import App
from oneseek.cli.wiring.firebase import chosen, open_runner
from oneseek.domain.state.documents import Query
from oneseek.domain.usecases.registry import activate

TEXT = "Var bor min granne?"
PUSH = cli("firebase", "push", "--json")
REBUILD = cli("firebase", "rebuild", "--json")


def ask_something(root: Path) -> str:
    """Have a question answered in the workspace ``root``; return its id."""
    return ask_small(Workspace(root), TEXT, "Det vet jag inte.")


def _pushed(root: Path) -> None:
    ask_something(root)
    PUSH(root)


def _behind(root: Path) -> None:
    PUSH(root)
    ask_something(root)


def _tree_behind(root: Path) -> None:
    """Leave an entry that the certified tree does not show, as a killed command does."""
    ask_something(root)
    app = Workspace(root).app()
    try:
        activate(app.ports, "2.0", lambda *_: [])
    finally:
        app.close()


def _drifted(root: Path) -> None:
    _pushed(root)
    with closing(sqlite3.connect(root / ".oneseek" / "mirror.db", isolation_level=None)) as mirror:
        for statement in (
            "DELETE FROM documents WHERE collection = 'oqt_ledger' AND id = '2'",
            "INSERT INTO documents VALUES ('oqt_queries', 'zz', '{}', 1, 1)",
            "UPDATE documents SET json = '{}' WHERE collection = 'oqt_training_events'",
        ):
            mirror.execute(statement)


def _erase(root: Path) -> object:
    app = Workspace(root).app()
    with app.ledger.view() as view:
        ((query, _),) = view.scan(Query)
    app.close()
    return cli("erase", query, "--json")(root)


def _wrong(app: App) -> Iterable[str]:
    """Find what a reader would find wrong: each collection shows a beginning, whole and once."""
    runner = open_runner(app)
    for collection in chosen(()):
        for finding in runner.verify(collection).findings:
            yield f"{finding.check}: {finding.where}: {finding.found}"
        if problem := runner.standing(collection).problem:
            yield problem


def _shows_what_it_said(app: App, done: Any) -> bool:
    runner = open_runner(app)
    shown = {item.name: runner.standing(item) for item in chosen(())}
    whole = all(shown[item["collection"]].size == item["size"] for item in done["collections"])
    return whole and not list(_wrong(app))


def _text_is_gone(app: App, _: Any) -> bool:
    return TEXT.encode() not in app.paths.mirror.read_bytes() and not list(_wrong(app))


_FEW = frozenset({"killed", "blocks", "power"})

ROWS_OF_FIREBASE = (
    Row(
        "a first push", PUSH, _shows_what_it_said, ask_something,
        commits=0, beside=_wrong, tried=0.5, columns=_FEW,
    ),
    Row(
        "a push of what is new", PUSH, _shows_what_it_said, _behind,
        commits=0, beside=_wrong, tried=0.5, columns=frozenset({"killed"}),
    ),
    Row(
        "a push when the certified tree is behind", PUSH, _shows_what_it_said, _tree_behind,
        commits=0, beside=_wrong, columns=frozenset(),
    ),
    Row(
        "a rebuild of the collections", REBUILD, _shows_what_it_said, _drifted,
        commits=0, tried=0.5, columns=frozenset({"killed"}),
    ),
    Row(
        "an erasure of a text that was pushed", _erase, _text_is_gone, _pushed,
        until_repeated=("not-erased",), tried=0.5, columns=frozenset({"killed"}),
    ),
)  # fmt: skip
"""``make test`` tries them where they are most likely to break, ``make faults`` in every column."""
