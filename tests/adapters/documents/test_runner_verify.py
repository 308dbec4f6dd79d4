"""Verifying: each document and field that was changed is named, and no text is shown."""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from oneseek.adapters.documents import verifying
from oneseek.adapters.documents.mirror import MirrorStore
from oneseek.adapters.documents.target import POSITIONS
from oneseek.domain.documents import Stored, Write
from oneseek.domain.errors import CannotCheck, Conflict
from oneseek.domain.stored import Head
from shelves import SHELF, Shelves, activated, shown

SECRET = "Varför är Anna sjuk?"


@pytest.fixture
def pushed(shelves: Shelves) -> Shelves:
    shelves.ask("q", SECRET)
    shelves.bench.append(activated("v1"), activated("v2"))
    shelves.runner().push(SHELF)
    return shelves


def change(shelves: Shelves, id: str, **fields: Any) -> None:
    before = shown(shelves.store())[id]
    shelves.store().commit([Write("shelf", id, {**before, **fields})])


def found(shelves: Shelves) -> list[tuple[str, str, str, str]]:
    seen = shelves.runner().verify(SHELF)
    assert seen.count == len(seen.findings)
    return [(f.check, f.where, f.expected, f.found) for f in seen.findings]


def test_what_is_as_it_should_be_has_no_findings(pushed: Shelves) -> None:
    seen = pushed.runner(machine="nobody").verify(SHELF)
    assert (seen.count, seen.documents, seen.behind) == (0, 3, 0)
    assert not (pushed.bench.folder / "nobody" / "positions").exists()


def test_a_collection_that_was_never_pushed_has_none(shelves: Shelves) -> None:
    assert shelves.runner().verify(SHELF).size is None
    assert shelves.runner().standing(SHELF).size is None


def test_documents_changed_added_and_deleted_by_hand_are_named(pushed: Shelves) -> None:
    change(pushed, "v1", times=7)
    pushed.store().commit([Write("shelf", "v2", None), Write("shelf", "v3", {"text": SECRET})])
    assert found(pushed) == [
        ("drift-changed", "shelf/v1 times", "1", "7"),
        ("drift-missing", "shelf/v2", "a document", "absent"),
        ("drift-extra", "shelf/v3", "absent", "a document"),
    ]


@pytest.mark.parametrize(
    ("fields", "where", "expected", "actual"),
    [
        ({"times": 1.0}, "times", "1", "1.0"),
        ({"times": True}, "times", "1", "True"),
        ({"in": {"depth": {"x": 2.5}}}, "in.depth.x", "1.5", "2.5"),
        ({"in": {"depth": {"x": 1.5, "y": 1}}}, "in.depth.y", "no such field", "a field"),
        ({"in": {"depth": {}}}, "in.depth.x", "1.5", "no field"),
        ({"in": [1]}, "in", "{'depth': {'x': 1.5}}", "[1]"),
        ({"dna": "x" * 99}, "dna", "'v1'", f"'{'x' * 58}…"),
        ({"more": SECRET}, "more", "no such field", "a field"),
    ],
)
def test_the_field_that_differs_is_named(
    pushed: Shelves, fields: dict[str, Any], where: str, expected: str, actual: str
) -> None:
    change(pushed, "v1", **fields)
    assert found(pushed) == [("drift-changed", f"shelf/v1 {where}", expected, actual)]


@pytest.mark.parametrize(
    ("fields", "expected", "actual"),
    [
        ({"question": "Varför är Berit frisk?"}, "the text in the vault", "another text"),
        ({"question": None}, "the text in the vault", "no text"),
        ({"stream": SECRET}, "'query:q'", "another value"),
    ],
)
def test_texts_of_people_are_compared_and_never_shown(
    pushed: Shelves, fields: dict[str, Any], expected: str, actual: str
) -> None:
    change(pushed, "q", **fields)
    (name,) = fields
    said = found(pushed)
    assert said == [("drift-changed", f"shelf/q {name}", expected, actual)]
    assert not any(word in str(said) for word in ("Anna", "Berit", "sjuk"))


