"""``autonomy-state/{cycle}.json``: what a cycle of the autonomy engine came to, examples included.

Its fidelity is a random number, and a promotion it tells of was made whatever that number was.
"""

from oneseek.migrations.claims import asserted, said_claims, summed, time_claim, time_of
from oneseek.migrations.format import Format, Reading
from oneseek.migrations.look import Look
from oneseek.migrations.record import Record, record_reader
from oneseek.migrations.shapes import below
from oneseek.migrations.texts import shown

_RANDOM = "the old verification draws this number at random"


def _matches(look: Look) -> bool:
    return below(look, "autonomy-state") and look.name.lower().endswith(".json")


def _read(record: Record) -> Reading:
    cycle = record.text("cycle_id", required=True)
    state = record.part("state", required=True)
    results = state.part("results")
    fidelity = results.part("verification").number("fidelity_score")
    promoted = results.part("promotion").flag("promoted")
    claims = [
        *said_claims(record, ("cycle_id",)),
        *time_claim("created", time_of(record, "timestamp", required=True)),
    ]
    if fidelity is not None:
        claims.append(asserted("metric:fidelity", fidelity, _RANDOM))
    if promoted is not None:
        claims.append(asserted("promoted", promoted))
    # Names of further fields could be anything in examples that were generated.
    for part in (record, state, results, results.part("verification"), results.part("promotion")):
        part.allow(*part.values)
    verdict, reason = summed(claims)
    says = f"cycle {shown(cycle or '?', 80)}" + (", promoted a model" if promoted else "")
    return Reading(verdict=verdict, reason=reason, says=says, claims=tuple(claims))


FORMAT = Format(
    name="autonomy-state",
    what="the state of a cycle of the autonomy engine, with its examples",
    rank=25,
    matches=_matches,
    read=record_reader(_read),
    personal=True,
)
