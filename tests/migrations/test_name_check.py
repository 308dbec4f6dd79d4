import pytest

from migrations.examples import DATASET, DNA, LOSS, STARTED
from oneseek.migrations.name_check import Ingredients, immutable_claim, name_claims
from oneseek.migrations.rules import name_hashes as rule
from oneseek.migrations.verdicts import Verdict

MODEL = "kb-llama-3-1-8b-swedish"
OTHER = "OneSeek-7B-Zero.v1.0.sv.dsCivicID.141521ad.a16f0dd0"


def made_of(
    dna: str | None = DNA, record_dna: str | None = None, dataset: str | None = DATASET
) -> Ingredients:
    return Ingredients(
        dna=dna, dataset=dataset, samples=450, final_loss=LOSS, timestamp=STARTED,
        models=(MODEL,), record_dna=record_dna,
    )  # fmt: skip


def test_the_first_certified_programs_hashed_the_other_dna_as_well() -> None:
    second = rule.model_weights8(LOSS, STARTED, OTHER)
    name = ".".join([*DNA.split(".")[:-1], second])
    without, with_it = name_claims(made_of(name)), name_claims(made_of(name, OTHER))
    assert without[1].verdict is Verdict.CONTRADICTED
    assert with_it[1].verdict is Verdict.RECONSTRUCTED
    assert "the DNA in the record" in with_it[1].reason


@pytest.mark.parametrize(
    "name", [None, "", "OneSeek-7B-Zero.v1.1", "run-20251123-120000", f"{DNA}g"]
)
def test_a_name_without_hashes_claims_nothing(name: str | None) -> None:
    assert name_claims(made_of(name)) == []


def test_the_hash_of_the_proof_recomputes_or_contradicts() -> None:
    wanted = f"sha256:{rule.immutable_hash(DNA, [MODEL], ['SwedID', 'CivicID'])}"
    assert immutable_claim(wanted, made_of()).verdict is Verdict.RECONSTRUCTED
    assert immutable_claim("sha256:" + "0" * 64, made_of()).verdict is Verdict.CONTRADICTED
    assert immutable_claim(wanted, made_of(dataset=None)).verdict is Verdict.ASSERTED
