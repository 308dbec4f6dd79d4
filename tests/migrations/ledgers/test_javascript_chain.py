"""Dumps of the ledger in memory, hashed by a real Node: both orders, every layout."""

import json
import shutil
import subprocess
import sys
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from migrations.judged import SECRET, Judged, judge_file
from oneseek.migrations.verdicts import Verdict

HERE = Path(__file__).parent
DUMP: list[dict[str, Any]] = json.loads((HERE / "javascript_dump.json").read_bytes())
SAID = {"ledger-not-covered", "ledger-end-unproven", "ledger-type"}
"""Block 2 of the dump has no event type: its caller named it wrongly."""


def letters(judged: Judged) -> str:
    return "".join(block.verdict.name[0] for block in judged.blocks)


def written(folder: Path, document: object) -> Path:
    file = folder / "dump.json"
    file.write_text(json.dumps(document))
    return file


def test_what_node_hashed_is_verified_and_the_rest_of_the_memory_is_lost() -> None:
    judged = judge_file("javascript_chain", HERE / "javascript_dump.json")
    assert letters(judged) == "VVVV"
    assert (judged.checks, judged.gaps) == (SAID, ["lost-at-restart"])


def test_a_firestore_export_that_node_hashed_is_reconstructed() -> None:
    judged = judge_file("firestore_chain", HERE / "firestore_export.json")
    assert letters(judged) == "RRRR"
    for later, block in enumerate(judged.blocks):
        assert f"the time {later} ms after" in block.reason


def test_the_vectors_are_those_of_the_installed_node(tmp_path: Path) -> None:
    if shutil.which("node") is None:
        pytest.skip("no node is installed here")
    subprocess.run([sys.executable, str(HERE / "make_vectors.py"), str(tmp_path)], check=True)
    for name in ("javascript_dump.json", "firestore_export.json"):
        assert (tmp_path / name).read_bytes() == (HERE / name).read_bytes()


def test_newest_first_is_read_as_well_as_oldest_first(tmp_path: Path) -> None:
    judged = judge_file("javascript_chain", written(tmp_path, DUMP[::-1]))
    assert [block.number for block in judged.blocks] == ["3", "2", "1", "0"]
    assert letters(judged) == "VVVV"
    assert judged.checks == SAID


@pytest.mark.parametrize("name", ["blocks", "ledger", "data"])
def test_a_saved_answer_with_the_list_in_it_is_read(tmp_path: Path, name: str) -> None:
    document = {"success": True, name: DUMP, "count": 4, "other": [1, 2]}
    assert letters(judge_file("javascript_chain", written(tmp_path, document))) == "VVVV"


@pytest.mark.parametrize("order", [1, -1])
def test_a_missing_block_is_a_gap_in_both_orders(tmp_path: Path, order: int) -> None:
    document = [DUMP[0], DUMP[1], DUMP[3]][::order]
    judged = judge_file("javascript_chain", written(tmp_path, document))
    assert judged.verdicts == {"0": "verified", "1": "verified", "3": "contradicted"}
    assert "missing-blocks" in judged.gaps
    assert {"ledger-number", "ledger-link"} <= judged.checks


def test_a_dump_of_only_the_newest_says_that_what_was_before_is_missing(tmp_path: Path) -> None:
    judged = judge_file("javascript_chain", written(tmp_path, DUMP[:1:-1]))
    assert judged.verdicts == {"3": "verified", "2": "contradicted"}
    assert "missing-blocks" in judged.gaps


def test_a_restart_begins_a_second_chain(tmp_path: Path) -> None:
    judged = judge_file("javascript_chain", written(tmp_path, DUMP + DUMP))
    assert letters(judged) == "VVVVCVVV"
    assert "restarted" in judged.gaps


def test_odd_entries_and_odd_shapes_are_told(tmp_path: Path) -> None:
    judged = judge_file("javascript_chain", written(tmp_path, [*DUMP[:1], None, {}, 3]))
    assert letters(judged) == "VCCC"
    judged = judge_file("javascript_chain", written(tmp_path, {"x": 1}))
    assert (judged.checks, judged.blocks) == ({"ledger-shape"}, [])
    judged = judge_file("javascript_chain", written(tmp_path, []))
    assert judged.whole.verdict is Verdict.ASSERTED


def test_texts_of_people_do_not_come_out(tmp_path: Path) -> None:
    blocks = deepcopy(DUMP)
    for field in ("block_id", "timestamp", "event_type", "data"):
        blocks.append(DUMP[0] | {field: SECRET})
    judge_file("javascript_chain", written(tmp_path, blocks))


FIELDS = "block_id timestamp previous_hash event_type data current_hash".split()
JSON = st.none() | st.integers() | st.text(max_size=4) | st.lists(st.integers(), max_size=2)


@given(st.integers(0, 3), st.sampled_from(FIELDS), JSON)
def test_any_change_of_a_covered_field_is_contradicted(
    tmp_path_factory: pytest.TempPathFactory, at: int, field: str, value: Any
) -> None:
    blocks = deepcopy(DUMP)
    before = blocks[at].get(field, "absent")
    blocks[at][field] = value
    judged = judge_file("javascript_chain", written(tmp_path_factory.mktemp("t"), blocks))
    assert (judged.blocks[at].verdict is Verdict.CONTRADICTED) is (before != value)


@given(st.data())
def test_no_cut_and_no_flipped_byte_raises(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    raw = bytearray(json.dumps(DUMP).encode())
    at = data.draw(st.integers(0, len(raw) - 1))
    file = tmp_path_factory.mktemp("t") / "odd.json"
    file.write_bytes(raw[:at])
    assert judge_file("javascript_chain", file).blocks == []
    raw[at] = data.draw(st.integers(0, 255))
    file.write_bytes(raw)
    judge_file("javascript_chain", file)
