"""The Python chain: its own rule, and everything that the rule leaves open."""

import json
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from legacy_samples import sample
from migrations.big_ledgers import (
    GENESIS_DATA,
    python_block,
    python_chain,
    training_data,
    write_python_ledger,
)
from migrations.judged import SECRET, Judged, judge_file
from oneseek.migrations.ledgers.python_chain import judge
from oneseek.migrations.look import Look
from oneseek.migrations.verdicts import Verdict

SAID = {"ledger-not-covered", "ledger-end-unproven"}
"""What is said of every chain that can be read: neither can be seen from the file."""
V, C = "verified", "contradicted"

# Of each variant: verdict of the whole, verdicts of the blocks, further findings, gaps.
VARIANTS: dict[str, tuple[str, str, set[str], list[str]]] = {
    "00_valid": (V, "VVVVVV", set(), []),
    "01_data_tampered": (C, "VCVVVV", {"ledger-hash", "ledger-data-hash"}, []),
    "02_event_type_tampered": (V, "VVVVVV", {"ledger-type-doubtful"}, []),
    "03_validator_tampered": (V, "VVVVVV", {"ledger-validator-doubtful"}, []),
    "04_tail_truncated": (C, "VVVV", {"ledger-count"}, ["missing-blocks"]),
    "05_middle_deleted": (
        C,
        "VVVCV",
        {"ledger-number", "ledger-link", "ledger-count"},
        ["missing-blocks"],
    ),
    "06_reordered": (
        C,
        "VVVCCC",
        {"ledger-number", "ledger-link", "ledger-order", "ledger-time-order"},
        [],
    ),
    "07_full_rewrite_from_block1": (V, "VVVVVV", set(), []),
    "08_tamper_reports_two_errors": (C, "VVCVVV", {"ledger-hash", "ledger-data-hash"}, []),
    "09_all_tampered_negative_count": (
        C,
        "CCCCCC",
        {"ledger-hash", "ledger-data-hash", "ledger-genesis"},
        [],
    ),
    "10_block_id_null": (C, "VVCVVV", {"ledger-number", "ledger-hash"}, []),
    "11_concat_ambiguity": (
        C,
        "VC",
        {"ledger-number", "ledger-ambiguous", "ledger-time", "ledger-count"},
        ["missing-blocks"],
    ),
    "15_utf8_bom": (V, "VVVVVV", set(), []),
    "18_duplicate_last_block": (
        C,
        "VVVVVVC",
        {"ledger-duplicate-number", "ledger-link", "ledger-count"},
        [],
    ),
    "19_genesis_tampered": (C, "CVVVVV", {"ledger-hash"}, []),
    "20_fork_of_block4": (C, "VVVVV", {"ledger-count"}, ["missing-blocks"]),
}
UNREADABLE = {
    "12_truncated_json": ("ledger-cut", "cut"),
    "13_empty_file": ("ledger-empty", "cut"),
    "14_latin1": ("ledger-undecodable", "unreadable"),
    "16_blocks_missing_key": ("ledger-shape", "unreadable"),
    "17_bare_list": ("ledger-shape", "unreadable"),
}


def letters(judged: Judged) -> str:
    return "".join(block.verdict.name[0] for block in judged.blocks)


@pytest.mark.parametrize("name", VARIANTS)
def test_a_variant_that_can_be_read_gets_what_its_notes_demand(name: str) -> None:
    verdict, blocks, checks, gaps = VARIANTS[name]
    judged = judge_file("python_chain", sample("py_ledger_variants") / name / "ledger.json")
    assert judged.whole.verdict == verdict
    assert letters(judged) == blocks
    assert judged.checks == checks | SAID
    assert judged.gaps == gaps


@pytest.mark.parametrize("name", UNREADABLE)
def test_of_a_variant_that_its_program_could_not_read_nothing_is_imported(name: str) -> None:
    judged = judge_file("python_chain", sample("py_ledger_variants") / name / "ledger.json")
    check, gap = UNREADABLE[name]
    assert (judged.checks, judged.gaps, judged.blocks) == ({check}, [gap], [])
    assert judged.whole.verdict is Verdict.ASSERTED
    assert "bytes are kept" in judged.whole.reason


