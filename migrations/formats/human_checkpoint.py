"""``checkpoint-{cycle}.json`` of the autonomy engine: questions for people to rate, and ratings.

No state of a training is in it, although it lies in a folder called ``checkpoints``.
"""

import re

from oneseek.migrations.claims import said_claims, summed, time_claim, time_of
from oneseek.migrations.format import Format, Reading
from oneseek.migrations.look import Look
from oneseek.migrations.record import Record, record_reader
from oneseek.migrations.texts import shown

_NAME = re.compile(r"checkpoint-.*\.json", re.IGNORECASE | re.DOTALL)


def _matches(look: Look) -> bool:
    return _NAME.fullmatch(look.name) is not None


def _read(record: Record) -> Reading:
    cycle = record.text("cycle_id", required=True)
    questions = record.items("questions", required=True)
    rated = sum(
        isinstance(entry, dict) and entry.get("human_rating") is not None for entry in questions
    )
    claims = [
        *said_claims(record, ("cycle_id", "model_path")),
        *time_claim("created", time_of(record, "timestamp", required=True)),
    ]
    # Names of further fields could be anything here, too.
    record.allow(*record.values)
    verdict, reason = summed(claims)
    says = f"cycle {shown(cycle or '?', 80)}: {len(questions)} questions, {rated} rated"
    return Reading(verdict=verdict, reason=reason, says=says, claims=tuple(claims))


FORMAT = Format(
    name="human-checkpoint",
    what="questions of the autonomy engine with people's ratings",
    matches=_matches,
    read=record_reader(_read),
    personal=True,
)
