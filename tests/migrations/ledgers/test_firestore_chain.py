"""The Firestore ledger: no block recomputes as stored, and how far one can be reconstructed."""

import json
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from legacy_samples import sample
from migrations.big_ledgers import firestore_block, firestore_chain
from migrations.judged import SECRET, Judged, judge_file
from oneseek.migrations.verdicts import Verdict

SAID = {"ledger-hash-as-stored", "ledger-not-covered", "ledger-end-unproven"}
"""What is said of every ledger of this kind."""
CUT = "question-cut-within-character"


def written(folder: Path, document: object, **more: object) -> Path:
    if isinstance(document, list):
        document = {"oqt_ledger": {str(block["blockNumber"]): block for block in document}} | more
    file = folder / "export.json"
    file.write_text(json.dumps(document))
    return file


def letters(judged: Judged) -> str:
    return "".join(block.verdict.name[0] for block in judged.blocks)


@pytest.mark.parametrize("order", ["insertion_order", "keys_sorted"])
@pytest.mark.parametrize(
    ("run", "blocks", "further"), [("run1", 5, set()), ("run2", 6, {"training-unchained"})]
)
def test_every_block_of_both_runs_is_verified_by_reconstruction(
    run: str, order: str, blocks: int, further: set[str]
) -> None:
    """The notes: 11 of 11, none as stored, one batch training without its event."""
    judged = judge_file("firestore_chain", sample("firestore_export") / f"{run}_{order}.json")
    assert letters(judged) == "R" * blocks
    assert judged.whole.verdict is Verdict.RECONSTRUCTED
    assert judged.checks == SAID | {"training-event-missing", "input-hash-short"} | further
    assert judged.found("ledger-hash-as-stored").endswith(f"({blocks} times; this is the first)")
    assert judged.gaps == ["missing-records"]
    assert "block 3" in judged.whole.gaps[0].evidence
    assert all("ms after that of its data" in block.reason for block in judged.blocks)


def test_both_runs_name_the_same_versions() -> None:
    """State was in memory: which version is meant, no number tells."""
    named = [
        judge_file(
            "firestore_chain",
            sample("firestore_export") / f"{run}_keys_sorted.json",
            wanted=frozenset("234"),
        ).whole.named
        for run in ("run1", "run2")
    ]
    assert named[0]["2"] == named[1]["2"] == "1.2.0"
    assert named[0]["3"] == named[1]["3"] == "1.2.1"


@pytest.mark.parametrize("later", [0, 1, 999])
def test_the_reason_says_which_time_was_put_back(tmp_path: Path, later: int) -> None:
    judged = judge_file("firestore_chain", written(tmp_path, firestore_chain(3, later=later)))
    assert letters(judged) == "RRR"
    assert all(f"the time {later} ms after" in block.reason for block in judged.blocks)


def test_a_time_after_the_stored_one_is_not_searched(tmp_path: Path) -> None:
    blocks = firestore_chain(2, later=5)
    blocks[1]["timestamp"]["_nanoseconds"] -= 3_000_000
    judged = judge_file("firestore_chain", written(tmp_path, blocks))
    assert letters(judged) == "RC"
    assert "ledger-hash" in judged.checks


def test_a_block_that_kept_its_time_is_verified_as_it_is(tmp_path: Path) -> None:
    """As a copy that was made before the writer replaced the time would be."""
    block = firestore_block(0, "0" * 64, "genesis", "x", later=0)
    block["timestamp"] = block["data"]["timestamp"]
    judged = judge_file("firestore_chain", written(tmp_path, [block]))
    assert letters(judged) == "V"
    assert "ledger-hash-as-stored" not in judged.checks


LAYOUTS = {
    "wrapped": lambda blocks: {"__collections__": {"oqt_ledger": blocks}},
    "list in an object": lambda blocks: {"oqt_ledger": list(blocks.values())},
    "blocks alone": lambda blocks: blocks,
    "a list alone": lambda blocks: list(blocks.values()),
    "others first": lambda blocks: {"users": {"a": {}}, "oqt_ledger": blocks},
}
TIMES = {
    "_seconds": lambda time: time,
    "seconds": lambda time: {key[1:]: value for key, value in time.items()},
    "wrapped": lambda time: {
        "__datatype__": "timestamp",
        "value": {key: value for key, value in time.items()},
    },
}


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("time", TIMES)
def test_every_layout_and_spelling_of_time_is_read(tmp_path: Path, layout: str, time: str) -> None:
    blocks = firestore_chain(12)
    for block in blocks:
        block["timestamp"] = TIMES[time](block["timestamp"])
    by_id = {str(block["blockNumber"]): block for block in blocks}
    # As exports sort them: 0, 1, 10, 11, 2 … so that predecessors come later.
    document = LAYOUTS[layout](dict(sorted(by_id.items())))
    judged = judge_file("firestore_chain", written(tmp_path, document))
    assert letters(judged) == "R" * 12
    assert judged.gaps == []


HALF = "x" * 99


