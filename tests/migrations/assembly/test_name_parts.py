import pytest

from oneseek.migrations.assembly.name_parts import part_claims
from oneseek.migrations.format import VersionFacts
from oneseek.migrations.verdicts import Verdict

REBUILT, ASSERTED, AGAINST = Verdict.RECONSTRUCTED, Verdict.ASSERTED, Verdict.CONTRADICTED
CORE = "oneseek_identity_core_verification_v1.jsonl"
CIVIC = "education_civic_literacy_sv_v1.jsonl"


@pytest.mark.parametrize(
    ("middle", "file", "verdicts"),
    [
        ("en.dsoneseek-identity-core", CORE, [REBUILT, REBUILT]),
        ("sv.dseducation-civic-literacy", CIVIC, [REBUILT, ASSERTED]),
        ("sv.dseducation-civic", CIVIC, [AGAINST, ASSERTED]),
        ("en.dsCivicID-Identity", "civic_identity.jsonl", [REBUILT, REBUILT]),
        ("sv.dsvalet-svenska", "valet_svenska.jsonl", [REBUILT, REBUILT]),
    ],
)
def test_the_readable_parts_of_a_name_come_from_the_name_of_a_file(
    middle: str, file: str, verdicts: list[Verdict]
) -> None:
    name = f"OneSeek-7B-Zero.v1.0.{middle}.79171dc2.3a95b79b"
    claims = list(part_claims(name, VersionFacts(values={"dataset": f"datasets/{file}"})))
    assert [claim.about for claim in claims] == ["name-part:datasets", "name-part:language"]
    assert [claim.verdict for claim in claims] == verdicts


def test_without_a_file_or_a_name_nothing_is_claimed() -> None:
    known = VersionFacts(values={"dataset": CORE})
    assert list(part_claims("OneSeek-7B-Zero.v1.0", known)) == []
    assert list(part_claims("x", known)) == []
    name = "OneSeek-7B-Zero.v1.0.sv.dsa-b.79171dc2.3a95b79b"
    assert list(part_claims(name, VersionFacts())) == []