def test_a_field_that_is_gone_is_named(pushed: Shelves) -> None:
    fields = dict(shown(pushed.store())["q"])
    del fields["question"]
    pushed.store().commit([Write("shelf", "q", fields)])
    assert found(pushed) == [("drift-changed", "shelf/q question", "a text", "no field")]


def test_a_text_that_should_be_gone_is_found(pushed: Shelves) -> None:
    fields = shown(pushed.store())["q"]
    pushed.bench.vault.erase([digest(pushed)])
    assert found(pushed) == [
        ("drift-changed", "shelf/q question", "no text: it was erased", "a text")
    ]
    assert fields["question"] == SECRET


def digest(shelves: Shelves) -> str:
    (event,) = [event for event in shelves.bench.events() if event.kind == "query-answered/v1"]
    return str(event.question)  # type: ignore[attr-defined]


def test_a_target_that_is_behind_is_compared_with_what_it_shows(pushed: Shelves) -> None:
    pushed.bench.append(activated("v1"), activated("v9"))
    seen = pushed.runner().verify(SHELF)
    assert (seen.count, seen.behind) == (0, 2)


def test_more_findings_than_can_be_kept_are_counted(
    pushed: Shelves, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(verifying, "MOST_FINDINGS", 2)
    pushed.store().commit([Write("shelf", f"x{n}", {}) for n in range(5)])
    seen = pushed.runner().verify(SHELF)
    assert (seen.count, len(seen.findings)) == (5, 2)


class Busy(MirrorStore):
    """Before the documents are walked the first times, something else happens."""

    def __init__(self, path: Path, meanwhile: Sequence[Callable[[], object]]) -> None:
        super().__init__(path)
        self.meanwhile = list(meanwhile)

    def scan(self, collection: str, *, after: str = "") -> Iterator[Stored]:
        if self.meanwhile:
            self.meanwhile.pop(0)()
        return super().scan(collection, after=after)


def test_what_another_writer_pushes_meanwhile_is_no_drift(pushed: Shelves) -> None:
    def goes_on() -> None:
        pushed.bench.append(activated("v1"), activated("v9"))
        pushed.runner().push(SHELF)

    store = Busy(pushed.bench.folder / "mirror.db", [goes_on])
    seen = pushed.runner(store).verify(SHELF)
    assert (seen.count, seen.documents, seen.behind) == (0, 4, 0)
    store.meanwhile = [goes_on] * 9
    with pytest.raises(CannotCheck, match="is written all the time"):
        pushed.runner(store).verify(SHELF)


def test_what_is_appended_and_pushed_after_a_look_at_the_position_is_no_rollback(
    pushed: Shelves, monkeypatch: pytest.MonkeyPatch
) -> None:
    reader = pushed.runner()
    head = pushed.bench.ledger.head

    def goes_on() -> Head:
        monkeypatch.undo()
        seen = head()
        pushed.bench.append(activated("v9"))
        pushed.runner(machine="other").push(SHELF)
        return seen

    monkeypatch.setattr(pushed.bench.ledger, "head", goes_on)
    assert reader.standing(SHELF).problem is None
    assert reader.verify(SHELF).count == 0


def test_a_position_that_was_deleted_by_hand_is_seen(pushed: Shelves) -> None:
    pushed.store().commit([Write(POSITIONS, "shelf", None)])
    assert pushed.runner().standing(SHELF).problem is not None
    with pytest.raises(Conflict, match="holds documents, such as q, and no position"):
        pushed.runner().verify(SHELF)


def test_a_position_that_says_nothing_is_a_problem_of_this_collection(pushed: Shelves) -> None:
    pushed.store().commit([Write(POSITIONS, "shelf", {"size": "many"})])
    at = pushed.runner().standing(SHELF)
    assert (at.size, at.documents) == (None, 3)
    assert at.problem is not None
    assert "was changed by hand" in at.problem