@pytest.mark.parametrize("kept", [HALF + "\ufffd...", HALF + "?...", HALF + "..."])
def test_half_a_character_that_firestore_lost_is_put_back(tmp_path: Path, kept: str) -> None:
    """The code cut the question in a pair; Firestore cannot keep the half that was hashed."""
    chain = firestore_chain(1)
    content = {"queryId": "q", "question": HALF + "\ud83d...", "modelVersion": "1"}
    block = firestore_block(1, chain[0]["hash"], "query", content)
    block["data"]["content"]["question"] = kept
    judged = judge_file("firestore_chain", written(tmp_path, [*chain, block]))
    assert letters(judged) == "RR"
    assert "half a character put back (U+D83D)" in judged.blocks[1].reason
    assert CUT in judged.checks


def test_a_half_character_that_was_kept_needs_nothing(tmp_path: Path) -> None:
    chain = firestore_chain(1)
    content = {"queryId": "q", "question": HALF + "\ud83d...", "modelVersion": "1"}
    block = firestore_block(1, chain[0]["hash"], "query", content)
    judged = judge_file("firestore_chain", written(tmp_path, [*chain, block]))
    assert (letters(judged), CUT in judged.checks) == ("RR", False)


def test_another_question_that_was_cut_is_contradicted(tmp_path: Path) -> None:
    chain = firestore_chain(1)
    content = {"queryId": "q", "question": HALF + "\ud83d...", "modelVersion": "1"}
    block = firestore_block(1, chain[0]["hash"], "query", content)
    block["data"]["content"]["question"] = "y" * 99 + "\ufffd..."
    judged = judge_file("firestore_chain", written(tmp_path, [*chain, block]))
    assert (letters(judged), CUT in judged.checks) == ("RC", True)


def test_the_sample_document_is_no_block_and_may_stand_where_genesis_should(
    tmp_path: Path,
) -> None:
    sample_doc = {"_sample": True, "blockNumber": 0, "hash": "SHA256 hash of block"}
    content = {"queryId": "q", "question": "?", "modelVersion": "1"}
    block = firestore_block(1, "SHA256 hash of block", "query", content)
    document = {"oqt_ledger": {"_sample_doc": sample_doc, "1": block}}
    document["oqt_metrics"] = {"_sample_doc": {"_sample": True}}
    judged = judge_file("firestore_chain", written(tmp_path, document))
    assert letters(judged) == "R"
    assert "sample document" in judged.blocks[0].reason
    assert {"sample-document", "ledger-genesis"} <= judged.checks
    assert set(judged.gaps) == {"missing-blocks"}


def test_a_missing_block_and_a_missing_genesis_are_gaps(tmp_path: Path) -> None:
    blocks = firestore_chain(5)
    judged = judge_file("firestore_chain", written(tmp_path, [blocks[1], blocks[2], blocks[4]]))
    assert letters(judged) == "RRR"
    assert "its predecessor is not there" in judged.blocks[2].reason
    assert {gap.evidence for gap in judged.whole.gaps} == {
        "block 0 is not there",
        "block 3 is not there",
    }


def test_two_servers_that_wrote_at_a_time_left_a_fork(tmp_path: Path) -> None:
    blocks = firestore_chain(3)
    content = {"queryId": "z", "question": "?", "modelVersion": "1"}
    other = firestore_block(2, blocks[1]["hash"], "query", content)
    judged = judge_file("firestore_chain", written(tmp_path, {"oqt_ledger": [*blocks, other]}))
    assert letters(judged) == "RRCC"
    assert "ledger-duplicate-number" in judged.checks
    assert judged.gaps == ["forked"]


def test_an_overwritten_block_breaks_the_link_of_the_next(tmp_path: Path) -> None:
    blocks = firestore_chain(4)
    content = {"queryId": "z", "question": "?", "modelVersion": "1"}
    blocks[2] = firestore_block(2, blocks[1]["hash"], "query", content)
    judged = judge_file("firestore_chain", written(tmp_path, blocks))
    assert letters(judged) == "RRRC"
    assert "ledger-link" in judged.checks


def test_odd_documents_are_told_and_do_not_stop_it(tmp_path: Path) -> None:
    document: dict[str, Any] = {
        "oqt_ledger": {"a": None, "b": [], "c": {}, "d": {"blockNumber": 1}}
    }
    document["oqt_ledger"]["9"] = firestore_chain(1)[0]
    document |= {"oqt_queries": {"x": 1}, "oqt_metrics": [], "what": {"y": None}, "z": 3}
    judged = judge_file("firestore_chain", written(tmp_path, document))
    assert letters(judged) == "CCCCC"
    assert {"ledger-block", "ledger-document-id", "document-shape"} <= judged.checks


