"""Python's own ``json`` has said what both forms are."""

import json
from hashlib import sha256
from pathlib import Path

import pytest

from oneseek.migrations.rules.python_json import canonical_form, default_form

VECTORS = json.loads((Path(__file__).parent / "python_vectors.json").read_bytes())


@pytest.mark.parametrize(("text", "default", "canonical"), VECTORS)
def test_both_forms_are_those_of_the_old_programs(text: str, default: str, canonical: str) -> None:
    value = json.loads(text)
    assert default_form(value) == default
    if any("\ud800" <= char <= "\udfff" for char in canonical):
        with pytest.raises(UnicodeEncodeError):
            canonical_form(value)
    else:
        assert canonical_form(value) == canonical.encode()


@pytest.mark.parametrize(
    ("value", "first"),
    [
        ({"KB-Llama-3.1-8B-Swedish": 1.0}, "141521ad"),
        ({"llama-2": 0.4, "mistral-7b": 0.6}, "6b30afe8"),
        (["CivicID", "Identity"], "c3a28ca9"),
        ({}, "44136fa3"),
    ],
)
def test_the_known_name_hashes_come_out(value: object, first: str) -> None:
    assert sha256(canonical_form(value)).hexdigest()[:8] == first


def test_the_data_of_every_genesis_block_has_the_known_digest() -> None:
    data = {
        "model_version": "0.0.0",
        "description": "OQT-1.0 Transparency Ledger Genesis Block",
        "provenance": ["system_initialization"],
    }
    assert sha256(default_form(data).encode()).hexdigest().startswith("a3e28b72fb9af8c6")
