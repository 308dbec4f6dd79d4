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
        ([HASHED, claim("name-hash:modelWeights", AGAINST)], True, AGAINST),
        ([claim("name-hash:modelWeights", AGAINST)], False, AGAINST),
        ([claim("name", REBUILT)], False, ASSERTED),
        ([claim("signature", VERIFIED), claim("name", REBUILT)], False, ASSERTED),
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


def test_a_checksum_speaks_only_for_the_weights_that_it_is_of() -> None:
    checksum = Claim(about="checksum", says=f"SHA256:{'AB' * 32}", verdict=VERIFIED, reason="right")
    own = Claim(about="weights:a.pth", says=f"sha256 {'ab' * 32}", verdict=ASSERTED, reason="new")
    other = Claim(about="weights:b.pth", says=f"sha256 {'cd' * 32}", verdict=ASSERTED, reason="b")
    assert overall([checksum, own], has_weights=True) == (VERIFIED, "right")
    claims = [checksum, own, other]
    assert overall(claims, has_weights=True, used={"a.pth"}) == (VERIFIED, "right")
    assert overall(claims, has_weights=True, used={"b.pth"}) == (ASSERTED, "b")


def test_a_record_without_weights_says_what_proves_its_name_and_is_no_better_for_it() -> None:
    verdict, reason = overall([claim("name", REBUILT)], has_weights=False, without="a placeholder")
    assert verdict is ASSERTED
    assert reason == "a placeholder; name is verified by reconstruction"


def test_the_reason_names_what_is_proved_of_the_name() -> None:
    _, reason = overall([HASHED, claim("name", REBUILT)], has_weights=True)
    assert "name is verified by reconstruction" in reason


def test_the_worst_of_verdicts_counts() -> None:
    assert worst([VERIFIED, ASSERTED, REBUILT]) is ASSERTED
    assert worst([]) is ASSERTED
    assert worst([], VERIFIED) is VERIFIED