def test_what_the_collections_beside_it_show(tmp_path: Path) -> None:
    blocks = firestore_chain(3)
    more = {
        "oqt_queries": {"a": {"queryId": "q1", "question": "changed", "version": "1.2.0"}},
        "oqt_training_events": {
            "b": {"trainingId": "t9", "type": "weekly-batch", "newVersion": "1", "dateRange": None}
        },
        "oqt_metrics": {"c": {"version": "1.2.0"}, "d": {"version": "1.2.0"}},
        "oqt_provenance": {"e": {"inputHash": "-1ea6e53"}},
        "ai_interactions": {
            "f": {"question": SECRET, "question_hash": "0" * 64, "ledger_blocks": [0, 1]},
            "g": {"status": "ledger_verified"},
        },
    }
    judged = judge_file("firestore_chain", written(tmp_path, blocks, **more))
    assert judged.checks - SAID == {
        "query-differs",
        "training-event-missing",
        "document-fields",
        "training-unchained",
        "version-repeated",
        "input-hash-short",
        "question-hash",
        "ledger-reference-lost",
        "status-unfounded",
    }
    assert set(judged.gaps) == {"missing-records", "restarted", "lost-at-restart"}
    assert "2 ai_interactions" in judged.whole.reason


def test_versions_that_two_batches_made_are_told(tmp_path: Path) -> None:
    blocks = firestore_chain(1)
    events = {}
    for number in (1, 2):
        content = {"trainingId": f"t{number}", "trainingType": "batch"}
        content |= {"samplesProcessed": 3, "newVersion": "1.2.1"}
        blocks.append(firestore_block(number, blocks[-1]["hash"], "training", content))
        events[str(number)] = {"trainingId": f"t{number}", "type": "micro-training"}
    judged = judge_file("firestore_chain", written(tmp_path, blocks, oqt_training_events=events))
    assert "version-repeated" in judged.checks
    assert judged.gaps == ["restarted"]


def test_a_collection_in_a_file_of_its_own_is_counted_by_the_files_name(tmp_path: Path) -> None:
    file = tmp_path / "oqt_metrics.json"
    file.write_text('{"a": {"version": "1"}, "b": {"version": "1"}}')
    judged = judge_file("firestore_chain", file)
    assert "2 oqt_metrics" in judged.whole.reason
    assert "version-repeated" in judged.checks


def test_an_export_with_too_many_ids_to_compare_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("oneseek.migrations.ledgers.firestore_index.MOST_IDS", 2)
    more = {"oqt_queries": {"a": {"queryId": "elsewhere", "version": "1"}}}
    judged = judge_file("firestore_chain", written(tmp_path, firestore_chain(5), **more))
    assert letters(judged) == "RRRRR"
    assert judged.checks == SAID | {"ids-not-compared"}


def test_an_export_without_a_ledger_says_so(tmp_path: Path) -> None:
    judged = judge_file("firestore_chain", written(tmp_path, {"ai_interactions": {"a": {}}}))
    assert (judged.blocks, judged.whole.verdict) == ([], Verdict.ASSERTED)
    assert "1 ai_interactions" in judged.whole.reason


def test_texts_of_people_do_not_come_out(tmp_path: Path) -> None:
    blocks: list[dict[str, Any]] = firestore_chain(2)
    blocks[1]["data"]["content"] = {"question": SECRET, "newVersion": 1, "queryId": SECRET}
    blocks[1]["data"]["type"] = blocks[1]["previousHash"] = blocks[1]["hash"] = SECRET
    more = {SECRET: {SECRET: SECRET, "x": {"_sample": True}}, "oqt_queries": {SECRET: SECRET}}
    judge_file("firestore_chain", written(tmp_path, blocks, **more))


CHAIN = firestore_chain(3)
COVERED = "blockNumber previousHash data data.type data.content data.timestamp hash nonce".split()
JSON = st.none() | st.integers() | st.floats() | st.text(max_size=5) | st.lists(st.integers())


@given(st.integers(0, 2), st.sampled_from(COVERED), JSON)
def test_any_change_of_a_covered_field_is_contradicted(
    tmp_path_factory: pytest.TempPathFactory, at: int, field: str, value: Any
) -> None:
    blocks = deepcopy(CHAIN)
    place: Any = blocks[at]
    *outer, last = field.split(".")
    for step in outer:
        place = place[step]
    before = place.get(last, "absent")
    place[last] = value
    # The code hashed ``nonce || 0``, and both programs print these numbers alike.
    same = (type(before), before) == (type(value), value) or (
        field == "nonce" and (not value and value != [])
    )
    file = tmp_path_factory.mktemp("t") / "export.json"
    file.write_text(json.dumps({"oqt_ledger": dict(enumerate(blocks))}))
    judged = judge_file("firestore_chain", file)
    assert (judged.blocks[at].verdict is Verdict.CONTRADICTED) is not same


@given(st.data())
def test_no_cut_and_no_flipped_byte_raises(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    folder = tmp_path_factory.mktemp("t")
    raw = bytearray(written(folder, firestore_chain(2)).read_bytes())
    at = data.draw(st.integers(0, len(raw) - 1))
    file = folder / "odd.json"
    file.write_bytes(raw[:at])
    assert judge_file("firestore_chain", file).blocks == []
    raw[at] = data.draw(st.integers(0, 255))
    file.write_bytes(raw)
    judge_file("firestore_chain", file)