def test_there_is_no_variant_that_is_not_in_the_tables() -> None:
    there = {entry.name for entry in sample("py_ledger_variants").iterdir() if entry.is_dir()}
    assert there == set(VARIANTS) | set(UNREADABLE)


@pytest.mark.parametrize(
    ("tree", "versions"),
    [
        ("era1_oqt_1_0", {"1": "1.0.0", "2": "1.1.0"}),
        ("era2_identity_simulated_en_sv", {"1": "1.1", "2": "1.1-SV"}),
        ("era3_signed_dynamic", {}),
        ("certified_cli", {}),
    ],
)
def test_the_chain_of_every_era_recomputes_and_names_its_versions(
    tree: str, versions: dict[str, str]
) -> None:
    file = sample(tree) / "ml/ledger/ledger.json"
    judged = judge_file("python_chain", file, wanted=frozenset({"1", "2", "9"}))
    assert judged.whole.verdict is Verdict.VERIFIED
    assert judged.whole.named == versions
    assert "not covered" in judged.whole.reason
    assert all("not covered" in block.reason for block in judged.blocks)


def written(folder: Path, blocks: list[Any], **top: object) -> Path:
    document = {"blocks": blocks, "last_updated": "2026-01-01T00:00:00", "block_count": len(blocks)}
    file = folder / "ledger.json"
    file.write_text(json.dumps(document | top, indent=2), encoding="utf-8")
    return file


def test_a_branch_in_the_same_file_is_told_as_one(tmp_path: Path) -> None:
    blocks = python_chain(4)
    other = python_block(3, blocks[2]["current_hash"], training_data(77))
    judged = judge_file("python_chain", written(tmp_path, [*blocks, other]))
    assert letters(judged) == "VVVVC"
    assert {"ledger-fork", "ledger-duplicate-number"} <= judged.checks
    assert judged.gaps == ["forked"]


def test_a_second_chain_in_the_same_file_is_a_restart(tmp_path: Path) -> None:
    judged = judge_file("python_chain", written(tmp_path, python_chain(3) + python_chain(2)))
    assert letters(judged) == "VVVCV"
    assert "ledger-restarted" in judged.checks
    assert set(judged.gaps) == {"restarted"}


def test_a_chain_without_its_genesis_says_what_is_missing(tmp_path: Path) -> None:
    judged = judge_file("python_chain", written(tmp_path, python_chain(6)[3:]))
    assert letters(judged) == "CVV"
    assert {"ledger-genesis", "ledger-number"} <= judged.checks
    assert [gap.evidence for gap in judged.whole.gaps] == ["numbers 0 to 2: no such block is there"]


def test_a_genesis_of_another_making_is_contradicted(tmp_path: Path) -> None:
    data = {**GENESIS_DATA, "description": "mine"}
    block = python_block(0, "0" * 64, data, event_type="genesis")
    judged = judge_file("python_chain", written(tmp_path, [block]))
    assert letters(judged) == "C"
    assert "ledger-genesis" in judged.checks


def test_an_empty_list_of_blocks_is_a_gap(tmp_path: Path) -> None:
    judged = judge_file("python_chain", written(tmp_path, []))
    assert (judged.gaps, judged.whole.verdict) == (["missing-blocks"], Verdict.ASSERTED)


def test_odd_entries_in_the_list_are_contradicted_and_the_rest_is_judged(tmp_path: Path) -> None:
    blocks: list[Any] = python_chain(2)
    judged = judge_file("python_chain", written(tmp_path, [*blocks, None, 7, "x", [], {}]))
    assert letters(judged) == "VVCCCCC"
    assert judged.found("ledger-block").endswith("(5 times; this is the first)")


