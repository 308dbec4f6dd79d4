"""``oneseek erase`` and the places that a text was pushed to, one after the other."""

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from e2e.workspaces import Workspace, ask_small
from oneseek.adapters.documents.cache_paths import cache_name
from oneseek.adapters.documents.firestore import open_firestore
from oneseek.adapters.projections.position import position_path
from oneseek.domain.documents import Write

if TYPE_CHECKING:
    from firestore_server.service import SmallFirestore

QUESTION = "Vad heter min granne i Lund?"


@pytest.fixture
def query(stocked: Workspace) -> str:
    """The id of a question that was answered; it is in the mirror."""
    query = ask_small(stocked, QUESTION, "Det vet bara du.")
    stocked.run("firebase", "push")
    return query


def name_project(workspace: Workspace, name: str) -> None:
    settings = workspace.root / "oneseek.toml"
    lines = settings.read_text().splitlines()
    place = lines.index("[firebase]") + 1
    rest = [line for line in lines[place:] if not line.startswith("project =")]
    settings.write_text("\n".join([*lines[:place], f'project = "{name}"', *rest]))


def in_the_project(query: str, name: str = "demo-one") -> object:
    with closing(open_firestore(name)) as store:
        found = store.get("oqt_queries", query)
    return found.fields["question"] if found else None


def test_the_text_goes_out_of_the_mirror_and_the_project_that_came_after_it(
    stocked: Workspace, query: str, small_firestore: "SmallFirestore"
) -> None:
    name_project(stocked, "demo-one")
    stocked.run("firebase", "push")
    assert in_the_project(query) == QUESTION
    done = stocked.run("erase", query)
    assert f"Gone from the documents in demo-one (emulator {small_firestore.host}) too" in done.out
    assert "mirror.db too" in done.out
    assert in_the_project(query) is None
    with closing(sqlite3.connect(stocked.root / ".oneseek" / "mirror.db")) as mirror:
        assert QUESTION not in str(mirror.execute("SELECT json FROM documents").fetchall())


@pytest.mark.usefixtures("small_firestore")
def test_a_place_that_is_out_of_order_keeps_the_text_in_no_other(
    stocked: Workspace, query: str
) -> None:
    name_project(stocked, "demo-one")
    stocked.run("firebase", "push")
    (stocked.root / ".oneseek" / "mirror.db").write_bytes(b"out of order" * 100)
    assert "mirror.db is not a mirror" in stocked.run("erase", query, expect=5).err
    assert in_the_project(query) is None


@pytest.mark.usefixtures("small_firestore")
def test_a_text_beside_a_position_that_was_deleted_is_not_called_gone(
    stocked: Workspace, query: str
) -> None:
    name_project(stocked, "demo-one")
    stocked.run("firebase", "push")
    with closing(open_firestore("demo-one")) as store:
        store.commit([Write("oqt_projections", "oqt_queries", None)])
    error = stocked.run("erase", query, expect=5).err
    assert "may still be in demo-one" in error
    assert "rebuild --collection oqt_queries --take-over" in error
    stocked.run("firebase", "rebuild", "--collection", "oqt_queries", "--take-over")
    stocked.run("erase", query)
    assert in_the_project(query) is None


def test_a_project_that_was_the_target_before_is_named(stocked: Workspace, query: str) -> None:
    app = stocked.app()
    position_path(app.paths.positions, cache_name("demo-old", "oqt_queries")).touch()
    app.close()
    done = stocked.run("erase", query)
    assert "once pushed to demo-old too, which is not the target now" in done.err
