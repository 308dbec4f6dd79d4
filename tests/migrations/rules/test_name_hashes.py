import json
from datetime import UTC, datetime

import pytest

from legacy_samples import sample
from oneseek.migrations.rules import name_hashes as rule

CORE = "OneSeek-7B-Zero.v1.0.en.dsoneseek-identity-core.49d363d9.664b080c"
EDUCATION = "OneSeek-7B-Zero.v1.0.sv.dseducation-civic-literacy.327c4b45.23151a7b"
KB = "kb-llama-3-1-8b-swedish"


@pytest.mark.parametrize(
    ("weights", "digits"),
    [
        ({"KB-Llama-3.1-8B-Swedish": 1.0}, "141521ad"),
        ({"mistral-7b-instruct": 1.0}, "cd830c2a"),
        ({"llama-2": 0.4, "mistral-7b": 0.6}, "6b30afe8"),
        ({"mistral-7b": 0.6, "llama-2": 0.4}, "6b30afe8"),
        (
            {"llama-2-7b-chat": 0.06265889002094535, "mistral-7b-instruct": 0.9373411099790547},
            "122f4be4",
        ),
        ({}, "44136fa3"),
    ],
)
def test_shares_hash_as_the_old_code_did(weights: dict[str, object], digits: str) -> None:
    assert rule.weights8(weights) == digits


def test_the_standalone_script_hashed_other_text_for_the_same_shares() -> None:
    assert rule.standalone_weights8({}) == "44136fa3"
    weights = {"llama-2": 0.4, "mistral-7b": 0.6}
    assert rule.standalone_weights8(weights) != rule.weights8(weights)
    # Python's own text for it, spelled out.
    text = '{"llama-2": 0.4, "mistral-7b": 0.6}'
    assert rule.standalone_weights8(weights) == rule.short(text.encode())
    assert rule.standalone_weights8({"å": 1.0}) == rule.short(b'{"\\u00e5": 1.0}')
    assert rule.weights8({"å": 1.0}) == rule.short('{"å":1.0}'.encode())


@pytest.mark.parametrize(
    ("categories", "digits"),
    [
        (["Identity"], "ff1f306d"),
        (["CivicID", "Identity"], "c3a28ca9"),
        (["Identity", "CivicID"], "c3a28ca9"),
        (["CivicID", "SwedID"], "4539991e"),
        ([], "4f53cda1"),
    ],
)
def test_categories_hash_sorted(categories: list[str], digits: str) -> None:
    assert rule.categories8(categories) == digits


def test_a_time_hashes_as_its_text() -> None:
    assert rule.time8("2025-11-21T12:00:00Z") == "a16f0dd0"
    assert rule.time8("2026-11-20T18:30:33.818173+00:00") == "b480f3b2"


@pytest.mark.parametrize(
    ("dataset", "samples", "categories", "digits", "order"),
    [
        (
            "oneseek_identity_core_verification_v1.jsonl",
            450,
            ["Identity"],
            "79171dc2",
            ("Identity",),
        ),
        (
            "education_civic_literacy_sv_v1.jsonl",
            450,
            ["CivicID", "SwedID"],
            "327c4b45",
            ("SwedID", "CivicID"),
        ),
        ("merged_1795199301529.jsonl", 161, [], "646355c4", ()),
    ],
)
def test_the_first_hash_of_a_certified_name_is_found_in_some_order(
    dataset: str, samples: int, categories: list[str], digits: str, order: tuple[str, ...]
) -> None:
    assert rule.order_for_training_data(digits, dataset, samples, categories) == order
    assert rule.order_for_training_data(digits, dataset, samples + 1, categories) is None


def test_more_categories_than_can_be_tried_are_not_found() -> None:
    many = [f"c{n}" for n in range(8)]
    digits = rule.training_data8("x.jsonl", 1, many)
    assert rule.order_for_training_data(digits, "x.jsonl", 1, many) is None
    assert rule.order_for_training_data(
        rule.training_data8("x.jsonl", 1, many[:4]), "x.jsonl", 1, many[:4]
    ) == tuple(many[:4])


