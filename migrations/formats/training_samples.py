"""Samples of the micro-training: one question with its answers (stage 1) or figures (stage 2).

No weights were trained with them and no version was counted up.
"""

import re

from oneseek.migrations.claims import ONLY_SAID, time_claim, time_of
from oneseek.migrations.format import Format, Reading
from oneseek.migrations.look import Look
from oneseek.migrations.record import Record, record_reader
from oneseek.migrations.shapes import below
from oneseek.migrations.texts import shown
from oneseek.migrations.verdicts import Verdict

_NAME = re.compile(r"stage[12]_.*\.json", re.IGNORECASE | re.DOTALL)
_STAGES = {"raw_responses": "stage 1", "analyzed_data": "stage 2"}


def _matches(look: Look) -> bool:
    if not look.name.lower().endswith(".json"):
        return False
    return _NAME.fullmatch(look.name) is not None or below(look, "training_samples")


def _read(record: Record) -> Reading:
    time = time_of(record, "timestamp", required=True)
    stage = record.text("stage", required=True)
    language = record.text("language")
    record.get("question", required=True)
    if stage is not None and stage not in _STAGES:
        record.note("shape-unknown", "stage", " or ".join(_STAGES), "another")
    if stage == "raw_responses":
        record.items("responses", required=True)
    # Names of further fields could be anything here, too.
    record.allow(*record.values)
    known = _STAGES.get(stage or "", "a stage that is not known")
    says = f"{known}, {shown(language or '?', 20) if len(language or '') < 10 else '?'}"
    claims = tuple(time_claim("created", time))
    return Reading(verdict=Verdict.ASSERTED, reason=ONLY_SAID, says=says, claims=claims)


FORMAT = Format(
    name="training-sample",
    what="a question with answers or figures, from the micro-training",
    rank=20,
    matches=_matches,
    read=record_reader(_read),
    personal=True,
)
