"""Hashes in names, made again from the records beside them, as the old programs made them."""

from collections.abc import Callable, Iterator
from typing import TypeVar

from oneseek.migrations.format import VersionFacts
from oneseek.migrations.name_check import Ingredients, name_claims
from oneseek.migrations.rules import name_hashes as rules
from oneseek.migrations.rules.legacy_name import LegacyName
from oneseek.migrations.rules.names import read_name
from oneseek.migrations.verdicts import Claim, Verdict

RESULTS_DNA = "results_dna"
"""Among the values of a version: the name within its training results."""

T = TypeVar("T")
_COVERS_NOTHING = "no hash in the name covers a row of data or a byte of weights"


def recomputed_claims(name: str, facts: VersionFacts) -> list[Claim]:
    """Say of the hashes in ``name`` whether the records give them again."""
    parsed = read_name(name)
    if not isinstance(parsed, LegacyName) or not parsed.hashes:
        return []
    ways = dict.fromkeys(way for one in parsed.generations for way in _WAYS.get(one, ()))
    found = max((list(way(parsed, facts)) for way in ways), key=_fit, default=[])
    if len(found) == len(parsed.hashes) and all(c.verdict is Verdict.RECONSTRUCTED for c in found):
        reason = f"every hash of the name recomputes from the records; {_COVERS_NOTHING}"
        return [_claim("name", name, Verdict.RECONSTRUCTED, reason), *found]
    return found


def _fit(claims: list[Claim]) -> tuple[int, int]:
    """A name may be of two generations: the rule under which more of it comes out is the one."""
    verdicts = [claim.verdict for claim in claims]
    return verdicts.count(Verdict.RECONSTRUCTED), -verdicts.count(Verdict.CONTRADICTED)


def _certified(name: LegacyName, facts: VersionFacts) -> Iterator[Claim]:
    for found in name_claims(ingredients(name.text, facts)):
        # Nothing to recompute from is no claim of the name: the record alone has said so.
        if found.verdict is not Verdict.ASSERTED:
            yield _claim(f"name-{found.about}", found.says, found.verdict, found.reason)


def ingredients(name: str, facts: VersionFacts) -> Ingredients:
    """Return what a name of the certified generation was made of, as far as records tell."""
    values = facts.values
    return Ingredients(
        dna=name,
        dataset=_as(str, values.get("dataset")),
        samples=_as(int, values.get("samples")),
        final_loss=_as(float, values.get("final_loss")) or _as(int, values.get("final_loss")),
        timestamp=_as(str, values.get("timestamp")),
        models=tuple(values.get("trained_models") or facts.base_models),
        record_dna=_as(str, values.get(RESULTS_DNA)),
    )


def _as(kind: type[T], value: object) -> T | None:
    return value if isinstance(value, kind) else None


def _shares(name: LegacyName, facts: VersionFacts) -> Iterator[Claim]:
    first, last = name.hashes[0], name.hashes[-1]
    values = facts.values
    shares, time = values.get("final_weights"), values.get("timestamp")
    if isinstance(shares, dict):
        make = rules.standalone_weights8 if name.generation == "D2s" else rules.weights8
        yield _judged("name-hash:weights", first, make(shares) == first, "the shares of the models")
    tags = values.get("dataset_categories")
    if name.generation == "D1" and isinstance(tags, list):
        fits = rules.categories8([str(one) for one in tags]) == name.hashes[1]
        yield _judged("name-hash:categories", name.hashes[1], fits, "the categories")
    if isinstance(time, str):
        yield _judged("name-hash:time", last, rules.time8(time) == last, "the time of the record")


_WAYS: dict[str, tuple[Callable[[LegacyName, VersionFacts], Iterator[Claim]], ...]] = {
    "D1": (_shares,),
    "D2": (_shares,),
    "D2s": (_shares,),
    "D2o": (_certified, _shares),
    "D3": (_certified,),
    "D3m": (_certified,),
}
"""The rules that may have made the hashes of a generation; two hashes alone are of either."""


def _judged(about: str, digits: str, fits: bool, source: str) -> Claim:
    if fits:
        return _claim(about, digits, Verdict.RECONSTRUCTED, f"recomputes from {source}")
    return _claim(about, digits, Verdict.CONTRADICTED, f"another hash comes from {source}")


def _claim(about: str, says: str, verdict: Verdict, reason: str) -> Claim:
    return Claim(about=about, says=says[:500], verdict=verdict, reason=reason)
