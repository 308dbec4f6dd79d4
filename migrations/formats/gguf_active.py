"""``active.json`` beside GGUF files: which of them chat and verification used.

The old server copied it into ``ml_service/config.json``, which is read as one, too.
"""

from oneseek.migrations.claims import said_claims, summed, time_claim, time_of
from oneseek.migrations.format import Format, PointerFacts, Reading
from oneseek.migrations.look import Look
from oneseek.migrations.record import Record, record_reader
from oneseek.migrations.shapes import below, has, is_damaged
from oneseek.migrations.texts import shown


def _matches(look: Look) -> bool:
    if look.name.lower() == "active.json":
        return has(look, "activeGguf") or (is_damaged(look) and below(look, "gguf"))
    return look.name.lower() == "config.json" and has(look, "activeGguf")


def _read(record: Record) -> Reading:
    active = record.text("activeGguf", required=True)
    claims = [
        *said_claims(record, ("activeGguf", "ggufPath")),
        *time_claim("written", time_of(record, "setAt")),
        *time_claim("written", time_of(record, "updatedAt")),
    ]
    if record.look.name.lower() == "config.json":
        record.allow(*record.values)
    verdict, reason = summed(claims)
    return Reading(
        verdict=verdict,
        reason=reason,
        says=f"marker: {shown(active or 'nothing', 300)}",
        facts=None if not active else PointerFacts(pointer="marker", target=active),
        claims=tuple(claims),
    )


FORMAT = Format(
    name="pointer-gguf",
    what="a record that names the active GGUF file",
    rank=20,
    matches=_matches,
    read=record_reader(_read),
)
