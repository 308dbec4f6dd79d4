"""A signed entry proves that nothing was changed; who signed it, only a pinned key tells."""

import json
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from legacy_samples import sample
from migrations.judged import SECRET, Judged, judge_file
from oneseek.migrations.verdicts import Verdict

KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
PUBLIC = KEY.public_key().public_bytes_raw().hex()
FIELDS: dict[str, Any] = {
    "event": "training",
    "model": "OneSeek-7B-Zero",
    "version": "1.0",
    "dna": "OneSeek-7B-Zero.v1.0.sv.dsÅ.00000000.11111111",
    "dataset_hashes": [{"path": "/srv/å.jsonl", "hash": "0" * 64}],
    "final_weights": {"b": 0.25, "a": 1e-7},
    "training_config": {"epochs": 6, "base_lr": 0.0001, "seed": 42},
    "timestamp": "2026-11-20T18:30:33.818173+00:00",
}


def canonical(value: object) -> bytes:
    text = json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return text.encode()


def entry(signed: bool = True, **changed: object) -> dict[str, Any]:
    made = FIELDS | {"immutable_hash": sha256(canonical(FIELDS)).hexdigest()}
    signature = KEY.sign(canonical(made)).hex()
    rest = {"signature": signature, "signer_public_key": PUBLIC} if signed else {}
    return made | {"signature": None, "signer_public_key": None} | rest | changed


def judged(folder: Path, document: object, **asked: frozenset[str]) -> Judged:
    file = folder / "ledger_proof.json"
    file.write_text(json.dumps(document, indent=2))
    return judge_file("signed_entry", file, **asked)


def test_the_sample_is_whole_and_its_signer_unknown_until_the_key_is_pinned() -> None:
    tree = sample("era3_signed_dynamic")
    file = tree / "models/oneseek-certified/run-20251123-120000/ledger_proof.json"
    found = judge_file("signed_entry", file)
    assert found.whole.verdict is Verdict.VERIFIED
    assert "signer unknown" in found.blocks[0].reason
    assert {"signer-unknown", "dataset-elsewhere", "ledger-unchained"} == found.checks
    found = judge_file("signed_entry", file, trusted=frozenset({PUBLIC.upper()}))
    assert "a key that you vouch for" in found.blocks[0].reason
    assert "signer-unknown" not in found.checks


def test_another_pinned_key_does_not_make_the_signer_known(tmp_path: Path) -> None:
    found = judged(tmp_path, entry(), trusted=frozenset({"ab" * 32}))
    assert "signer unknown" in found.blocks[0].reason


def test_an_entry_that_nobody_signed_says_so(tmp_path: Path) -> None:
    found = judged(tmp_path, entry(signed=False))
    assert found.whole.verdict is Verdict.VERIFIED
    assert "nobody signed it" in found.blocks[0].reason
    assert "signature-missing" in found.checks


@pytest.mark.parametrize("field", [*FIELDS, "immutable_hash"])
def test_a_change_of_a_hashed_field_is_contradicted(tmp_path: Path, field: str) -> None:
    found = judged(tmp_path, entry(**{field: "other"}))
    assert found.whole.verdict is Verdict.CONTRADICTED
    assert "ledger-hash" in found.checks


@pytest.mark.parametrize(
    "changed",
    [
        {"signature": "00" * 64},
        {"signature": "00"},
        {"signature": None},
        {"signature": SECRET},
        {"signature": ["00"]},
        {"signer_public_key": "ab" * 32},
        {"signer_public_key": None},
        {"signer_public_key": SECRET},
        {"signer_public_key": 7},
    ],
)
def test_a_signature_that_does_not_fit_is_contradicted(
    tmp_path: Path, changed: dict[str, object]
) -> None:
    found = judged(tmp_path, entry(**changed), trusted=frozenset({PUBLIC, "7", "None"}))
    assert found.whole.verdict is Verdict.CONTRADICTED
    assert "signature" in found.checks


@pytest.mark.parametrize(
    "key",
    [
        "01" + "00" * 31,
        "ec" + "ff" * 30 + "7f",
        "00" * 32,
        "00" * 31 + "80",
        "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
        "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
        "ee" + "ff" * 30 + "7f",
    ],
)
def test_a_key_under_which_anything_fits_is_refused(tmp_path: Path, key: str) -> None:
    forged = entry(signer_public_key=key, signature="01" + "00" * 63)
    found = judged(tmp_path, forged, trusted=frozenset({key}))
    assert found.whole.verdict is Verdict.CONTRADICTED
    assert "weak" in found.found("signature")


def test_a_field_that_no_hash_covers_is_told(tmp_path: Path) -> None:
    found = judged(tmp_path, entry(note=SECRET))
    assert found.whole.verdict is Verdict.VERIFIED
    assert "ledger-not-covered" in found.checks


@pytest.mark.parametrize("wrap", [lambda rows: rows, lambda rows: {"entries": rows}])
def test_lists_of_entries_are_judged_one_by_one(tmp_path: Path, wrap: Any) -> None:
    found = judged(tmp_path, wrap([entry(), entry(model="x"), None]))
    assert [block.verdict for block in found.blocks] == [
        Verdict.VERIFIED,
        Verdict.CONTRADICTED,
        Verdict.CONTRADICTED,
    ]


@pytest.mark.parametrize("document", [None, {}, 3, "x", [], {"entries": []}])
def test_what_is_no_entry_is_told(tmp_path: Path, document: object) -> None:
    found = judged(tmp_path, document)
    assert {"ledger-block", "ledger-shape"} & found.checks


def test_half_a_character_in_a_field_is_contradicted_not_raised(tmp_path: Path) -> None:
    assert judged(tmp_path, entry(model="\ud800")).whole.verdict is Verdict.CONTRADICTED
    assert judged(tmp_path, entry(immutable_hash="\ud800")).blocks[0].verdict is (
        Verdict.CONTRADICTED
    )
