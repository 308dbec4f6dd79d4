"""``adaptive_weights.json`` of the micro-training: shares of base models. Nothing reads them."""

from oneseek.migrations.claims import asserted, summed, time_claim, time_of
from oneseek.migrations.format import Format, Reading
from oneseek.migrations.look import Look
from oneseek.migrations.record import Record, record_reader


def _matches(look: Look) -> bool:
    return look.name.lower() == "adaptive_weights.json"


def _read(record: Record) -> Reading:
    shares = record.numbers("weights")
    record.get("weights", required=True)
    record.allow("multipliers", "adjustments")
    claims = [
        *time_claim("written", time_of(record, "updated_at", required=True)),
        *(asserted(f"share:{name}", value) for name, value in shares.items()),
    ]
    verdict, reason = summed(claims)
    says = f"shares of {len(shares)} base models"
    return Reading(verdict=verdict, reason=reason, says=says, claims=tuple(claims))


FORMAT = Format(
    name="adaptive-weights",
    what="shares of base models in the micro-training",
    matches=_matches,
    read=record_reader(_read),
)