def test_texts_of_people_do_not_come_out(tmp_path: Path) -> None:
    blocks = python_chain(2)
    secret = python_block(
        2, blocks[1]["current_hash"], {"question": SECRET, "provenance": [f"trainer:{SECRET}"]}
    )
    secret |= {"event_type": SECRET, "signatures": {"data_hash": SECRET, "validator": SECRET}}
    odd = {"block_id": SECRET, "timestamp": SECRET, "previous_hash": SECRET, "current_hash": SECRET}
    odd |= {"event_type": SECRET, "data": SECRET}
    file = written(tmp_path, [*blocks, secret, odd], last_updated=SECRET, block_count=SECRET)
    assert letters(judge_file("python_chain", file)) == "VVCC"


CHAIN = python_chain(5)
COVERED = ("block_id", "timestamp", "previous_hash", "current_hash", "data", "signatures.data_hash")
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner),
    max_leaves=5,
)


@given(st.integers(0, 4), st.sampled_from(COVERED), JSON)
def test_any_change_of_a_covered_field_is_contradicted(
    tmp_path_factory: pytest.TempPathFactory, at: int, field: str, value: Any
) -> None:
    blocks = deepcopy(CHAIN)
    place: Any = blocks[at]
    *outer, last = field.split(".")
    for step in outer:
        place = place[step]
    same = json.dumps(place[last], sort_keys=True) == json.dumps(value, sort_keys=True)
    place[last] = value
    judged = judge_file("python_chain", written(tmp_path_factory.mktemp("t"), blocks))
    assert (judged.whole.verdict is Verdict.CONTRADICTED) is not same
    assert (judged.blocks[at].verdict is Verdict.CONTRADICTED) is not same


@given(st.data())
def test_no_cut_and_no_flipped_byte_raises(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    folder = tmp_path_factory.mktemp("t")
    raw = bytearray(written(folder, python_chain(3)).read_bytes())
    at = data.draw(st.integers(0, len(raw) - 1))
    file = folder / "odd.json"
    file.write_bytes(raw[:at])
    cut = judge_file("python_chain", file)
    assert (cut.blocks, cut.checks) == ([], {"ledger-cut" if at else "ledger-empty"})
    raw[at] = data.draw(st.integers(0, 255))
    file.write_bytes(raw)
    judge_file("python_chain", file)


def test_a_long_chain_is_read_in_windows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("oneseek.migrations.ledgers.window.WINDOW_BYTES", 1000)
    file = tmp_path / "ledger.json"
    write_python_ledger(file, 50)
    judged = judge_file("python_chain", file)
    assert letters(judged) == "V" * 50
    raw = file.read_bytes()
    for block in judged.blocks:
        found = json.loads(raw[block.offset : block.offset + block.length])
        assert str(found["block_id"]) == block.number


def test_a_chain_that_was_put_aside_says_that_another_was_begun(tmp_path: Path) -> None:
    file = written(tmp_path, python_chain(2))
    aside = file.rename(tmp_path / "ledger_corrupted_20261120_183153.json.bak")
    judged = judge_file("python_chain", aside)
    assert judged.whole.verdict is Verdict.VERIFIED
    assert ("ledger-backup" in judged.checks, judged.gaps) == (True, ["restarted"])


def test_a_chain_beside_one_that_was_put_aside_is_not_the_first(tmp_path: Path) -> None:
    file = written(tmp_path, python_chain(2))
    names = frozenset({"ledger.json", "ledger_corrupted_20261120_183153.json.bak"})
    look = Look(file, "ledger.json", size=1, digest="0" * 64, siblings=lambda: names)
    whole = judge(look, lambda block: None)
    assert [gap.what for gap in whole.gaps] == ["restarted"]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('"block_id": 1,', '"block_id": 9, "block_id": 1,'),
        ('"training_samples": 1,', '"training_samples": 9, "training_samples": 1,'),
        ('"block_count": 3', '"block_count": 9, "block_count": 3'),
    ],
)
def test_a_key_that_stands_twice_is_told_though_the_last_one_counts(
    tmp_path: Path, old: str, new: str
) -> None:
    file = written(tmp_path, python_chain(3))
    text = file.read_text()
    assert old in text
    file.write_text(text.replace(old, new))
    judged = judge_file("python_chain", file)
    assert judged.checks == SAID | {"ledger-repeated-keys"}
    assert judged.whole.verdict is Verdict.VERIFIED
