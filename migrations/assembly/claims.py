"""Claims that one file alone cannot settle: name against content, checksum against weights."""

from collections.abc import Iterable, Sequence

from oneseek.domain.findings import Finding
from oneseek.migrations.assembly.adapters import Adapter
from oneseek.migrations.assembly.material import Filed, name_of
from oneseek.migrations.assembly.name_parts import part_claims
from oneseek.migrations.assembly.recomputed import recomputed_claims
from oneseek.migrations.format import VersionFacts
from oneseek.migrations.rules.legacy_name import LegacyName, Unreadable
from oneseek.migrations.rules.name_dna import AMBIGUOUS
from oneseek.migrations.rules.name_order import disagreement
from oneseek.migrations.rules.names import read_name
from oneseek.migrations.verdicts import Claim, Verdict

_SHOWN = 500
_SETTLED = frozenset({"checksum", "size", "ledger-block"})
"""What a record alone can only assert, and is compared with weights and ledgers here."""


def name_claims(name: str, facts: VersionFacts) -> list[Claim]:
    """Compare the name outside with the names inside, and recompute what hashes it holds."""
    outside = read_name(name)
    claims = []
    if isinstance(outside, Unreadable):
        claims.append(_claim("name", name, Verdict.ASSERTED, outside.reason))
    for text in dict.fromkeys(text for text in (facts.name, facts.version) if text):
        inside = read_name(text)
        if isinstance(inside, Unreadable):
            claims.append(_claim("name:inside", text, Verdict.ASSERTED, inside.reason))
        elif isinstance(outside, LegacyName) and (differs := disagreement(outside, inside)):
            claims.append(_claim("name:inside", text, Verdict.CONTRADICTED, differs))
    spoken = outside.language if isinstance(outside, LegacyName) else None
    if spoken and facts.language and spoken != facts.language.casefold():
        reason = f"the record says {facts.language!r}"
        claims.append(_claim("name:language", spoken, Verdict.CONTRADICTED, reason))
    return [*claims, *recomputed_claims(name, facts), *part_claims(name, facts)]


def name_findings(path: str, name: str) -> list[Finding]:
    """Say what is odd about a name that could be read all the same."""
    read = read_name(name)
    odd = read.remarks if isinstance(read, LegacyName) else ()
    return [
        Finding("name-odd", path, "a name as it was meant to be", remark)
        for remark in odd
        if remark != AMBIGUOUS
    ]


def checksum_claims(facts: VersionFacts, weights: Sequence[Filed]) -> list[Claim]:
    """Compare the checksum and size that a record promises with the weights that lie there."""
    claims = []
    if facts.checksum is not None:
        claims.append(_checksum(facts.checksum, weights))
    if facts.weights_size is not None and weights:
        sizes = {filed.item.size for filed in weights}
        fits = facts.weights_size in sizes
        found = f"{weights[0].item.size} bytes lie there"
        claims.append(
            _claim(
                "checksum:size",
                f"{facts.weights_size} bytes",
                Verdict.VERIFIED if fits else Verdict.CONTRADICTED,
                "the size is right" if fits else f"the recorded size is wrong: {found}",
            )
        )
    return claims


def _checksum(text: str, weights: Sequence[Filed]) -> Claim:
    value = text.lower().removeprefix("sha256:")
    if len(value) != 64 or any(char not in "0123456789abcdef" for char in value):
        reason = "the recorded checksum is cut or no SHA-256: it proves nothing"
        return _claim("checksum", text, Verdict.CONTRADICTED, reason)
    if not weights:
        return _claim("checksum", text, Verdict.ASSERTED, "there are no weights to compare it with")
    if any(filed.item.digest == value for filed in weights):
        reason = "the weights have the recorded checksum"
        return _claim("checksum", text, Verdict.VERIFIED, reason)
    reason = f"the weights have another checksum: {weights[0].item.digest}"
    return _claim("checksum", text, Verdict.CONTRADICTED, reason)


def chain_claims(chain: Sequence[Adapter], missing: Iterable[str]) -> list[Claim]:
    """Say of a chain of adapters what the old programs did with it."""
    claims = [
        _claim("adapters", listed, Verdict.CONTRADICTED, "the record lists it, and it is not there")
        for listed in missing
    ]
    if len(chain) > 1:
        says = " → ".join(adapter.listed for adapter in chain)
        reason = (
            "the old server nested the adapters by name, and nested adapters cancel out: it "
            "answered as the base model alone; here they are added up in the recorded order"
        )
        claims.append(_claim("chain:serving", says, Verdict.ASSERTED, reason))
    if len(chain) > 2:
        reason = (
            "the old trainer lost the earlier adapters when it merged two or more of them, so that "
            "the last one was probably trained on the plain base model"
        )
        claims.append(_claim("chain:training", says, Verdict.ASSERTED, reason))
    return claims


def nested_claims(nested: Iterable[Adapter]) -> list[Claim]:
    """Say of adapters that were trained nested in others what they were really trained on."""
    reason = (
        "its names show that it was trained nested in an earlier adapter: nested adapters cancel "
        "out, so that it learned on the plain base model and not on the version before"
    )
    return [_claim("chain:nested", adapter.listed, Verdict.ASSERTED, reason) for adapter in nested]


def record_claims(records: Sequence[Filed], settled: Iterable[Claim] = ()) -> list[Claim]:
    """Return what the records claim by themselves; those beside the first name their file.

    Hashes that are ``settled`` with the name are not told again.
    """
    claims, hashes = [], {(claim.says, claim.verdict) for claim in settled}
    for place, filed in enumerate(records):
        for claim in filed.reading.claims if filed.reading else ():
            if claim.about in _SETTLED or (claim.says, claim.verdict) in hashes:
                continue
            if place == 0:
                claims.append(claim)
            else:
                about = f"{claim.about}@{name_of(filed.item.path)}"
                claims.append(_claim(about, claim.says, claim.verdict, claim.reason))
    return claims


def _claim(about: str, says: str, verdict: Verdict, reason: str) -> Claim:
    return Claim(about=about, says=says[:_SHOWN], verdict=verdict, reason=reason)
