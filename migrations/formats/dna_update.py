"""``last_dna_update.json`` of the micro-training: a hash of counts and a time, and no DNA.

Nothing was trained and no version was made when it was written.
"""

from oneseek.migrations.claims import asserted, claim, summed, time_claim, time_of
from oneseek.migrations.format import Format, Reading
from oneseek.migrations.look import Look
from oneseek.migrations.record import Record, record_reader
from oneseek.migrations.rules.name_hashes import sample_counts
from oneseek.migrations.rules.times import LegacyTime
from oneseek.migrations.texts import shown
from oneseek.migrations.verdicts import Claim, Verdict


def _matches(look: Look) -> bool:
    return look.name.lower() == "last_dna_update.json"


def _read(record: Record) -> Reading:
    total = record.count("total_samples", required=True)
    digits = record.text("dna_hash", required=True)
    written = time_of(record, "timestamp", required=True)
    claims = [*time_claim("written", written)]
    if total is not None:
        claims.append(asserted("samples", total))
    if digits is not None:
        claims.append(_hash_claim(record.look, digits, total, written))
    verdict, reason = summed(claims)
    if any(made.verdict is Verdict.RECONSTRUCTED for made in claims):
        verdict, reason = Verdict.RECONSTRUCTED, claims[-1].reason
    says = f"a hash of {shown(total, 40)} samples; no DNA, no version"
    return Reading(verdict=verdict, reason=reason, says=says, claims=tuple(claims))


def _hash_claim(look: Look, digits: str, total: int | None, written: LegacyTime) -> Claim:
    model = look.parts[-2] if len(look.parts) > 1 else None
    if model is None or total is None or written.clock is None:
        return asserted("hash:samples", digits, "what it was made of is not known")
    found = sample_counts(digits, model, total, written.clock)
    if found is None:
        reason = "it covers counts and a time some microseconds before this one; not found again"
        return asserted("hash:samples", digits, reason)
    reason = (
        f"recomputed from the folder's name, {found[0]} and {found[1]} samples of the two stages "
        "and a time some microseconds earlier; no sample's content is covered"
    )
    return claim("hash:samples", digits, Verdict.RECONSTRUCTED, reason)


FORMAT = Format(
    name="dna-update",
    what="the mark of an update by micro-training",
    matches=_matches,
    read=record_reader(_read),
)