def test_the_second_hash_of_a_certified_name_is_of_loss_and_time() -> None:
    assert rule.model_weights8(6.009169801076253, "2026-11-20T18:24:54.881317") == "23151a7b"
    # Before the folder's name was taken for the DNA, the other DNA was hashed as well.
    text = '{"dna": "d", "final_loss": 0.5, "timestamp": "t"}'
    assert rule.model_weights8(0.5, "t", "d") == rule.short(text.encode())


def test_the_hash_of_the_ledger_proof_recomputes_in_the_order_of_the_first() -> None:
    wanted = "sha256:3876f6c022ea511a22d4768ed2c7c26e8f81ba0835d5a455018a60ce06cec4af"
    order = rule.order_for_immutable_hash(wanted, EDUCATION, [KB], ["CivicID", "SwedID"])
    assert order == ("SwedID", "CivicID")
    assert rule.order_for_immutable_hash(wanted, CORE, [KB], ["CivicID", "SwedID"]) is None
    assert rule.order_for_immutable_hash(wanted, EDUCATION, [], ["CivicID"]) is None
    assert (
        rule.immutable_hash(CORE, [KB], ["Identity"])
        == "326141ea2cd1f1809c33ebd1c1990f089a083f100a011a9a30a25dbd4301d77c"
    )


def test_a_signed_entry_hashes_without_its_hash_and_signature() -> None:
    run = sample("era3_signed_dynamic") / "models/oneseek-certified/run-20251123-120000"
    entry = json.loads((run / "ledger_proof.json").read_bytes())
    assert rule.entry_immutable_hash(entry) == entry["immutable_hash"]
    assert rule.entry_immutable_hash({**entry, "version": "1.1"}) != entry["immutable_hash"]


def test_a_merge_manifest_of_python_hashes_without_its_hash() -> None:
    manifest = {"manifestVersion": "1.0", "adapters": ["ö"]}
    text = b'{"adapters": ["\\u00f6"], "manifestVersion": "1.0"}'
    assert rule.merge_hash16({**manifest, "mergeHash": "x"}) == rule.full(text)[:16]


def test_the_time_in_a_merge_hash_of_node_is_found_by_search() -> None:
    # Written out as JSON.stringify does; 1795199301529 is 2026-11-20T18:28:21.529Z.
    text = '{"adapters":["a","ö"],"baseModel":"b","versionStr":"1.1","timestamp":1795199301529}'
    wanted = rule.full(text.encode())[:16]
    after = datetime(2026, 11, 20, 18, 28, 21, 531000, tzinfo=UTC)
    found = rule.node_merge_time(wanted, ["a", "ö"], (None, "b"), "1.1", after)
    assert found == datetime(2026, 11, 20, 18, 28, 21, 529000, tzinfo=UTC)
    assert rule.node_merge_time(wanted, ["a"], ("b",), "1.1", after) is None
    unnamed = '{"adapters":[],"versionStr":"1.1","timestamp":1795199301531}'
    assert rule.node_merge_time(rule.full(unnamed.encode())[:16], [], (None,), "1.1", after)


def test_the_counts_in_a_hash_of_samples_are_found_by_search() -> None:
    clock = datetime(2026, 11, 20, 18, 30, 32, 984160)
    wanted = "e0dfcd6e0645aaaa5280c2c7630ac21eb99728406cff660375b8148349768d92"
    assert rule.sample_counts(wanted, "OneSeek-7B-Zero-sv", 50, clock) == (25, 25)
    assert rule.sample_counts(wanted, "OneSeek-7B-Zero-en", 50, clock, back=20) is None
    assert rule.sample_counts(wanted, "OneSeek-7B-Zero-sv", 101, clock) is None
    assert rule.sample_counts(wanted, "OneSeek-7B-Zero-sv", -1, clock) is None


def test_a_lone_surrogate_hashes_to_something() -> None:
    assert rule.weights8({"\ud800": 1.0})
    assert rule.time8("\ud800")
    assert rule.training_data8("\ud800", 1, ["\ud800"])
