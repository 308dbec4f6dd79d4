"""``oneseek firebase`` on the embedded mirror, as a person uses it."""

import json
import signal
import sqlite3
import subprocess
from contextlib import closing
from math import inf
from pathlib import Path

import pytest
from click.testing import CliRunner

from e2e.workspaces import ONESEEK, Workspace, ask_small
from oneseek.cli.main import oneseek
from oneseek.cli.wiring import firebase
from oneseek.domain.usecases import registry

QUESTION = "Vad heter min granne i Lund?"
ANSWER = "Det vet bara du, Anna."


@pytest.fixture
def query(stocked: Workspace) -> str:
    """The id of a question that was answered."""
    return ask_small(stocked, QUESTION, ANSWER)


def mirror(workspace: Workspace) -> Path:
    return workspace.root / ".oneseek" / "mirror.db"


def tamper(workspace: Workspace, statement: str, *values: str) -> None:
    with closing(sqlite3.connect(mirror(workspace), isolation_level=None)) as connection:
        assert connection.execute(statement, values).rowcount == 1


def rows(workspace: Workspace) -> list[tuple[str, str, str]]:
    query = "SELECT collection, id, json FROM documents ORDER BY collection, id"
    with closing(sqlite3.connect(mirror(workspace))) as connection:
        return connection.execute(query).fetchall()


def on_the_disk(workspace: Workspace) -> bytes:
    """Return all bytes of the workspace that are no sealed objects."""
    files = (workspace.root / ".oneseek").rglob("*")
    return b"".join(path.read_bytes() for path in files if path.is_file())


@pytest.mark.usefixtures("query")
def test_a_push_shows_the_ledger_and_can_be_repeated(stocked: Workspace) -> None:
    assert "never pushed" in stocked.run("firebase", "status").out
    assert "nothing was ever pushed" in stocked.run("firebase", "verify").out
    assert not mirror(stocked).exists()
    first = json.loads(stocked.run("firebase", "push", "--json").out)
    size = stocked.size()
    assert {item["size"] for item in first["collections"]} == {size}
    written = {item["collection"]: item["documents"] for item in first["collections"]}
    assert (written["oqt_ledger"], written["oqt_queries"]) == (size, 1)
    before = rows(stocked)
    assert stocked.run("firebase", "push").out.count("nothing new") == 5
    assert rows(stocked) == before
    assert any(QUESTION in json for _, _, json in before)
    stocked.run("firebase", "verify")
    status = json.loads(stocked.run("firebase", "status", "--json").out)
    assert [item["behind"] for item in status["collections"]] == [0] * 5
    stocked.run("doctor")


def test_what_is_behind_is_told(stocked: Workspace) -> None:
    stocked.run("firebase", "push", "--collection", "oqt_ledger")
    stocked.run("activate", stocked.versions()[0])
    assert "Behind     oqt_ledger: 1 entry (oneseek firebase push)" in stocked.run("status").out
    assert "1 entry behind" in stocked.run("firebase", "verify").out
    assert "oqt_ledger: 1 entry behind in" in stocked.run("doctor").out
    stocked.run("firebase", "push")
    assert "Behind" not in stocked.run("status").out


def test_changes_by_hand_are_named_and_put_right(stocked: Workspace, query: str) -> None:
    stocked.run("firebase", "push")
    whole = [row for row in rows(stocked) if row[0] != "oqt_projections"]
    tamper(
        stocked, "UPDATE documents SET json = replace(json, ?, 'Karl') "
        "WHERE collection = 'oqt_queries'", "Anna",
    )  # fmt: skip
    tamper(stocked, "DELETE FROM documents WHERE collection = 'oqt_ledger' AND id = '3'")
    tamper(stocked, "INSERT INTO documents VALUES ('oqt_metrics', '_sample_doc', '{}', 1, 1)")
    tamper(
        stocked, "UPDATE documents SET json = replace(json, '\"type\":\"genesis\"', ?) "
        "WHERE collection = 'oqt_ledger' AND id = '0'", '"type":"query"',
    )  # fmt: skip
    found = json.loads(stocked.run("firebase", "verify", "--json", expect=1).out)
    said = {(item["check"], item["where"]) for c in found["collections"] for item in c["findings"]}
    assert {
        ("drift-missing", "oqt_ledger/3"),
        ("drift-extra", "oqt_metrics/_sample_doc"),
        ("drift-changed", "oqt_ledger/0 type"),
        ("drift-changed", "oqt_ledger/0 data.type"),
    } < said
    assert any(where.startswith("oqt_queries/") and "response" in where for _, where in said)
    for text in (json.dumps(found), stocked.run("firebase", "verify", expect=1).out):
        assert not any(word in text for word in ("Anna", "Karl", "granne"))
    assert "put right" in stocked.run("firebase", "rebuild").out
    stocked.run("firebase", "verify")
    assert [row for row in rows(stocked) if row[0] != "oqt_projections"] == whole
    assert query


def test_erasing_takes_the_text_out_of_the_mirror_and_off_the_disk(
    stocked: Workspace, query: str
) -> None:
    stocked.run("firebase", "push")
    assert QUESTION.encode() in on_the_disk(stocked)
    done = stocked.run("erase", query)
    assert "Gone from the documents in" in done.out
    left = on_the_disk(stocked)
    assert QUESTION.encode() not in left
    assert ANSWER.encode() not in left
    stocked.run("firebase", "push")
    stocked.run("firebase", "verify")


