"""Every old ledger is recognised, by its name or by what is in it, and nothing else is."""

import json
from pathlib import Path
from typing import Any

import pytest

from legacy_samples import sample
from migrations.big_ledgers import firestore_chain, python_chain
from migrations.judged import SECRET, look_at
from oneseek.migrations.discovery import all_formats
from oneseek.migrations.format import Format, LedgerFacts

LEDGERS = {
    "firestore-export": "firestore_chain",
    "javascript-ledger": "javascript_chain",
    "signed-run-entry": "signed_entry",
    "ledger-proof": "proof_models",
    "training-history": "training_history",
    "training-history-personal": "training_history",
    "reset-log": "reset_log",
    "python-ledger": "python_chain",
    "python-ledger-personal": "python_chain",
}
OURS = [form for form in all_formats() if form.name in LEDGERS]
VECTORS = Path(__file__).parents[1] / "ledgers"


def recognised(file: Path, path: str) -> Format | None:
    look = look_at(file, path)
    return next((form for form in OURS if form.matches(look)), None)


def name_of(folder: Path, path: str, data: bytes | object) -> str | None:
    file = folder / "some"
    file.write_bytes(data if isinstance(data, bytes) else json.dumps(data).encode())
    form = recognised(file, path)
    return form.name if form else None


def test_each_format_names_the_module_that_judges_it() -> None:
    assert {form.name for form in OURS} == set(LEDGERS)
    file = VECTORS / "javascript_dump.json"
    for form in OURS:
        reading = form.read(look_at(file))
        assert reading.facts == LedgerFacts(ledger=LEDGERS[form.name])
        assert reading.reason


@pytest.mark.parametrize(
    ("tree", "kind", "path"),
    [
        ("era1_oqt_1_0", "python-ledger", "ml/ledger/ledger.json"),
        ("era2_identity_simulated_en_sv", "python-ledger", "ml/ledger/ledger.json"),
        ("era3_signed_dynamic", "python-ledger", "ml/ledger/ledger.json"),
        (
            "era3_signed_dynamic",
            "signed-run-entry",
            "models/oneseek-certified/run-20251123-120000/ledger_proof.json",
        ),
        ("certified_cli", "ledger-proof", "models/oneseek-certified/ledger_proof.json"),
        ("firestore_export", "firestore-export", "run1_insertion_order.json"),
        ("firestore_export", "firestore-export", "run2_keys_sorted.json"),
        (
            "reset_before_after",
            "reset-log",
            "1_after_first_reset/models/oneseek-certified/.ledger/reset-log.jsonl",
        ),
    ],
)
def test_the_samples_are_recognised(tree: str, kind: str, path: str) -> None:
    form = recognised(sample(tree) / path, path)
    assert form is not None
    assert form.name == kind


def test_every_variant_of_the_python_ledger_is_recognised_whatever_is_left_of_it() -> None:
    for file in sample("py_ledger_variants").glob("*/ledger.json"):
        form = recognised(file, f"ml/ledger/{file.parent.name}/ledger.json")
        assert form is not None
        assert form.name == "python-ledger", file


def test_no_other_file_of_any_sample_is_taken_for_a_ledger() -> None:
    names = {"ledger.json", "ledger_proof.json", "reset-log.jsonl"}
    trees = ("era1_oqt_1_0", "era2_identity_simulated_en_sv", "era3_signed_dynamic")
    more = ("certified_cli", "reset_before_after", "micro_training", "oqt_docs_tree")
    for tree in trees + more:
        root = sample(tree)
        for file in root.rglob("*"):
            if file.is_file() and not file.is_symlink() and file.name not in names:
                path = file.relative_to(root).as_posix()
                assert recognised(file, path) is None, path


CHAIN: dict[str, Any] = {"blocks": python_chain(3), "block_count": 3}
ENTRY = {
    "event": "training",
    "dataset_hashes": [],
    "immutable_hash": "x",
    "signer_public_key": None,
}
MODELS = {"models": [{"dna": "x", "certifiedBy": "training-system", "immutableHash": "sha256:x"}]}
HISTORY = [{"modelName": "x", "dna": "y", "autoStopped": False, "samplesProcessed": 3}]
EXPORT = {"oqt_ledger": {str(block["blockNumber"]): block for block in firestore_chain(2)}}


@pytest.mark.parametrize(
    ("path", "content", "kind"),
    [
        ("saved.json", CHAIN, "python-ledger"),
        ("autonomy-ledger/ledger.json", CHAIN, "python-ledger"),
        ("ml/ledger/ledger_corrupted_20261120_183153.json.bak", b"{", "python-ledger"),
        ("ledger.json.bak", b"", "python-ledger"),
        ("ledger.json", b"\xff\xfe garbage", "python-ledger"),
        ("ledger.json", EXPORT, "firestore-export"),
        ("anything.json", EXPORT, "firestore-export"),
        ("blocks.txt", firestore_chain(2), "firestore-export"),
        ("anything.json", {"__collections__": EXPORT}, "firestore-export"),
        ("deep/ledger_proof.json", MODELS, "ledger-proof"),
        ("ledger_proof.json.bak", MODELS, "ledger-proof"),
        ("kept.json", MODELS, "ledger-proof"),
        ("ledger_proof.json", b"", "ledger-proof"),
        ("ledger_proof.json", ENTRY, "signed-run-entry"),
        ("run-20251123-120000/ledger_proof.json", b"", "signed-run-entry"),
        ("run-20251123-120000/ledger_proof.json", MODELS, "ledger-proof"),
        ("kept.json", [ENTRY], "signed-run-entry"),
        ("ml/training_history.json", b"[", "training-history"),
        ("kept.json", HISTORY, "training-history"),
        (".ledger/reset-log.jsonl", b"", "reset-log"),
        ("kept.jsonl", b'{"action":"FULL_RESET","timestamp":"x"}\n', "reset-log"),
        ("oqt_queries.json", {"a": {"question": SECRET}}, "firestore-export"),
        ("training_results.json", {"epochs": 3, "proof": ENTRY}, None),
        ("README.md", b"the ledger", None),
        ("weights.safetensors", json.dumps(CHAIN).encode(), None),
        ("config.json", {"ledger": "oqt_ledger", "models": []}, None),
    ],
)
def test_names_and_contents_decide_together(
    tmp_path: Path, path: str, content: object, kind: str | None
) -> None:
    assert name_of(tmp_path, path, content) == kind


def test_a_dump_of_the_backend_is_told_from_the_python_chain(tmp_path: Path) -> None:
    dump = json.loads((VECTORS / "javascript_dump.json").read_bytes())
    assert name_of(tmp_path, "dump.json", dump) == "javascript-ledger"
    assert name_of(tmp_path, "dump.json", dump[::-1]) == "javascript-ledger"
    assert name_of(tmp_path, "ledger.json", {"blocks": dump[2:]}) == "javascript-ledger"


def test_a_python_ledger_with_texts_of_people_is_kept_sealed(tmp_path: Path) -> None:
    chain = [*CHAIN["blocks"], {"data": {"question": SECRET}}]
    assert name_of(tmp_path, "ledger.json", {"blocks": chain}) == "python-ledger-personal"
    late = json.dumps(CHAIN).encode() + b" " * 2**21 + b'"answer" : "x"'
    assert name_of(tmp_path, "ledger.json", late) == "python-ledger-personal"
    personal = {form.name for form in OURS if form.personal}
    assert personal == {
        "firestore-export", "javascript-ledger", "python-ledger-personal",
        "training-history-personal",
    }  # fmt: skip
