"""What people asked the old systems: sealed on import, nowhere in the clear, forgotten for good."""

import json
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from e2e.workspaces import Workspace
from migrations import trees
from migrations.examples import example
from oneseek.domain.digest import sha256
from oneseek.domain.errors import NotFound
from oneseek.domain.state.documents import LegacySource
from oneseek.migrations.importing.previous import read_inventory
from oneseek.migrations.item import Item

ASKED = "Kan min granne Ulla se vad jag skrev"
BLOCK: dict[str, Any] = {
    "blockNumber": 0, "type": "query_processed", "timestamp": "2025-11-20T10:00:00.000Z",
    "previousHash": "0" * 64, "hash": "1" * 64, "validators": [], "signature": "2" * 64,
}  # fmt: skip


def text_of(path: str) -> str:
    """What is asked in the file at ``path``: only there."""
    return f"{ASKED} i {sha256(path.encode())[:12]}"


def holding(value: Any, text: str) -> Any:
    """Return ``value`` with ``text`` in every place where an example holds a question."""
    told = json.dumps(value).replace(example("interaction").value["question"], text)
    return json.loads(told)


def write(root: Path, path: str, data: str | bytes) -> None:
    file = root / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(data if isinstance(data, bytes) else data.encode())


def make_talkative_tree(root: Path) -> list[str]:
    """Build a tree in which people say something in every way; return the paths of those files."""
    trees.make_small_tree(root)
    shutil.rmtree(root / "models" / "oneseek-7b-zero")
    made: dict[str, str | bytes] = {}
    for kind in ("training-sample", "interaction", "prepared-split"):
        path = example(kind).path
        made[path] = json.dumps(holding(example(kind).value, text_of(path)))
    path = example("dataset-of-questions").path
    made[path] = json.dumps({"question": text_of(path), "response": "b"}) + "\n"
    path = "export/firestore.json"
    query = {"id": "q", "question": text_of(path), "responses": [{"text": text_of(path)}]}
    block = BLOCK | {"data": {"question": text_of(path), "queryId": "q"}}
    made[path] = json.dumps({"oqt_queries": {"q": query}, "oqt_ledger": {"b": block}})
    path = "export/oqt_ledger.json"
    made[path] = json.dumps([BLOCK | {"data": {"question": text_of(path)}}])
    path = "export/ai_interactions.json"
    made[path] = json.dumps({"x": {"question": text_of(path), "userId": "ulla"}})
    path = "ml/other/ledger.json"
    asked = {"block_id": 0, "timestamp": "2025-11-20T10:00:00", "previous_hash": "0",
             "current_hash": "1" * 64, "event_type": "query", "data": {"question": text_of(path)},
             "signatures": {"data_hash": "2" * 64, "validator": "system"}}  # fmt: skip
    made[path] = json.dumps({"blocks": [asked]})
    path = "ml/other/training_history.json"
    made[path] = json.dumps([{"timestamp": "2025-11-20T10:00:00", "question": text_of(path)}])
    path = "logs/chat.log"
    made[path] = f"2025-11-20 user\nuser_message: {text_of(path)}\n"
    path = "logs/questions.csv"
    made[path] = f"id,question\n1,{text_of(path)}\n"
    path = "logs/wide.json"
    made[path] = json.dumps({"question": text_of(path)}).encode("utf-16")
    path = "models/oneseek-7b-zero/weights/oneseek-7b-zero-v8.0.json"
    made[path] = json.dumps({"version": "8.0", "question": text_of(path)})
    path = "models/oneseek-certified/OneSeek-7B-Zero.v8.1/metadata.json"
    made[path] = json.dumps(example("certified-metadata").value | {"question": text_of(path)})
    path = "models/oneseek-certified/OneSeek-7B-Zero.v8.2/training_results.json"
    made[path] = json.dumps(example("training-results").value | {"prompts": [text_of(path)]})
    for path, data in made.items():
        write(root, path, data)
    path = "data/chat.db"
    (root / "data").mkdir()
    with closing(sqlite3.connect(root / path)) as database:
        database.execute("CREATE TABLE said (what)")
        database.execute("INSERT INTO said VALUES (?)", (text_of(path),))
        database.commit()
    return [*made, path]


@pytest.fixture(scope="module")
def talkative(tmp_path_factory: pytest.TempPathFactory) -> tuple[Workspace, list[str]]:
    """A workspace that has imported such a tree, with everything that was printed."""
    here = Workspace(tmp_path_factory.mktemp("talkative"))
    here.run("init", ".")
    paths = make_talkative_tree(here.root / "old")
    told = [
        here.run("migrate", "scan", "old", "--json", expect=1),
        here.run("migrate", "plan", "old", "-o", "plan.json"),
        here.run("migrate", "run", "old"),
        here.run("migrate", "report", "--html", "page.html", "--json"),
    ]
    write(here.root, "printed", "\n".join(done.out + done.err for done in told))
    return here, paths


def in_the_clear(here: Workspace, words: bytes) -> list[Path]:
    return [
        path
        for path in here.root.rglob("*")
        if path.is_file()
        and not path.is_relative_to(here.root / "old")
        and (words in path.read_bytes() or words.decode().encode("utf-16-le") in path.read_bytes())
    ]


def items(here: Workspace) -> dict[str, Item]:
    app = here.app()
    try:
        with app.ledger.view() as view:
            ((_, source),) = view.scan(LegacySource)
        return {item.path: item for item in read_inventory(app.objects, source.inventory)}
    finally:
        app.close()


def unsealed(here: Workspace, item: Item) -> bytes | None:
    """Return the bytes of a sealed file, None where they were erased."""
    assert item.sealed is not None, item.path
    app = here.app()
    try:
        return app.vault.unseal(item.sealed)
    except NotFound:
        return None
    finally:
        app.close()


def test_nothing_that_anybody_asked_is_in_the_clear(
    talkative: tuple[Workspace, list[str]],
) -> None:
    here, paths = talkative
    assert in_the_clear(here, ASKED.encode()) == []
    kept = items(here)
    assert [path for path in paths if not kept[path].sealed] == []
    for path in paths:
        # Nor can it be guessed: a short text would be known by the digest of its file.
        data = (here.root / "old" / path).read_bytes()
        assert in_the_clear(here, sha256(data).encode()) == []
        assert unsealed(here, kept[path]) == data


def test_what_was_erased_cannot_be_read_and_no_later_import_brings_it_back(
    talkative: tuple[Workspace, list[str]],
) -> None:
    here, paths = talkative
    erased = [paths[0], "export/firestore.json", next(path for path in paths if "v8.0" in path)]
    for path in erased:
        here.run("migrate", "erase", path, "--reason", "she asked")
    assert [unsealed(here, items(here)[path]) for path in erased] == [None] * 3
    assert "nothing new" in here.run("migrate", "run", "old").out
    write(here.root, "old/new.txt", "something else")
    assert "imported" in here.run("migrate", "run", "old").out
    kept = items(here)
    assert "new.txt" in kept
    left = [unsealed(here, item) or b"" for item in kept.values() if item.sealed]
    for path in erased:
        assert not [data for data in left if text_of(path).encode() in data]
    assert in_the_clear(here, ASKED.encode()) == []
    here.run("verify", "--deep")
    here.run("audit")
