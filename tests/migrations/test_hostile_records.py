"""Records of every real kind with anything at all in the place of their values fail no format."""

import json
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

import pytest

from legacy_samples import sample
from oneseek.domain.digest import sha256
from oneseek.migrations.classing import classify
from oneseek.migrations.look import Look

SAMPLES = (
    "certified_cli",
    "era1_oqt_1_0",
    "era2_identity_simulated_en_sv",
    "era3_signed_dynamic",
    "firestore_export",
    "micro_training",
    "oqt_docs_tree",
    "py_ledger_variants",
)
ODD: tuple[Any, ...] = (
    *(None, True, -1, 10**30, 1e308, float("nan"), float("inf"), 0.1),
    *("", "x" * 1000, "\ud800", "\0", "é" * 5, "1.1", "sha256:", "OneSeek-7B-Zero.v1.0.."),
    *("../../../etc/passwd", r"C:\x", "2025-13-99T99:99:99Z"),
    *([], {}, [None], {"a": None}, [[[]]], {"": {}}, [1, "a", {}]),
)


@cache
def records(name: str) -> list[tuple[Path, Any]]:
    """Return the JSON files of a sample that can be read, with their values."""
    found = []
    for file in sorted(sample(name).rglob("*.json")):
        if file.is_file() and file.stat().st_size < 200_000 and "tokenizer" not in file.name:
            try:
                found.append((file, json.loads(file.read_bytes())))
            except ValueError:
                continue
    return found


def spoiled(value: Any, chance: float, random: Random) -> Any:
    """Return ``value`` with some of its parts replaced and some left out."""
    if random.random() < chance:
        return random.choice(ODD)
    if isinstance(value, dict):
        return {
            key: spoiled(inner, chance, random)
            for key, inner in value.items()
            if random.random() > chance / 2
        }
    if isinstance(value, list):
        return [spoiled(inner, chance, random) for inner in value[:50]]
    return value


@pytest.mark.parametrize("name", SAMPLES)
def test_no_value_of_a_record_makes_its_format_fail(name: str) -> None:
    random = Random(name)
    for _ in range(60):
        file, value = random.choice(records(name))
        data = json.dumps(spoiled(value, random.choice((0.02, 0.1, 0.3, 0.6)), random)).encode()
        path = str(file.relative_to(sample(name)))
        names = frozenset(beside.name for beside in file.parent.iterdir())
        look = Look(
            file,
            path,
            size=len(data),
            digest=sha256(data),
            data=data,
            siblings=lambda names=names: names,
        )
        for finding in classify(look).findings:
            assert finding.check != "format-failed", (path, finding, data)
