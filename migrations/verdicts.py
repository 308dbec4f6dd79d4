"""Verdicts: what could be verified about a legacy record, and why. Never better than it was."""

from collections.abc import Iterable
from enum import StrEnum

from msgspec import Struct


class Verdict(StrEnum):
    """From the best to the worst."""

    VERIFIED = "verified"
    """It proves itself by the rule of the program that wrote it."""
    RECONSTRUCTED = "verified by reconstruction"
    """It does after a step that the reason names, such as putting back an overwritten time."""
    ASSERTED = "asserted"
    """Only the record itself says so."""
    CONTRADICTED = "contradicted"
    """Something else that was found says otherwise."""


_RANK = {verdict: rank for rank, verdict in enumerate(Verdict)}


def worst(verdicts: Iterable[Verdict], otherwise: Verdict = Verdict.ASSERTED) -> Verdict:
    """Return the worst of ``verdicts``, or ``otherwise`` where there is none."""
    return max(verdicts, key=_RANK.__getitem__, default=otherwise)


class Claim(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One thing that a legacy record says, and what could be made sure of it."""

    about: str
    """Stable kebab-case name, with a part after a colon where there are several: ``name``,
    ``created``, ``base``, ``metric:loss``, ``hash:trainingData``, ``checksum``, ``signature``."""
    says: str
    """What the record says, as text, at most 500 characters."""
    verdict: Verdict
    reason: str
    """One sentence."""
