"""The lists without a chain: certified models, last trainings, resets."""

import json
from pathlib import Path

import pytest

from legacy_samples import sample
from migrations.judged import SECRET, Judged, judge_file
from oneseek.migrations.verdicts import Verdict

MODEL = {
    "directory": "OneSeek-7B-Zero.v1.0.sv.dsx.00000000.11111111",
    "createdAt": "2026-11-20T18:24:29.850219Z",
    "dna": "OneSeek-7B-Zero.v1.0.sv.dsx.00000000.11111111",
    "certifiedBy": "training-system",
    "immutableHash": "sha256:" + "0" * 64,
}
RESET = {"action": "FULL_RESET", "timestamp": "2026-11-20T18:29:29.560Z", "user": "Admin"}


def judged(ledger: str, folder: Path, document: object) -> Judged:
    file = folder / "list.json"
    file.write_bytes(document if isinstance(document, bytes) else json.dumps(document).encode())
    return judge_file(ledger, file)


def letters(found: Judged) -> str:
    return "".join(block.verdict.name[0] for block in found.blocks)


@pytest.mark.parametrize(
    ("tree", "models"), [("certified_cli", 2), ("reset_before_after/0_before", 3)]
)
def test_the_models_of_the_samples_are_asserted_and_unchained(tree: str, models: int) -> None:
    file = sample(tree) / "models/oneseek-certified/ledger_proof.json"
    found = judge_file("proof_models", file)
    assert letters(found) == "A" * models
    assert found.checks == {"ledger-unchained", "time-false-z"}
    assert all("not signed" in block.reason for block in found.blocks)


def test_a_proof_that_disagrees_with_itself_is_contradicted(tmp_path: Path) -> None:
    models = [
        MODEL,
        MODEL | {"directory": SECRET},
        MODEL | {"immutableHash": SECRET},
        {"dna": "x"},
        None,
    ]
    found = judged("proof_models", tmp_path, {"models": models})
    assert letters(found) == "ACCCC"
    assert found.checks == {
        "ledger-unchained",
        "time-false-z",
        "proof-directory",
        "proof-hash",
        "proof-repeated",
        "entry-fields",
        "ledger-block",
    }


def test_a_proof_without_models_is_a_gap(tmp_path: Path) -> None:
    assert judged("proof_models", tmp_path, {"models": []}).gaps == ["missing-blocks"]
    assert judged("proof_models", tmp_path, {"models": 3}).checks == {"ledger-shape"}
    assert judged("proof_models", tmp_path, []).checks == {"ledger-shape"}
    assert judged("proof_models", tmp_path, b"").checks == {"ledger-empty"}


NEWER = {"modelName": "x", "dna": "x", "timestamp": "t", "accuracy": None, "immutableHash": "y"}
OLDER = {"modelVersion": "1.0", "timestamp": "t", "samples": 3, "metrics": {"accuracy": 87.6}}


def test_both_shapes_of_a_history_are_asserted(tmp_path: Path) -> None:
    found = judged("training_history", tmp_path, [OLDER, NEWER])
    assert letters(found) == "AA"
    assert found.checks == {"history-shapes", "history-percent"}
    assert found.gaps == []


def test_a_full_history_has_lost_what_was_before(tmp_path: Path) -> None:
    assert judged("training_history", tmp_path, [NEWER] * 49).gaps == []
    assert judged("training_history", tmp_path, [NEWER] * 50).gaps == ["last-50-only"]
    assert "history-length" in judged("training_history", tmp_path, [NEWER] * 51).checks


def test_what_the_program_did_not_write_into_a_history_is_told(tmp_path: Path) -> None:
    odd = [{key: NEWER[key] for key in NEWER if key != "immutableHash"}]
    found = judged("training_history", tmp_path, [*odd, NEWER | {"accuracy": 0.9}, 3, {}])
    assert letters(found) == "AACC"
    assert found.checks == {"history-hash-missing", "history-accuracy", "ledger-block"}
    assert judged("training_history", tmp_path, {"a": 1}).checks == {"ledger-shape"}
    assert judged("training_history", tmp_path, b"[").checks == {"ledger-cut"}


@pytest.mark.parametrize("tree", ["1_after_first_reset", "2_after_second_reset"])
def test_after_a_reset_the_history_is_erased_not_absent(tree: str) -> None:
    folder = sample("reset_before_after") / tree / "models/oneseek-certified"
    found = judge_file("reset_log", folder / ".ledger/reset-log.jsonl")
    assert letters(found) == "A"
    assert found.gaps == ["erased-by-reset"]
    assert "erased, not absent" in found.whole.reason


def test_odd_lines_of_a_reset_log_are_told(tmp_path: Path) -> None:
    lines = [
        json.dumps(RESET),
        "",
        "no json",
        "[" * 5000,
        json.dumps(RESET | {"timestamp": SECRET}),
    ]
    raw = b"\xef\xbb\xbf" + "\n".join(lines).encode() + b"\n\xff\n"
    found = judged("reset_log", tmp_path, raw)
    assert letters(found) == "ACCAC"
    assert found.checks == {"reset-log-length", "ledger-block", "ledger-time"}
    assert set(found.gaps) == {"erased-by-reset"}


def test_an_empty_reset_log_is_still_evidence_of_a_reset(tmp_path: Path) -> None:
    found = judged("reset_log", tmp_path, b"")
    assert (found.gaps, found.whole.verdict) == (["erased-by-reset"], Verdict.ASSERTED)


@pytest.mark.parametrize(
    "ledger",
    [
        *("python_chain", "firestore_chain", "javascript_chain", "proof_models"),
        *("signed_entry", "training_history", "reset_log"),
    ],
)
def test_a_file_that_is_gone_ends_in_a_finding(ledger: str, tmp_path: Path) -> None:
    from importlib import import_module

    from oneseek.migrations.look import Look

    judge = import_module(f"oneseek.migrations.ledgers.{ledger}").judge
    look = Look(tmp_path / "gone", "gone", size=1, digest="0" * 64)
    whole = judge(look, lambda block: None)
    assert [finding.check for finding in whole.findings] == ["ledger-gone"]