def test_an_erasure_that_the_target_did_not_take_is_repeated(
    stocked: Workspace, query: str
) -> None:
    stocked.run("firebase", "push")
    kept = mirror(stocked).read_bytes()
    mirror(stocked).write_bytes(b"out of order" * 100)
    error = stocked.run("erase", query, expect=5).err
    assert "recorded, but the text, whose keys are destroyed, may still be in" in error
    assert f"repeat: oneseek erase {query}" in error
    mirror(stocked).write_bytes(kept)
    assert QUESTION.encode() in on_the_disk(stocked)
    stocked.run("erase", query)
    assert QUESTION.encode() not in on_the_disk(stocked)


def test_nothing_is_pushed_by_an_erasure_where_nothing_ever_was(
    stocked: Workspace, query: str
) -> None:
    stocked.run("erase", query)
    assert not mirror(stocked).exists()


def test_a_collection_of_another_ledger_is_refused_in_one_sentence(stocked: Workspace) -> None:
    stocked.run("firebase", "push")
    tamper(
        stocked, "UPDATE documents SET json = replace(json, '\"origin\":\"', ?) "
        "WHERE collection = 'oqt_projections' AND id = 'oqt_ledger'", '"origin":"other.',
    )  # fmt: skip
    before = rows(stocked)
    error = stocked.run("firebase", "push", expect=4).err
    assert "shows the ledger other." in error
    assert "oneseek firebase rebuild --collection oqt_ledger --take-over" in error
    assert rows(stocked) == before
    assert "other." in stocked.run("doctor", expect=1).out
    stocked.run("firebase", "rebuild", "--take-over", expect=2)
    stocked.run("firebase", "rebuild", "--collection", "oqt_ledger", "--take-over")
    stocked.run("firebase", "push")


def test_a_position_that_was_deleted_is_found_and_the_other_collections_are_compared(
    stocked: Workspace,
) -> None:
    stocked.run("firebase", "push")
    tamper(
        stocked, "DELETE FROM documents WHERE collection = 'oqt_projections' AND id = ?",
        "oqt_provenance",
    )  # fmt: skip
    tamper(stocked, "DELETE FROM documents WHERE collection = 'oqt_ledger' AND id = '3'")
    found = stocked.run("firebase", "verify", expect=1).out
    assert "✗ oqt_provenance: 0 documents compared, 1 finding" in found
    assert "and no position: this ledger did not write them, or its position was del" in found
    assert "drift-missing: oqt_ledger/3" in found
    status = stocked.run("firebase", "status").out
    assert "and no position" in status
    assert "nobody knows" in status
    assert "✗ oqt_provenance: oqt_provenance in" in stocked.run("doctor", expect=1).out
    stocked.run("firebase", "push", expect=4)
    stocked.run("firebase", "rebuild", "--collection", "oqt_provenance", "--take-over")
    stocked.run("firebase", "rebuild")
    stocked.run("firebase", "verify")


def test_names_that_are_none_are_refused(stocked: Workspace) -> None:
    for words in (["push"], ["verify"]):
        error = stocked.run("firebase", *words, "--collection", "oqt_x", expect=2).err
        assert "there is no collection 'oqt_x'" in error
    error = stocked.run("rebuild", "oqt_queries", expect=2).err
    assert "oneseek firebase rebuild --collection oqt_queries" in error


def test_following_waits_for_a_run_however_long_it_takes(
    stocked: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    waits = []

    def pushed(*given: object) -> None:
        waits.append(given[3])
        raise SystemExit

    monkeypatch.setattr(firebase, "push_all", pushed)
    CliRunner().invoke(oneseek, ["firebase", "follow", "--workspace", str(stocked.root)])
    assert waits == [inf]


def test_following_pushes_what_others_append_until_it_is_interrupted(stocked: Workspace) -> None:
    follower = subprocess.Popen(
        [str(ONESEEK), "firebase", "follow"], cwd=stocked.root,
        stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    try:
        assert follower.stderr is not None
        assert "following, Ctrl-C ends it" in follower.stderr.readline()
        app = stocked.app()
        registry.activate(app.ports, stocked.versions()[0], lambda *_: [])
        size = app.ledger.head().size
        app.close()
        assert follower.stderr.readline().startswith(f"up to date with entry {size - 1}")
        follower.send_signal(signal.SIGINT)
        assert follower.wait(10) == 130
    finally:
        follower.kill()
        follower.wait()
    assert stocked.run("firebase", "push").out.count("nothing new") == 5


@pytest.mark.usefixtures("query")
def test_a_workspace_without_its_vault_is_pushed_and_says_what_it_cannot_open(
    stocked: Workspace,
) -> None:
    (stocked.root / ".oneseek" / "vault.db").unlink()
    said = stocked.run("firebase", "push").err
    assert said.count("2 texts cannot be opened here") == 1
    assert "oneseek firebase rebuild" in said
    seen = stocked.run("firebase", "verify").out
    assert "2 texts cannot be compared: this vault has no keys for them" in seen
    assert "✗" not in seen
