"""The verdict on a whole version: never better than what is known of its bytes.

What a version *is* are its weights. So where there are weights, their verdict is the version's;
where there are none, it is asserted, however well its name proves itself: a record is not a model.
Anything that contradicts what the version claims to be makes it contradicted. Figures (losses,
fairness) do not count: a version with invented metrics is still that version.
"""

from collections.abc import Container, Sequence

from oneseek.migrations.verdicts import Claim, Verdict, worst

IDENTITY = frozenset(
    {
        "name", "name-hash", "weights", "checksum", "signature", "immutable-hash", "base",
        "adapters", "dna",
    }
)  # fmt: skip
"""What a claim must be about (before a colon) to say what the version is."""

_RECORD = frozenset({"name", "signature", "immutable-hash"})


def overall(
    claims: Sequence[Claim],
    *,
    has_weights: bool,
    used: Container[str] = (),
    without: str = "there are no weights",
) -> tuple[Verdict, str]:
    """Return the verdict on a version with ``claims``, and the sentence that explains it.

    ``used`` are the paths of the files of weights that would answer; ``without`` says why there
    are no weights, where there are none.
    """
    against = [claim for claim in _about(claims, IDENTITY) if claim.verdict is _NO]
    if against:
        return _NO, against[0].reason
    if not has_weights:
        proved = [
            claim for claim in _about(claims, _RECORD) if claim.verdict is not Verdict.ASSERTED
        ]
        reasons = [claim.reason for claim in proved[:2]] or ["nothing else proves the record"]
        return Verdict.ASSERTED, _sentence([without, *reasons])
    weights = _of_weights(claims, used)
    verdict = worst(claim.verdict for claim in weights)
    reasons = [claim.reason for claim in weights if claim.verdict is verdict]
    return verdict, _sentence([*reasons[:1], *_name_reason(claims)])


_NO = Verdict.CONTRADICTED


def _of_weights(claims: Sequence[Claim], used: Container[str]) -> list[Claim]:
    """Return the claims that the weights rest on.

    A checksum speaks for the file that it is of: where others answer, it is not enough.
    """
    promised = [claim for claim in claims if claim.about == "checksum"]
    weights = _about(claims, frozenset({"weights"}))
    covered = {claim.says.lower().removeprefix("sha256:") for claim in promised}
    others = [
        claim
        for claim in weights
        if claim.about.partition(":")[2] in used
        and claim.says.removeprefix("sha256 ") not in covered
    ]
    return [*promised, *others] if promised else weights


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
