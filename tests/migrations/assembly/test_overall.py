import pytest

from oneseek.migrations.assembly.overall import overall
from oneseek.migrations.verdicts import Claim, Verdict, worst

VERIFIED, REBUILT = Verdict.VERIFIED, Verdict.RECONSTRUCTED
ASSERTED, AGAINST = Verdict.ASSERTED, Verdict.CONTRADICTED


def claim(about: str, verdict: Verdict) -> Claim:
    return Claim(about=about, says="x", verdict=verdict, reason=f"{about} is {verdict}")


HASHED = claim("weights:a.pth", ASSERTED)


@pytest.mark.parametrize(
    ("claims", "has_weights", "verdict"),
    [
        ([HASHED], True, ASSERTED),
        ([HASHED, claim("name", REBUILT)], True, ASSERTED),
        ([claim("checksum", VERIFIED)], True, VERIFIED),
        ([HASHED, claim("checksum", AGAINST)], True, AGAINST),
        ([HASHED, claim("name:inside", AGAINST)], True, AGAINST),
        ([HASHED, claim("adapters", AGAINST)], True, AGAINST),
        ([HASHED, claim("metric:loss", AGAINST)], True, ASSERTED),
        ([HASHED, claim("samples", AGAINST)], True, ASSERTED),
        ([claim("name", REBUILT)], False, REBUILT),
        ([claim("signature", VERIFIED), claim("name", REBUILT)], False, REBUILT),
        ([claim("name", ASSERTED)], False, ASSERTED),
        ([], False, ASSERTED),
        ([], True, ASSERTED),
    ],
)
def test_a_version_is_no_better_than_what_is_known_of_its_bytes(
    claims: list[Claim], has_weights: bool, verdict: Verdict
) -> None:
    found, reason = overall(claims, has_weights=has_weights)
    assert found is verdict
    assert found is not AGAINST or "contradicted" in reason


def test_the_reason_names_what_is_proved_of_the_name() -> None:
    _, reason = overall([HASHED, claim("name", REBUILT)], has_weights=True)
    assert "name is verified by reconstruction" in reason


def test_the_worst_of_verdicts_counts() -> None:
    assert worst([VERIFIED, ASSERTED, REBUILT]) is ASSERTED
    assert worst([]) is ASSERTED
    assert worst([], VERIFIED) is VERIFIED
