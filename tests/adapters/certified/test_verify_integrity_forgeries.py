"""What contradicts itself, the ledger or the key is caught, even where all its digests agree."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

WEIGHTS = "adapter_model.safetensors"
PROOF, MANIFEST, METADATA = "ledger.proof", "manifest.json", "metadata.json"
ENTRY = "ledger.proof (entry)"
Check = Callable[..., Any]
EARLIER = "2026-11-20T18:25:38.187328Z"
FORGERIES: list[tuple[tuple[str, str], str, dict[str, Any]]] = [
    (("manifest-digest", MANIFEST), "claims", {"manifest": "0" * 64}),
    (("weights", ENTRY), "claims", {"weights": "0" * 64}),
    (("dna-parts", ENTRY), "claims", {"weights": "0" * 64}),
    (("dna-parts", ENTRY), "claims", {"certified_at": EARLIER}),
    (("dna-name", "."), "claims", {"dna": "other"}),
    (("metadata-dna", METADATA), "metadata", {"dna": "other"}),
    (("metadata-dna", METADATA), "metadata", {"dna": None}),
    (("metadata-weights", METADATA), "metadata", {"weights": ["0"]}),
]


@pytest.mark.parametrize(("finding", "where", "lie"), FORGERIES)
def test_a_lie_that_the_ledger_itself_signed_is_caught(
    finding: tuple[str, str],
    where: str,
    lie: dict[str, Any],
    version: Any,
    tmp_path: Path,
    check: Check,
    key: str,
) -> None:
    result = check(version(**{where: lie}).write(tmp_path), "--key", key, "--json")
    assert result.code == 1
    assert finding in result.checks


@pytest.mark.parametrize(
    ("check_name", "parts"),
    [
        ("origin", {"origin": "other.example"}),
        ("signature", {"origin": "other.example"}),
        ("signature", {"secret": "stranger"}),
    ],
)
def test_a_ledger_of_somebody_else_is_caught(
    check_name: str, parts: dict[str, str], version: Any, tmp_path: Path, check: Check, key: str
) -> None:
    result = check(version(**parts).write(tmp_path), "--key", key, "--json")
    assert (result.code, result.told["signature"]) == (1, "wrong")
    assert (check_name, PROOF) in result.checks


def test_an_entry_of_another_kind_certifies_nothing(
    version: Any, tmp_path: Path, check: Check, key: str
) -> None:
    result = check(version(kind="version-withdrawn/v1").write(tmp_path), "--key", key, "--json")
    assert result.checks == {("entry-kind", ENTRY)}


def test_weights_in_shards_are_checked_by_the_lines_of_their_digests(
    version: Any, tmp_path: Path, check: Check, key: str
) -> None:
    sharded = version()
    del sharded.files[WEIGHTS]
    for number in (2, 1):
        sharded.files[f"adapter_model-0000{number}-of-00002.safetensors"] = b"%d" % number
    assert check(sharded.write(tmp_path), "--key", key).code == 0
