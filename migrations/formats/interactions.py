"""``interaction-*.json``: a question, the answers of several services, and who asked."""

from oneseek.migrations.claims import ONLY_SAID, time_claim, time_of
from oneseek.migrations.format import Format, Reading
from oneseek.migrations.look import Look
from oneseek.migrations.record import Record, record_reader
from oneseek.migrations.shapes import below
from oneseek.migrations.verdicts import Verdict


def _matches(look: Look) -> bool:
    name = look.name.lower()
    placed = name.startswith("interaction-") or below(look, "oqt-interactions")
    return placed and name.endswith(".json")


def _read(record: Record) -> Reading:
    time = time_of(record, "timestamp", required=True)
    record.get("question", required=True)
    answers = record.items("responses", required=True)
    record.allow(*record.values)
    claims = tuple(time_claim("created", time))
    says = f"a question with {len(answers)} answers"
    return Reading(verdict=Verdict.ASSERTED, reason=ONLY_SAID, says=says, claims=claims)


FORMAT = Format(
    name="interaction",
    what="a question of a person with the answers to it",
    rank=20,
    matches=_matches,
    read=record_reader(_read),
    personal=True,
)
