"""docs/firestore.md says what the code does, and its recipe verifies blocks without our code."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from cryptography.exceptions import InvalidSignature

import builders as make
from firestore_values import block_fields
from histories import ORIGIN, History, public_key
from oneseek.domain.events import ALL_EVENTS
from oneseek.domain.merkle.hashing import leaf_hash, tree_root
from oneseek.domain.merkle.proofs import inclusion_path
from oneseek.domain.projections.collections.all import COLLECTIONS
from oneseek.domain.projections.collections.block_types import BLOCK_TYPES
from oneseek.domain.projections.collections.reads import READS
from oneseek.domain.projections.folding import fold, units
from oneseek.domain.state.store import DictState

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "firestore.md").read_text("utf-8")
RULES = (ROOT / "firebase" / "firestore.rules").read_text("utf-8")
CHAPTERS: dict[str, str] = dict(re.findall(r"^## ([^\n]+)\n(.*?)(?=^## |\Z)", PAGE, re.M | re.S))
LOG = History()
LEAVES = [leaf_hash(raw) for raw in LOG.raws]


def rows(chapter: str) -> list[list[str]]:
    """Return the cells of the tables in a chapter, without their heads."""
    lines = [line for line in CHAPTERS[chapter].splitlines() if line.startswith("|")]
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
    heads = {number - 1 for number, row in enumerate(cells) if set(row[0]) == {"-"}}
    return [row for n, row in enumerate(cells) if n not in heads and set(row[0]) != {"-"}]


def quoted(text: str) -> list[str]:
    return re.findall(r"`([^`]+)`", text)


def block(index: int = 5, **changes: Any) -> dict[str, Any]:
    path = inclusion_path(
        index, len(LEAVES), lambda level, n: tree_root(LEAVES[n << level : (n + 1) << level])
    )
    size, root, note = len(LEAVES), tree_root(LEAVES), LOG.note.encode()
    return {**block_fields(index, LOG.raws[index], size, root, path, note), **changes}


@pytest.fixture(scope="module")
def verify() -> Callable[[dict[str, Any], str], None]:
    """The function of the page, with nothing of ours in reach."""
    (snippet,) = re.findall(r"^```python verify\n(.*?)^```$", PAGE, re.M | re.S)
    assert "oneseek" not in snippet
    space: dict[str, Any] = {}
    exec(compile(snippet, "docs/firestore.md", "exec"), space)
    found: Callable[[dict[str, Any], str], None] = space["verify"]
    return found


@pytest.mark.parametrize("index", range(len(LEAVES)))
def test_the_recipe_verifies_every_block(
    verify: Callable[[dict[str, Any], str], None], index: int
) -> None:
    verify(block(index), str(public_key()))
    witnessed = f"{LOG.note}— witness.example/w {'A' * 100}\n"
    verify(block(index, checkpoint=witnessed), str(public_key()))


@pytest.mark.parametrize(
    "changes",
    [
        {"entry": LOG.raws[5].decode().replace("anna", "eve")},
        {"blockNumber": 6},
        {"blockNumber": 5 + len(LEAVES)},
        {"proof": []},
        {"proof": ["0" * 64] * 5},
        {"treeSize": len(LEAVES) - 1},
        {"checkpoint": LOG.note.replace(f"\n{len(LEAVES)}\n", f"\n{len(LEAVES) + 1}\n")},
        {"checkpoint": LOG.signed("eve", ORIGIN)},
        {"checkpoint": LOG.signed(ORIGIN, "elsewhere.example/log")},
    ],
)
def test_the_recipe_refuses_whatever_is_changed(
    verify: Callable[[dict[str, Any], str], None], changes: dict[str, Any]
) -> None:
    with pytest.raises(Exception):  # noqa: B017, PT011 - the recipe uses whatever Python raises
        verify(block(**changes), str(public_key()))


def test_the_recipe_refuses_a_text_that_was_signed_otherwise(
    verify: Callable[[dict[str, Any], str], None],
) -> None:
    forged = LOG.note.replace("\n\n— ", "\nan extension\n\n— ")
    with pytest.raises(InvalidSignature):
        verify(block(checkpoint=forged), str(public_key()))


def test_every_kind_is_in_the_table_with_all_the_places_where_it_lands() -> None:
    told = {
        quoted(kind)[0]: (quoted(name)[0], content.split(", "), quoted(besides))
        for kind, name, content, besides in rows("Where each kind of event lands")
    }
    assert told == {
        kind.kind: (
            BLOCK_TYPES[kind].name,
            [field for field, _ in BLOCK_TYPES[kind].content],
            [item.name for item in COLLECTIONS[:-1] if kind in item.events],
        )
        for kind in ALL_EVENTS
    }


def names_in(fields: dict[str, Any]) -> set[str]:
    """Return the names of the fields, and of those inside maps that are not documents' own."""
    found = set(fields)
    for name in ("metadata", "metrics", "training", "data"):
        found |= set(fields.get(name) or ())
    for step in fields.get("processingSteps", ()):
        found |= set(step)
    return found


@pytest.mark.parametrize("collection", COLLECTIONS, ids=lambda item: item.name)
def test_every_field_of_a_document_is_explained_and_no_other(collection: Any) -> None:
    state = DictState()
    fold(collection, state, make.indexed(make.EXAMPLES))
    rendered = [collection.render(document) for _, document in units(collection, state)]
    found: set[str] = set()
    for item in rendered:
        fields = dict(block()) if item.proven else dict(item.fields)
        found |= names_in(fields)
    table = rows(collection.name)
    told = {name for row in table for name in quoted(row[0])}
    inside = {name for row in table for name in quoted(" ".join(row[1:]))}
    metrics = {name for row in rows("oqt_metrics") for name in quoted(row[1])}
    assert found <= told | inside | metrics
    tops = {name for item in rendered for name in item.fields}
    assert told == (tops or set(block()))


def test_the_tables_of_queries_and_rules_are_those_of_the_files() -> None:
    listed = {
        (quoted(name)[0], quoted(newest)[0], None if part == "all" else quoted(part)[0])
        for name, newest, where in rows("Queries and indexes")
        for part in where.split("; ")
    }
    assert listed == {
        (read.collection, read.latest, read.equal[0] if read.equal else None) for read in READS
    }
    ruled = {name for row in rows("Rules") for name in quoted(row[0])}
    assert ruled == set(re.findall(r"match /(\w+)/\{id\}", RULES))
