import pytest

from oneseek.migrations.assembly.recomputed import recomputed_claims
from oneseek.migrations.format import VersionFacts
from oneseek.migrations.rules import name_hashes as rules
from oneseek.migrations.verdicts import Verdict

TIME = "2025-11-26T10:00:00.000001"
SHARES = {"KB-Llama-3.1-8B-Swedish": 1.0}
FILE, TAGS = "CivicID_SwedID.jsonl", ["CivicID", "SwedID"]
CERTIFIED = VersionFacts(
    values={"dataset": f"datasets/{FILE}", "samples": 9, "final_loss": 1.5, "timestamp": TIME}
)
SECOND = VersionFacts(values={"final_weights": SHARES, "timestamp": TIME})
CERTIFIED_HASHES = f"{rules.training_data8(FILE, 9, TAGS)}.{rules.model_weights8(1.5, TIME)}"
SECOND_HASHES = f"{rules.weights8(SHARES)}.{rules.time8(TIME)}"


@pytest.mark.parametrize(
    ("facts", "hashes", "about"),
    [
        (CERTIFIED, CERTIFIED_HASHES, ["name-hash:trainingData", "name-hash:modelWeights"]),
        (SECOND, SECOND_HASHES, ["name-hash:weights", "name-hash:time"]),
    ],
    ids=["certified", "second generation"],
)
@pytest.mark.parametrize("middle", ["sv.dsCivicID-SwedID.", ""], ids=["categories", "hashes alone"])
def test_a_name_of_either_generation_is_judged_by_the_rule_that_made_it(
    middle: str, facts: VersionFacts, hashes: str, about: list[str]
) -> None:
    claims = recomputed_claims(f"OneSeek-7B-Zero.v1.0.{middle}{hashes}", facts)
    assert [claim.about for claim in claims] == ["name", *about]
    assert {claim.verdict for claim in claims} == {Verdict.RECONSTRUCTED}


def test_a_hash_that_no_rule_makes_is_contradicted() -> None:
    name = f"OneSeek-7B-Zero.v1.0.sv.dsCivicID-SwedID.{SECOND_HASHES[:8]}.00000000"
    assert [claim.verdict for claim in recomputed_claims(name, SECOND)] == [
        Verdict.RECONSTRUCTED,
        Verdict.CONTRADICTED,
    ]


def test_a_name_without_hashes_or_records_claims_nothing() -> None:
    assert recomputed_claims("OneSeek-7B-Zero.v1.0", CERTIFIED) == []
    assert recomputed_claims("OneSeek-7B-Zero.v1.0.42a8c9", CERTIFIED) == []
    assert recomputed_claims("metadata", CERTIFIED) == []
