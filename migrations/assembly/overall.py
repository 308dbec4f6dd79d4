"""The verdict on a whole version: never better than what is known of its bytes.

What a version *is* are its weights. So where there are weights, their verdict is the version's;
where there are none, the best that can be said is said of the record alone. Anything that
contradicts what the version claims to be makes it contradicted. Figures (losses, fairness) do not
count: a version with invented metrics is still that version.
"""

from collections.abc import Sequence

from oneseek.migrations.verdicts import Claim, Verdict, worst

IDENTITY = frozenset(
    {"name", "weights", "checksum", "signature", "immutable-hash", "base", "adapters", "dna"}
)
"""What a claim must be about (before a colon) to say what the version is."""

_RECORD = frozenset({"name", "signature", "immutable-hash"})


def overall(
    claims: Sequence[Claim], *, has_weights: bool, without: str = "there are no weights"
) -> tuple[Verdict, str]:
    """Return the verdict on a version with ``claims``, and the sentence that explains it.

    ``without`` says why there are no weights, where there are none.
    """
    against = [claim for claim in _about(claims, IDENTITY) if claim.verdict is _NO]
    if against:
        return _NO, against[0].reason
    if has_weights:
        promised = [claim for claim in claims if claim.about == "checksum"]
        weights = promised or _about(claims, frozenset({"weights"}))
        verdict = worst(claim.verdict for claim in weights)
        reasons = [claim.reason for claim in weights if claim.verdict is verdict]
        return verdict, _sentence([*reasons[:1], *_name_reason(claims)])
    proved = [claim for claim in _about(claims, _RECORD) if claim.verdict is not Verdict.ASSERTED]
    if proved:
        verdict = worst(claim.verdict for claim in proved)
        return verdict, _sentence([without, *(claim.reason for claim in proved[:2])])
    return Verdict.ASSERTED, _sentence([without, "nothing else proves the record"])


_NO = Verdict.CONTRADICTED


def _about(claims: Sequence[Claim], what: frozenset[str]) -> list[Claim]:
    return [claim for claim in claims if claim.about.partition(":")[0] in what]


def _name_reason(claims: Sequence[Claim]) -> list[str]:
    return [
        claim.reason
        for claim in _about(claims, frozenset({"name"}))
        if claim.verdict is Verdict.RECONSTRUCTED
    ][:1]


def _sentence(parts: Sequence[str]) -> str:
    return "; ".join(parts)[:500]
