"""The files in firebase/, without an emulator: rules, indexes, and what names them."""

import json
import re
from pathlib import Path

import pytest

from oneseek.domain.projections.collections.all import COLLECTIONS
from oneseek.domain.projections.collections.reads import READS, UNINDEXED, Index, index_for

FOLDER = Path(__file__).parents[2] / "firebase"
RULES = re.sub(r"//.*", "", (FOLDER / "firestore.rules").read_text("utf-8"))
INDEXES = json.loads((FOLDER / "firestore.indexes.json").read_text("utf-8"))
MATCHES = dict(re.findall(r"match /(\w+)/\{id\} \{(.*?)\n    \}", RULES, re.S))
PROJECTED = [*(item.name for item in COLLECTIONS), "oqt_projections"]


def test_the_settings_of_firebases_tool_name_the_files() -> None:
    named = json.loads((FOLDER / "firebase.json").read_text("utf-8"))["firestore"]
    assert set(named) == {"rules", "indexes"}
    assert all((FOLDER / name).is_file() for name in named.values())


@pytest.mark.parametrize("collection", PROJECTED)
def test_a_projected_collection_has_a_rule_for_reading_and_none_for_writing(
    collection: str,
) -> None:
    allowed = re.findall(r"allow (.*?):", MATCHES[collection])
    assert allowed == ["read"]
    assert "true" not in MATCHES[collection]


def test_no_rule_is_for_everything() -> None:
    assert "{document=**}" not in RULES
    assert RULES.count("match /") == len(MATCHES) + 1
    assert {*MATCHES} == {*PROJECTED, "ai_interactions", "admin_settings", "users"}


def test_exactly_the_indexes_are_declared_that_a_query_needs() -> None:
    declared = [
        Index(
            item["collectionGroup"],
            tuple((field["fieldPath"], field["order"] == "DESCENDING") for field in item["fields"]),
        )
        for item in INDEXES["indexes"]
    ]
    assert all(item["queryScope"] == "COLLECTION" for item in INDEXES["indexes"])
    assert len(declared) == len(set(declared))
    assert set(declared) == {index for read in READS if (index := index_for(read))}


def test_exactly_the_long_texts_are_taken_out_of_the_indexes() -> None:
    overrides = INDEXES["fieldOverrides"]
    assert all(item["indexes"] == [] for item in overrides)
    named = [(item["collectionGroup"], item["fieldPath"]) for item in overrides]
    assert sorted(named) == sorted(UNINDEXED)


def test_no_query_asks_for_what_no_index_holds() -> None:
    for read in READS:
        assert not {(read.collection, name) for name in (read.latest, *read.equal)} & {*UNINDEXED}
