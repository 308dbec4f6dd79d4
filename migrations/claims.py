"""Claims that many kinds of records make: texts, times, figures, hashes."""

from collections.abc import Iterable, Mapping

from oneseek.migrations.record import Record
from oneseek.migrations.rules.constants import constant_of
from oneseek.migrations.rules.times import LegacyTime, read_time
from oneseek.migrations.texts import shown
from oneseek.migrations.verdicts import Claim, Verdict

ONLY_SAID = "only the record says so"


def asserted(about: str, says: object, reason: str = ONLY_SAID) -> Claim:
    """A claim that nothing in the record speaks for or against."""
    return claim(about, says, Verdict.ASSERTED, reason)


def claim(about: str, says: object, verdict: Verdict, reason: str) -> Claim:
    """A claim whose texts are fit to be written down."""
    return Claim(about=shown(about, 100), says=shown(says), verdict=verdict, reason=reason)


def agreement(about: str, says: object, holds: bool, *, yes: str, no: str) -> Claim:
    """A claim that was recomputed: verified if it ``holds``, else contradicted."""
    if holds:
        return claim(about, says, Verdict.VERIFIED, yes)
    return claim(about, says, Verdict.CONTRADICTED, no)


def figures(record: Record, *keys: str) -> dict[str, int | float]:
    """Read figures of a record that are there and are numbers, by their names."""
    found = {key: record.number(key) for key in keys}
    return {key: value for key, value in found.items() if value is not None}


def figure_claims(values: Mapping[str, object]) -> list[Claim]:
    """A claim for every figure: known constants of the old code are named as such."""
    made = []
    for field, value in values.items():
        known = constant_of(field, value)
        reason = f"asserted, {known}" if known else ONLY_SAID
        made.append(asserted(f"metric:{field}", value, reason))
    return made


def said_claims(record: Record, keys: Iterable[str], prefix: str = "") -> list[Claim]:
    """A claim for every text or number among ``keys`` that is there."""
    found = ((key, record.get(key)) for key in keys)
    return [
        asserted(prefix + key, value)
        for key, value in found
        if isinstance(value, str | int | float)
    ]


def time_of(record: Record, key: str, *, field: str = "", required: bool = False) -> LegacyTime:
    """Read a time; ``field`` where its name with the record's matters. A text that is no time is
    noted. Without one, its text is empty and its zone None."""
    text = record.text(key, required=required)
    read = read_time(text or "", field=field or key)
    if text is not None and read.zone is None:
        record.note("field-type", key, "a time", shown(text, 60))
    return read


def time_claim(about: str, time: LegacyTime) -> list[Claim]:
    """A claim of a time with its zone, or none where there is no time."""
    if not time.text:
        return []
    zone = f"zone {time.zone}: {time.remark}" if time.zone else time.remark
    return [asserted(about, time.text, zone)]


def summed(claims: Iterable[Claim], *, simulated: bool = False) -> tuple[Verdict, str]:
    """Return the verdict of a record with these claims, and the reason in a sentence.

    One contradiction is enough; what could be recomputed does not lift what could not.
    """
    listed = list(claims)
    wrong = [made for made in listed if made.verdict is Verdict.CONTRADICTED]
    if wrong:
        more = f" (and {len(wrong) - 1} more)" if len(wrong) > 1 else ""
        return Verdict.CONTRADICTED, f"{wrong[0].about}: {wrong[0].reason}{more}"
    held = [made.about for made in listed if made.verdict is not Verdict.ASSERTED]
    reason = f"{', '.join(held)} recomputed; the rest {ONLY_SAID}" if held else ONLY_SAID
    if simulated:
        reason += "; its figures are constants of the old code"
    return Verdict.ASSERTED, reason
